import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import type { Caller, Reply } from '../../../commands/command.ts';
import { commands } from '../../../commands/index.ts';
import type { ChatBackend } from '../../../src/chat/adapter.ts';
import { Interactions } from '../../../src/chat/discord/interactions.ts';
import { Outbox as DiscordOutbox } from '../../../src/chat/discord/outbox.ts';
import { ApiError, type ApiRequest, type DiscordRest } from '../../../src/chat/discord/rest.ts';
import type { Administrators } from '../../../src/chat/telegram/administrators.ts';
import type { AlertStanding } from '../../../src/chat/telegram/alert-standing.ts';
import { createAllowances } from '../../../src/chat/telegram/allowances.ts';
import { type BotApi, BotApiError, type Photo } from '../../../src/chat/telegram/bot-api.ts';
import { Commands } from '../../../src/chat/telegram/commands.ts';
import { Messenger } from '../../../src/chat/telegram/messenger.ts';
import { Outbox } from '../../../src/chat/telegram/outbox.ts';
import { Pictures } from '../../../src/chat/telegram/pictures.ts';
import { Presses } from '../../../src/chat/telegram/presses.ts';
import { Runner } from '../../../src/chat/telegram/runner.ts';
import type { Searches } from '../../../src/chat/telegram/searches.ts';
import { Work } from '../../../src/chat/telegram/work.ts';
import { UserError } from '../../../src/errors.ts';
import { memoryStore } from '../../support/discord/backend.ts';
import { keptLog } from '../../support/jobs/redis.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { VirtualClock } from '../virtual-clock.ts';

const people = ['11', '12', '13', '14'] as const;
const groups = ['-21', '-22', '-23'] as const;

const asked = fc.record({
  by: fc.constantFrom(...people),
  /** Alone with the bot, or in a group. */
  where: fc.option(fc.constantFrom(...groups), { nil: undefined }),
  what: fc.constantFrom('liqmap', 'liqmap', 'mypos', 'status', 'alerts', 'press', 'alert'),
  gapMs: fc.constantFrom(0, 0, 0, 5, 400, 3_000),
});

const fault = fc.constantFrom(
  'none',
  'none',
  'none',
  'flood',
  'lost',
  'unsent',
  'refused',
  'broken',
  'moved',
  'file',
);

const script = fc.record({
  asks: fc.array(asked, { minLength: 2, maxLength: 14 }),
  faults: fc.array(fault, { minLength: 1, maxLength: 20 }),
  turns: fc.array(fc.nat(6), { minLength: 1, maxLength: 20 }),
  answers: fc.array(fc.constantFrom('picture', 'picture', 'words', 'problem', 'defect', 'undrawn'), {
    minLength: 1,
    maxLength: 10,
  }),
});
type Script = typeof script extends fc.Arbitrary<infer Value> ? Value : never;

/** Many chats that ask at the same time, while requests to the platform are late, fail and are repeated. */
export const messengers: FuzzArea = {
  name: 'many chats at once',
  open: async () => ({
    claims: [
      claim('on Telegram nobody reads what another chat has asked for', 1_200, script, onTelegram),
      claim('on Discord nobody reads what another chat has asked for', 1_200, script, onDiscord),
    ],
  }),
};

/** Whose it is and where it was asked for, in every word of an answer; of what is private only whose. */
function markOf(userId: string, chatId: string): string {
  return `zq${userId}at${chatId}zq`;
}

/** @throws Error when a mark in it is another's, or belongs to another place */
function requireOwn(seen: unknown, may: (userId: string, chatId: string) => boolean, where: string): void {
  const text = typeof seen === 'string' ? seen : JSON.stringify(seen);
  for (const [mark, userId = '', chatId = ''] of text.matchAll(/zq(\d+)at(-?\w+?)zq/g))
    if (!may(userId, chatId)) throw new Error(`${where} reads ${mark}`);
}

/** Takes the next of a list, over and over. */
function inTurn<Value>(values: readonly Value[]): () => Value {
  let next = 0;
  return () => values[next++ % values.length]!;
}

function slowly(turns: () => number): () => Promise<void> {
  return async () => {
    for (let left = turns(); left > 0; left -= 1) await turn();
  };
}

function backendOf(given: Script, wait: () => Promise<void>): ChatBackend {
  const next = inTurn(given.answers);
  return {
    commands,
    suggestSymbols: async () => [],
    async run(name, _, { userId, chatId }: Caller): Promise<Reply> {
      const how = next();
      await wait();
      const isSecret = name === 'mypos';
      const mark = markOf(userId, isSecret ? 'alone' : chatId);
      if (how === 'problem') throw new UserError(`no: ${markOf(userId, chatId)}`);
      if (how === 'defect') throw new Error('broke');
      const buttons = [[{ label: mark.slice(0, 30), command: 'liqmap', words: { symbol: 'eth' } }]];
      const secret = isSecret ? { isSecret: true as const } : {};
      if (how === 'words') return { text: mark, buttons, ...secret };
      const draw = async () => {
        await wait();
        if (how === 'undrawn') throw new Error('not drawn');
        return Buffer.from(`png ${mark}`);
      };
      return { text: mark, buttons, picture: { fileName: `${mark}.png`, alt: mark, draw }, ...secret };
    },
  };
}

async function onTelegram(given: Script): Promise<void> {
  const clock = new VirtualClock();
  const wait = slowly(inTurn(given.turns));
  const nextFault = inTurn(given.faults);
  const seen: (() => void)[] = [];
  const moved = new Map<string, string>();
  const placeOf = (chatId: string): string => moved.get(chatId) ?? chatId;
  const check = (chatId: string, content: unknown) => {
    const place = placeOf(chatId);
    const may = (userId: string, at: string) => at === place || (at === 'alone' && userId === place);
    seen.push(() => requireOwn(content, may, `chat ${place}`));
  };
  let messageId = 0;
  const photoText = (photo: Photo) => ('png' in photo ? photo.png.toString() : photo.fileId);
  const request = async (chatId: string, content: unknown, photo?: Photo) => {
    await wait();
    check(chatId, content);
    const kind = nextFault();
    const error = telegramError(kind, chatId);
    if (error?.migrateToChatId !== undefined) moved.set(error.migrateToChatId, placeOf(chatId));
    await wait();
    if (error) throw error;
    messageId += 1;
    const fileId = photo && ('png' in photo ? `file ${photo.png.toString()}` : photo.fileId);
    return { messageId: `${messageId}`, ...(fileId !== undefined && { fileId }) };
  };
  const api = {
    sendText: ({ chatId }, { text, keyboard }) => request(chatId, [text, keyboard]),
    sendPhoto: ({ chatId }, { photo, caption, keyboard }) =>
      request(chatId, [photoText(photo), caption, keyboard], photo),
    editText: (place, content) => request(chatOf(place), content),
    editPhoto: (place, { photo, caption, keyboard }) =>
      request(chatOf(place), [photoText(photo), caption, keyboard], photo),
    editCaption: (place, content) => request(chatOf(place), content),
    showActivity: async () => undefined,
    answerPress: async (id, answer) => {
      const may = (userId: string) => id === `press of ${userId}`;
      seen.push(() => requireOwn(answer, may, id));
      await wait();
    },
  } as Partial<BotApi> as BotApi;
  const { log } = keptLog();
  const outbox = new Outbox({ clock, log, onDead: () => undefined, onMoved: async () => undefined });
  const newId = () => 'id';
  const pictures = new Pictures({
    store: memoryStore(),
    log,
    newId,
    botId: () => '1',
    hold: (key) => outbox.hold(key),
    release: (key) => outbox.release(key),
  });
  const messenger = new Messenger({
    api,
    outbox,
    pictures,
    commands,
    log,
    newId,
    nowMs: () => clock.nowMs(),
  });
  const defects: unknown[] = [];
  const onDefect = (error: unknown) => void defects.push(error);
  const work = new Work({ atOnce: 3, maxWaiting: 100, maxWaitingPerKey: 20, onDefect });
  const administrators = { includes: async () => false } as Partial<Administrators> as Administrators;
  const standing = { obstacle: async () => undefined } as Partial<AlertStanding> as AlertStanding;
  const backend = backendOf(given, wait);
  const runner = new Runner({ backend, administrators, standing, log, newId });
  const allowances = createAllowances(() => clock.nowMs());
  const deps = { api, commands, runner, messenger, outbox, work, allowances, clock, log };
  const asks = new Commands({ ...deps, username: () => 'bot' });
  const searches = {} as Partial<Searches> as Searches;
  const presses = new Presses({ ...deps, searches });
  for (const { by, where, what, gapMs } of given.asks) {
    const chatId = where ?? by;
    const asker = { userId: by, chatId, isPrivate: where === undefined };
    if (what === 'press') {
      const message = { messageId: '5', hasPhoto: messageId % 2 === 0 };
      presses.take({ kind: 'press', asker, id: `press of ${by}`, code: '1|liqmap|eth', message });
    } else if (what === 'alert') {
      void messenger.send({ chatId, reply: { text: markOf(by, chatId) }, priority: 'broadcast' });
    } else {
      asks.take({ kind: 'command', asker, name: what, words: 'eth', messageId: '7', sentMs: clock.nowMs() });
    }
    await clock.advance(gapMs);
  }
  await clock.until(work.idle().then(() => outbox.close(120_000)));
  if (defects.length > 0) throw defects[0];
  for (const look of seen) look();
}

function chatOf(place: { readonly chatId: string } | { readonly inlineMessageId: string }): string {
  return 'chatId' in place ? place.chatId : '';
}

function telegramError(kind: string, chatId: string): BotApiError | undefined {
  switch (kind) {
    case 'flood':
      return new BotApiError('send', 'Too Many Requests', { reach: 'refused', code: 429, retryAfterS: 1 });
    case 'lost':
      return new BotApiError('send', 'no answer in time', { reach: 'unknown' });
    case 'unsent':
      return new BotApiError('send', 'connection failed', { reach: 'not-sent' });
    case 'refused':
      return new BotApiError('send', 'not enough rights to send photos', { reach: 'refused', code: 400 });
    case 'broken':
      return new BotApiError('send', 'Internal Server Error', { reach: 'refused', code: 500 });
    case 'moved': {
      const isGroup = chatId.startsWith('-') && !chatId.endsWith('99');
      const details = { reach: 'refused', code: 400, migrateToChatId: `${chatId}99` } as const;
      return isGroup ? new BotApiError('send', 'upgraded', details) : undefined;
    }
    case 'file':
      return new BotApiError('send', 'wrong file identifier', { reach: 'refused', code: 400 });
    default:
      return undefined;
  }
}

const snowflakeOf = (id: string) => `10000000000000000${id.replace('-', '')}`.slice(-18);

async function onDiscord(given: Script): Promise<void> {
  const wait = slowly(inTurn(given.turns));
  const nextFault = inTurn(given.faults);
  const seen: (() => void)[] = [];
  const answered = async ({ path, body, files = [] }: ApiRequest) => {
    const content = [
      JSON.stringify(body ?? ''),
      ...files.map(({ name, data }) => `${name} ${data.toString()}`),
    ];
    seen.push(() => requireOwn(content.join(' '), (userId, at) => isFor(path, userId, at), path));
    await wait();
    const kind = nextFault();
    await wait();
    if (kind === 'lost' || kind === 'unsent') throw new ApiError('lost', 'no answer');
    if (kind === 'broken') throw new ApiError('failed', 'broke', { status: 500 });
    if (kind === 'refused') throw new ApiError('refused', 'no', { status: 400, code: 50_035 });
    return { id: '100000000000000077' };
  };
  const rest: DiscordRest = { acknowledge: answered, asInteraction: answered, asBot: answered };
  const { log } = keptLog();
  const store = memoryStore();
  const common = { rest, log, nowMs: () => 0, commands };
  const interactions = new Interactions({ ...common, backend: backendOf(given, wait) });
  const outbox = new DiscordOutbox({
    ...common,
    store,
    onDead: () => undefined,
    perSecond: 1e5,
    repeatAfterMs: [0, 0],
  });
  const sent: Promise<unknown>[] = [];
  for (const [number, { by, where, what }] of given.asks.entries()) {
    const [userId, channelId] = [snowflakeOf(by), snowflakeOf(where ?? by)];
    if (what === 'alert') {
      const reply = { text: markOf(userId, channelId) };
      sent.push(outbox.send({ channelId, reply, nonce: `n${number}` }).catch(() => undefined));
    } else interactions.handle(interactionOf({ number, userId, channelId, what }));
    await wait();
  }
  await Promise.all([interactions.close(), ...sent]);
  await outbox.close();
  for (const look of seen) look();
}

/** Tickets name who asked and where, so that a wrong one is seen. */
function isFor(path: string, userId: string, chatId: string): boolean {
  const ticket = /\/(?:interactions|webhooks)\/\d+\/([^/]+)/.exec(path)?.[1];
  if (ticket === undefined) return path.startsWith(`/channels/${chatId}/`);
  const [, asker, channel] = /^t(\d+)c(\d+)n\d+$/.exec(ticket) ?? [];
  return asker === userId && (chatId === 'alone' || channel === chatId);
}

function interactionOf(one: { number: number; userId: string; channelId: string; what: string }): object {
  const { number, userId, channelId, what } = one;
  const command = { type: 1, name: what, options: [{ name: 'symbol', type: 3, value: 'eth' }] };
  return {
    id: `1000000000000${10_000 + number}`,
    application_id: '100000000000000009',
    token: `t${userId}c${channelId}n${number}`,
    channel_id: channelId,
    version: 1,
    guild_id: '100000000000000004',
    member: { user: { id: userId }, permissions: '0' },
    context: 0,
    app_permissions: '562949953473536',
    channel: { type: 0 },
    authorizing_integration_owners: { 0: '100000000000000004' },
    ...(what === 'press'
      ? { type: 3, data: { component_type: 2, custom_id: '1|liqmap|eth#2' } }
      : { type: 2, data: command }),
  };
}
