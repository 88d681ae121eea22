import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message, User } from 'telegraf/types';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { until } from '../support/moved-clock.ts';
import type { EmulatedBot } from '../support/telegram/bot.ts';
import type { EmulatedChat } from '../support/telegram/chat.ts';
import type { TelegramEmulator } from '../support/telegram/emulator.ts';
import type { Fault } from '../support/telegram/faults.ts';
import { TelegramStage, textOf } from '../support/telegram/stage.ts';
import { fastClock, type TestBot } from '../support/telegram/started-bot.ts';

vi.setConfig({ testTimeout: 10_000 });

let stage: TelegramStage;
let telegram: TelegramEmulator;
let bot: EmulatedBot;
let ada: User;
const started: TelegramStage['started'] = (more) => stage.started(more);
const said: TelegramStage['said'] = (chat, count) => stage.said(chat, count);

beforeEach(async () => {
  stage = await TelegramStage.open();
  ({ telegram, bot, ada } = stage);
});
afterEach(() => stage.close());

const reply = { text: 'Price nears a cluster.' };

function alert({ id }: EmulatedChat) {
  return { chatId: `${id}`, reply, priority: 'broadcast' } as const;
}

/** Every line of the log, in which nothing of the token may be. */
function expectNoToken(...bots: readonly TestBot[]): void {
  const [id, secret] = bot.token.split(':');
  const log = bots.flatMap(({ lines }) => lines).join('\n');
  expect(log).not.toContain(secret);
  expect(log).not.toContain(`bot${id}`);
}

describe('polling goes on', () => {
  it.each<[string, Fault]>([
    ['after an error of the server', { kind: 'status', code: 502 }],
    ['after a flood', { kind: 'flood', retryAfterS: 0.02 }],
    ['after an answer that is cut off', { kind: 'bad-json' }],
    ['after a connection that broke', { kind: 'reset' }],
    [
      'after a refusal that nobody has heard of',
      { kind: 'refusal', code: 418, description: 'I am a teapot' },
    ],
  ])('%s', async (_, fault) => {
    telegram.fail({ fault, method: 'getUpdates', times: 3 });
    const one = await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/status');
    expect(textOf((await said(chat))[0])).toBe('Data is 3 s old.');
    expect(one.telegram.health()).toMatchObject({ ok: true, detail: 'connected as @liqmap_bot' });
    expectNoToken(one);
  });

  it('after an update that nobody can read', async () => {
    const one = await started();
    const chat = telegram.privateChat(ada);
    bot.updates.push({ message: { message_id: 'not a number' } } as never);
    telegram.say(ada, chat, '/status');
    await said(chat);
    expect(one.lines.filter((line) => line.includes('update not understood'))).toHaveLength(1);
  });

  it('when another process has taken the updates for a while, and answers nobody twice', async () => {
    const one = await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/status');
    await said(chat);
    await telegram.untilPolled(bot);
    const rival = fetch(`${telegram.url}/bot${bot.token}/getUpdates?x`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ timeout: 50 }),
    });
    await until(() => !one.telegram.health().ok);
    expect(one.telegram.health().detail).toBe('another process asks for the updates of this bot');
    // Our next request ends the rival's.
    expect((await rival).status).toBe(409);
    telegram.say(ada, chat, '/status');
    expect(await said(chat, 2)).toHaveLength(2);
    await until(() => one.telegram.health().ok);
    expect(one.backend.asked).toHaveLength(2);
  });

  it('with two of our processes, and leaves nobody unanswered', async () => {
    const bots = await Promise.all([started(), started()]);
    const people = Array.from({ length: 5 }, (_, i) => telegram.addUser(`U${i}`));
    for (const user of people) {
      const chat = telegram.privateChat(user);
      telegram.say(user, chat, '/status');
      await said(chat);
    }
    expect(bots.every(({ alarms }) => alarms.length === 0)).toBe(true);
  });

  it('until the token is refused, which stops it with a clear word and an alarm', async () => {
    const one = await started();
    await telegram.untilPolled(bot);
    telegram.world.bots.delete(bot.token);
    bot.updates.release();
    await until(() => one.alarms.length > 0);
    expect(one.alarms).toEqual([expect.stringContaining('Telegram refuses TELEGRAM_TOKEN')]);
    expect(one.telegram.health()).toMatchObject({ ok: false, detail: expect.stringContaining('@BotFather') });
    const asked = telegram.callsOf('getUpdates').length;
    await one.telegram.stop();
    // One more asks to be told nothing twice.
    expect(telegram.callsOf('getUpdates').length).toBeLessThanOrEqual(asked + 1);
    expectNoToken(one);
  });
});

describe('starting', () => {
  it('waits for a Telegram that is away', async () => {
    telegram.fail({ fault: { kind: 'reset' }, times: 2 });
    telegram.fail({ fault: { kind: 'status', code: 500 }, times: 2 });
    const one = await started();
    expect(one.telegram.health().ok).toBe(true);
    expectNoToken(one);
  });

  it('is refused with a wrong token, which is not told to anybody', async () => {
    telegram.world.bots.delete(bot.token);
    const one = stage.made();
    await expect(one.telegram.start()).rejects.toThrow(UserError);
    await expect(one.telegram.start()).rejects.toThrow(/@BotFather/);
    expect(one.alarms).toHaveLength(1);
    expectNoToken(one);
  });

  it('twice is once, and stopping in the middle of it is fine', async () => {
    const one = stage.made();
    await Promise.all([one.telegram.start(), one.telegram.start()]);
    expect(telegram.callsOf('getMe')).toHaveLength(1);
    await Promise.all([one.telegram.stop(), one.telegram.stop()]);
    await expect(one.telegram.start()).rejects.toThrow(/stopped/);
    const other = stage.made();
    telegram.fail({ fault: { kind: 'hang' }, method: 'getMe', times: 1 });
    const starting = other.telegram.start();
    await other.telegram.stop();
    await starting;
    expect(other.telegram.health()).toEqual({ ok: false, detail: 'stopped' });
  });
});

describe('stopping', () => {
  it('finishes what runs, and leaves what came too late to the next process', async () => {
    const one = await started();
    let open = (): void => undefined;
    one.backend.gates.set('eth', new Promise<void>((resolve) => (open = resolve)));
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap eth');
    await until(() => one.backend.asked.length === 1);
    await telegram.untilPolled(bot);
    const stopped = one.telegram.stop();
    await telegram.until(() => !bot.updates.isPolled && bot.updates.unconfirmed.length === 0);
    telegram.say(ada, chat, '/status');
    open();
    await stopped;
    expect(telegram.saidIn(chat)).toMatchObject([{ photo: expect.anything() }]);
    await started();
    expect(textOf((await said(chat, 2))[1])).toBe('Data is 3 s old.');
  });

  it('hands back alerts that have not left yet', async () => {
    const one = await started({ limits: { perSecond: 1, chatGapMs: 0, groupPerMinute: 18 } });
    const chats = [1, 2, 3].map((i) => telegram.privateChat(telegram.addUser(`U${i}`)));
    const outcomes = chats.map((chat) => one.telegram.send(alert(chat)));
    await said(chats[0]!);
    await one.telegram.stop();
    expect(await Promise.all(outcomes)).toEqual([
      { messageId: expect.any(String) },
      { notSent: 'stopping' },
      { notSent: 'stopping' },
    ]);
  });
});

describe('a message', () => {
  it.each<[string, Fault]>([
    ['whose connection broke', { kind: 'reset', performed: true }],
    ['whose answer was cut off', { kind: 'bad-json', performed: true }],
    ['that a gateway gave up on', { kind: 'status', code: 504, performed: true }],
  ])('%s after it was taken is not repeated', async (_, fault) => {
    const one = await started();
    const chat = telegram.privateChat(ada);
    telegram.fail({ fault, chatId: chat.id, times: 1 });
    expect(await one.telegram.send(alert(chat))).toEqual({ unknown: expect.any(String) });
    expect(await one.telegram.send(alert(chat))).toHaveProperty('messageId');
    expect(telegram.saidIn(chat)).toHaveLength(2);
    expectNoToken(one);
  });

  it('that the server could not take is sent again, in its order', async () => {
    const one = await started({ clock: fastClock(100) });
    const chat = telegram.privateChat(ada);
    telegram.fail({ fault: { kind: 'status', code: 500 }, chatId: chat.id, times: 2 });
    const sent = ['one', 'two'].map((text) => one.telegram.send({ ...alert(chat), reply: { text } }));
    await Promise.all(sent);
    expect(telegram.saidIn(chat).map(textOf)).toEqual(['one', 'two']);
  });

  it('waits as long as Telegram says, and only in the chat concerned', async () => {
    const clock = fastClock(50);
    const one = await started({ clock });
    const chat = telegram.privateChat(ada);
    const other = telegram.privateChat(telegram.addUser('Bob'));
    telegram.fail({ fault: { kind: 'flood', retryAfterS: 10 }, chatId: chat.id, times: 1 });
    const startMs = clock.steadyMs();
    const first = one.telegram.send(alert(chat));
    await telegram.until(() => telegram.callsOf('sendMessage').length === 1);
    await one.telegram.send(alert(other));
    const meanwhileMs = clock.steadyMs();
    await first;
    expect(clock.steadyMs() - startMs).toBeGreaterThanOrEqual(10_000);
    expect(meanwhileMs - startMs).toBeLessThan(9_000);
    expect(telegram.saidIn(chat)).toHaveLength(1);
    expect(one.telegram.counts.flood).toBe(1);
  });

  it('to who has blocked the bot is the last request there, until they speak again', async () => {
    const one = await started();
    const chat = telegram.privateChat(ada);
    chat.setStanding(bot.id, 'blocked');
    expect(await one.telegram.send(alert(chat))).toEqual({ dead: 'Forbidden: bot was blocked by the user' });
    expect(await one.telegram.send(alert(chat))).toHaveProperty('dead');
    expect(telegram.callsOf('sendMessage')).toHaveLength(1);
    expect(one.dead).toEqual([{ chatId: `${chat.id}`, reason: 'Forbidden: bot was blocked by the user' }]);
    telegram.setStanding(chat, 'member', ada);
    telegram.say(ada, chat, '/status');
    await said(chat);
    expect(await one.telegram.send(alert(chat))).toHaveProperty('messageId');
  });

  it('to a group that has put the bot out is not even tried', async () => {
    const one = await started();
    const group = telegram.supergroup();
    telegram.setStanding(group, 'kicked', ada);
    await until(() => one.dead.length > 0);
    expect(await one.telegram.send(alert(group))).toHaveProperty('dead');
    expect(telegram.callsOf('sendMessage')).toEqual([]);
  });

  it('to a topic that is closed disables the topic, not the group', async () => {
    const one = await started();
    const forum = telegram.supergroup('Forum', { 4: 'ETH' });
    forum.topics.get(4)!.closed = true;
    expect(await one.telegram.send({ ...alert(forum), threadId: '4' })).toHaveProperty('dead');
    expect(await one.telegram.send(alert(forum))).toHaveProperty('messageId');
    expect(one.dead).toMatchObject([{ chatId: `${forum.id}`, threadId: '4' }]);
  });

  it('to a group that has become a supergroup follows it there, after the store has', async () => {
    const one = await started();
    const group = telegram.group();
    const next = telegram.migrate(group, { silently: true });
    const sent = await Promise.all([one.telegram.send(alert(group)), one.telegram.send(alert(group))]);
    expect(sent).toMatchObject([{ messageId: expect.any(String) }, { messageId: expect.any(String) }]);
    expect(one.moved).toEqual([{ fromChatId: `${group.id}`, toChatId: `${next.id}` }]);
    expect(telegram.saidIn(next)).toHaveLength(2);
    await one.telegram.send(alert(group));
    expect(telegram.callsOf('sendMessage').filter(({ outcome }) => outcome !== 'ok')).toHaveLength(1);
  });

  it('follows a group whose move Telegram has told of, without any refusal', async () => {
    const one = await started();
    const group = telegram.group();
    const next = telegram.migrate(group);
    await until(() => one.moved.length > 0);
    await one.telegram.send(alert(group));
    expect(telegram.saidIn(next)).toHaveLength(1);
    expect(telegram.callsOf('sendMessage').map(({ outcome }) => outcome)).toEqual(['ok']);
    expect(one.moved).toHaveLength(1);
  });
});

describe('the webhook', () => {
  const webhookUrl = 'https://bot.example/telegram';
  let servers: ReturnType<typeof createServer>[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function withWebhook(more: Parameters<TelegramStage['started']>[0] = {}) {
    const one = stage.made({ webhookUrl, ...more });
    const server = createServer((request, response) => void one.telegram.webhook?.handle(request, response));
    servers = [...servers, server];
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    telegram.route('bot.example', base);
    await one.telegram.start();
    return { ...one, address: `${base}${one.telegram.webhook!.path}` };
  }

  it('brings updates without polling', async () => {
    const one = await withWebhook();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap eth');
    const [map] = await said(chat);
    await telegram.press(ada, map as Message, '24h');
    await telegram.until(() => telegram.callsOf('editMessageMedia').length > 0);
    expect(telegram.callsOf('getUpdates')).toEqual([]);
    expect(one.telegram.health().ok).toBe(true);
  });

  it('is closed to whoever does not know its secret', async () => {
    const one = await withWebhook({ webhookSecret: 'a-secret-of-sixteen' });
    const post = async (headers: Record<string, string>, body = '{"update_id":1}') =>
      (await fetch(one.address, { method: 'POST', headers, body })).status;
    const secret = 'x-telegram-bot-api-secret-token';
    expect(bot.webhook?.secret).toBe('a-secret-of-sixteen');
    expect(await post({})).toBe(403);
    expect(await post({ [secret]: 'a-secret-of-sixteem' })).toBe(403);
    expect(await post({ [secret]: 'a-secret-of-sixteen' })).toBe(200);
    expect(await post({ [secret]: 'a-secret-of-sixteen' }, 'no JSON')).toBe(400);
    expect(await post({ [secret]: 'a-secret-of-sixteen' }, '{}')).toBe(400);
    expect(await post({ [secret]: 'a-secret-of-sixteen' }, ' '.repeat(1_000_001))).toBe(413);
    expect((await fetch(one.address)).status).toBe(405);
  });

  it("makes itself a secret of Telegram's form where none is set", async () => {
    await withWebhook();
    expect(bot.webhook?.secret).toMatch(/^[\w-]{64}$/);
    expect(bot.webhook?.secret).not.toContain(bot.token.split(':')[1]);
  });

  it('answers once what is delivered twice', async () => {
    const one = await withWebhook();
    const chat = telegram.privateChat(ada);
    const message = telegram.say(ada, chat, '/status');
    await said(chat);
    const body = JSON.stringify({ update_id: 700_001, message });
    const headers = { 'x-telegram-bot-api-secret-token': bot.webhook!.secret! };
    expect((await fetch(one.address, { method: 'POST', headers, body })).status).toBe(200);
    telegram.say(ada, chat, '/status');
    await said(chat, 2);
    expect(one.backend.asked).toHaveLength(2);
  });

  it('of a process that stops leaves updates to the next', async () => {
    const first = await withWebhook();
    await first.telegram.stop();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/status');
    await until(() => bot.webhook?.lastError !== undefined);
    expect(bot.updates.unconfirmed).toHaveLength(1);
    await withWebhook();
    await telegram.retryWebhooks();
    await said(chat);
  });
});
