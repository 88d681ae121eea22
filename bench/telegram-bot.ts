import { randomBytes } from 'node:crypto';
import type { Reply } from '../commands/command.ts';
import { Telegram } from '../src/chat/telegram/index.ts';
import { createLog } from '../src/log.ts';
import { greyPng } from '../test/support/telegram/png.ts';
import { memoryStore, ScriptedBackend } from '../test/support/telegram/scripted-backend.ts';
import { obey } from './bot-process.ts';

/** Of a map's size in bytes and drawn beforehand: what is measured is the chat, not the drawing. */
const png = padded(greyPng(), 150_000);
const unlimited = { perSecond: 100_000, chatGapMs: 0, groupPerMinute: 100_000 };

/** The same pictures for all, of a map's weight. */
class BenchBackend extends ScriptedBackend {
  override async run(_: string, words: Readonly<Record<string, string | undefined>>): Promise<Reply> {
    return this.mapReply(words['symbol'] ?? 'eth', words['window'] ?? '7d');
  }

  override mapReply(symbol: string, window: string): Reply {
    const reply = super.mapReply(symbol, window);
    return { ...reply, picture: { ...reply.picture!, draw: async () => png } };
  }
}

const [apiUrl, token, limits] = process.argv.slice(2) as [string, string, string];
const backend = new BenchBackend();
const telegram = new Telegram({
  token,
  apiUrl,
  backend,
  store: memoryStore(),
  log: createLog({ level: 'error' }),
  ...(limits === 'unlimited' && { limits: unlimited }),
});
await telegram.start();
obey((chatIds) => {
  const reply = backend.mapReply('btc', '7d');
  return Promise.all(chatIds.map((chatId) => telegram.send({ chatId, reply, priority: 'broadcast' })));
});

/** A PNG with so many bytes of a chunk that readers pass over. */
function padded(picture: Buffer, bytes: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(bytes, 0);
  head.write('liQm', 4, 'ascii');
  const end = picture.length - 12;
  return Buffer.concat([picture.subarray(0, end), head, randomBytes(bytes + 4), picture.subarray(end)]);
}
