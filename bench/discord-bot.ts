import { randomBytes } from 'node:crypto';
import { Discord } from '../src/chat/discord/index.ts';
import { createLog } from '../src/log.ts';
import { mapReply, memoryStore, TestBackend } from '../test/support/discord/backend.ts';
import { blackPng } from '../test/support/discord/picture.ts';
import { obey } from './bot-process.ts';

/** Of a map's size in bytes and drawn beforehand: what is measured is the chat, not the drawing. */
const picture = Buffer.concat([blackPng(1200, 675), randomBytes(150_000)]);
const [apiUrl, token] = process.argv.slice(2) as [string, string];
const backend = new TestBackend();
backend.answer = async ({ words }) => {
  backend.ran.length = 0;
  return mapReply(words, picture);
};
const log = createLog({ level: 'error' });
const chat = new Discord({ token, apiUrl, backend, store: memoryStore(), log });
await chat.start();
obey((channelIds) => {
  const reply = mapReply({ symbol: 'eth' }, picture);
  return Promise.all(channelIds.map((channelId) => chat.outbox.send({ channelId, reply, nonce: channelId })));
});
