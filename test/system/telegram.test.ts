import type { Message, User } from 'telegraf/types';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '../support/moved-clock.ts';
import type { EmulatedBot } from '../support/telegram/bot.ts';
import type { TelegramEmulator } from '../support/telegram/emulator.ts';
import { mapPng } from '../support/telegram/scripted-backend.ts';
import { TelegramStage, textOf } from '../support/telegram/stage.ts';

vi.setConfig({ testTimeout: 10_000 });

let stage: TelegramStage;
let telegram: TelegramEmulator;
let bot: EmulatedBot;
let ada: User;
const started: TelegramStage['started'] = (more) => stage.started(more);
const said: TelegramStage['said'] = (chat, count) => stage.said(chat, count);
const picture: TelegramStage['picture'] = (chat, count) => stage.picture(chat, count);
const bytesOf = ({ photo }: Message.PhotoMessage) => telegram.world.files.bytesOf(photo);

beforeEach(async () => {
  stage = await TelegramStage.open();
  ({ telegram, bot, ada } = stage);
});
afterEach(() => stage.close());

describe('a command', () => {
  it('brings a picture with the facts under it and buttons', async () => {
    await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap eth 24h');
    const map = await picture(chat);
    expect(bytesOf(map)).toEqual(mapPng('eth', '24h'));
    expect(map.caption).toBe('ETH liquidations, 24h\nData is 3 s old.');
    expect(map.reply_markup?.inline_keyboard.map((row) => row.map(({ text }) => text))).toEqual([
      ['24h', '7d', '30d'],
      ['Refresh'],
    ]);
  });

  it('says who asks, and where', async () => {
    const { backend } = await started();
    const forum = telegram.supergroup('Forum', { 4: 'ETH' });
    forum.administrators.push(ada);
    telegram.say(ada, forum, '/status', { threadId: 4 });
    await said(forum);
    telegram.say(telegram.addUser('Bob'), forum, '/status');
    await said(forum, 2);
    const here = { platform: 'telegram', chatId: `${forum.id}`, communityId: `${forum.id}` };
    expect(backend.asked.map(({ caller }) => caller)).toMatchObject([
      { ...here, userId: `${ada.id}`, threadId: '4', mayManage: true },
      { ...here, mayManage: false },
    ]);
    expect(telegram.callsOf('getChatAdministrators')).toHaveLength(1);
  });

  it('is answered in its topic, as an answer to the question', async () => {
    await started();
    const forum = telegram.supergroup('Forum', { 4: 'ETH' });
    const question = telegram.say(ada, forum, '/liqmap eth', { threadId: 4 });
    const map = await picture(forum);
    expect(map).toMatchObject({ message_thread_id: 4, is_topic_message: true });
    // Sent as a form, in which telegraf by itself would drop the field.
    expect(telegram.callsOf('sendPhoto')[0]?.encoding).toBe('form');
    expect(map.reply_to_message?.message_id).toBe(question.message_id);
  });

  it('of anonymous administrators and of channels may manage', async () => {
    const { backend } = await started();
    const group = telegram.supergroup();
    const channel = telegram.channel();
    telegram.say(ada, group, '/status', { anonymous: true });
    telegram.say(ada, channel, '/status');
    await Promise.all([said(group), said(channel)]);
    expect(backend.asked.map(({ caller }) => caller.mayManage)).toEqual([true, true]);
    expect(telegram.callsOf('getChatAdministrators')).toEqual([]);
  });

  it('for another bot is left to it', async () => {
    const { backend } = await started();
    const group = telegram.supergroup();
    group.setStanding(bot.id, 'administrator');
    telegram.say(ada, group, '/liqmap@other_bot eth');
    telegram.say(ada, group, '/unknown');
    telegram.say(ada, group, '/liqmap@LiqMap_Bot eth');
    await said(group);
    expect(backend.asked).toHaveLength(1);
  });

  it('with an unknown symbol is answered with near matches', async () => {
    await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap ethh');
    expect(textOf((await said(chat))[0])).toBe('No venue lists "ethh". Did you mean ETH?');
  });

  it('that breaks is answered with a number, under which the log tells why', async () => {
    const { lines } = await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap broken');
    const text = textOf((await said(chat))[0]);
    const [, id] = /report this number: (\w+)/.exec(text) ?? [];
    expect(text).not.toContain('10.1.2.3');
    expect(lines.find((line) => line.includes(`${id}`))).toContain('connection to 10.1.2.3 lost');
  });

  it('whose picture cannot be drawn is answered in words', async () => {
    const { backend, lines } = await started();
    const failure = Promise.reject(new Error('no fonts'));
    failure.catch(() => undefined);
    backend.drawing.set('eth', failure);
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap eth');
    const text = textOf((await said(chat))[0]);
    expect(text).toContain('ETH liquidations, 7d\nData is 3 s old.\n(Picture or buttons broke');
    const [, id] = /Number for a report: (\w+)/.exec(text) ?? [];
    expect(lines.find((line) => line.includes(`${id}`))).toContain('no fonts');
  });

  it('is answered without any markup', async () => {
    await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap markup');
    const [message] = await said(chat);
    expect(textOf(message)).toBe('*bold* _x_ <b>&amp;</b> [a](http://b.example) `c`');
    expect(telegram.callsOf('sendMessage')[0]?.given).not.toHaveProperty('parse_mode');
  });

  it('in a group without pictures is answered in words', async () => {
    await started();
    const group = telegram.supergroup();
    group.rights.photos = false;
    telegram.say(ada, group, '/liqmap eth');
    expect(textOf((await said(group))[0])).toBe('ETH liquidations, 7d\nData is 3 s old.');
  });

  it('whose answer is for the asker alone is answered in private, where that can be', async () => {
    await started();
    const group = telegram.supergroup();
    const bob = telegram.addUser('Bob');
    const [toAda, toBob] = [telegram.privateChat(ada), telegram.privateChat(bob, 'never')];
    telegram.say(ada, group, '/forgetme');
    await said(toAda);
    expect(telegram.saidIn(group)).toEqual([]);
    telegram.say(bob, group, '/forgetme');
    await said(group);
    expect(telegram.saidIn(toBob)).toEqual([]);
    toBob.setStanding(bot.id, 'member');
    telegram.say(bob, toBob, '/forgetme');
    await said(toBob);
  });

  it('whose answer is secret is not answered before others', async () => {
    const { backend } = await started();
    backend.secret.add('forgetme');
    const group = telegram.supergroup();
    const bob = telegram.addUser('Bob');
    telegram.privateChat(bob, 'never');
    telegram.say(bob, group, '/forgetme');
    await said(group);
    expect(textOf(telegram.saidIn(group)[0])).toMatch(/^The answer is for you alone.*press Start/);
    expect(backend.asked).toHaveLength(1);
  });

  it('comes by link, too', async () => {
    const { backend } = await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/start eth_24h');
    await said(chat, 1);
    telegram.say(ada, chat, '/start status');
    await said(chat, 2);
    telegram.say(ada, chat, '/start');
    expect(textOf((await said(chat, 3))[2])).toContain('/status: how old the data is');
    expect(backend.asked.map(({ command, words }) => [command, words])).toEqual([
      ['liqmap', { symbol: 'eth', window: '24h' }],
      ['status', {}],
    ]);
  });

  it('of long ago is left unanswered', async () => {
    const { backend, telegram: adapter } = await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap eth', { atMs: Date.now() - 125_000 });
    telegram.say(ada, chat, '/liqmap btc', { atMs: Date.now() - 110_000 });
    await said(chat);
    expect(backend.asked.map(({ words }) => words['symbol'])).toEqual(['btc']);
    expect(adapter.counts.droppedCommands).toBe(1);
  });

  it('that comes too often is turned down, once', async () => {
    const { backend } = await started();
    const chat = telegram.privateChat(ada);
    for (let i = 0; i < 9; i += 1) telegram.say(ada, chat, '/status');
    const messages = await said(chat, 6);
    expect(backend.asked).toHaveLength(5);
    expect(messages.filter((message) => textOf(message).includes('That was quick'))).toHaveLength(1);
  });

  it('whose picture takes long delays nobody in another chat', async () => {
    const { backend } = await started();
    let open = (): void => undefined;
    backend.drawing.set('slow', new Promise<void>((resolve) => (open = resolve)));
    backend.gates.set('late', backend.drawing.get('slow')!);
    const slow = telegram.privateChat(ada);
    const late = telegram.privateChat(telegram.addUser('Carl'));
    const quick = telegram.privateChat(telegram.addUser('Bob'));
    telegram.say(ada, slow, '/liqmap slow');
    telegram.say(ada, slow, '/status');
    telegram.say(ada, late, '/liqmap late');
    telegram.say(ada, quick, '/liqmap eth');
    await said(quick);
    expect([telegram.saidIn(slow), telegram.saidIn(late)]).toEqual([[], []]);
    await telegram.until(() => telegram.callsOf('sendChatAction').length > 0);
    open();
    const [first, second] = await said(slow, 2);
    expect([first, second]).toMatchObject([{ photo: expect.anything() }, { text: 'Data is 3 s old.' }]);
    await said(late);
  });
});

describe('a button', () => {
  it('puts the new picture in the place of the old, after a restart as well', async () => {
    const before = await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap eth');
    const map = await picture(chat);
    await before.telegram.stop();
    await started({ store: before.store });
    expect(await telegram.press(ada, map, '24h')).toEqual({ showAlert: false });
    await telegram.until(() => telegram.callsOf('editMessageMedia').length > 0);
    const edited = telegram.world.current(map) as Message.PhotoMessage;
    expect(telegram.saidIn(chat)).toHaveLength(1);
    expect(edited.caption).toBe('ETH liquidations, 24h\nData is 3 s old.');
    expect(bytesOf(edited)).toEqual(mapPng('eth', '24h'));
    expect(edited.reply_markup?.inline_keyboard).toHaveLength(2);
  });

  it('that changes nothing is fine, and nothing is sent beside it', async () => {
    const { lines } = await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap eth');
    const map = await picture(chat);
    await telegram.press(ada, map, 'Refresh');
    await telegram.until(() => telegram.callsOf('editMessageMedia').length > 0);
    expect(telegram.callsOf('editMessageMedia')[0]?.outcome).toContain('message is not modified');
    telegram.say(ada, chat, '/status');
    expect(await said(chat, 2)).toHaveLength(2);
    expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  it('whose command has a problem tells the presser alone', async () => {
    const { backend } = await started();
    const chat = telegram.supergroup();
    telegram.say(ada, chat, '/liqmap eth');
    const map = await picture(chat);
    backend.run = () => Promise.reject(new Error('gone'));
    const answer = await telegram.press(ada, map, '24h');
    expect(answer).toMatchObject({ showAlert: true, text: expect.stringContaining('report this number') });
    expect(telegram.saidIn(chat)).toHaveLength(1);
  });

  it('that takes long says so at once', async () => {
    const { backend } = await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap eth');
    const map = await picture(chat);
    let open = (): void => undefined;
    backend.gates.set('eth', new Promise<void>((resolve) => (open = resolve)));
    expect(await telegram.press(ada, map, '24h')).toEqual({ showAlert: false, text: 'On its way...' });
    open();
    await telegram.until(() => telegram.callsOf('editMessageMedia').length > 0);
  });

  it('pressed too long ago changes nothing any more', async () => {
    const before = await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap eth');
    const map = await picture(chat);
    await before.telegram.stop();
    void telegram.press(ada, map, '24h');
    telegram.fail({
      fault: {
        kind: 'refusal',
        code: 400,
        description: 'Bad Request: query is too old and response timeout expired',
      },
      method: 'answerCallbackQuery',
      times: 1,
    });
    await started({ store: before.store });
    telegram.say(ada, chat, '/status');
    await said(chat, 2);
    expect(telegram.callsOf('answerCallbackQuery')).toHaveLength(1);
    expect(telegram.callsOf('editMessageMedia')).toEqual([]);
  });

  it('of an older version, or made up, is refused', async () => {
    await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap eth');
    const map = await picture(chat);
    const keyboard = (telegram.world.current(map) as Message.PhotoMessage).reply_markup!.inline_keyboard;
    keyboard[0]![0] = { text: 'Odd', callback_data: '0|drop|everything' };
    expect(await telegram.press(ada, map, 'Odd')).toMatchObject({
      showAlert: true,
      text: expect.stringContaining('older version'),
    });
  });

  it('whose message is gone brings a new one', async () => {
    await started();
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/liqmap eth');
    const map = await picture(chat);
    telegram.fail({
      fault: { kind: 'refusal', code: 400, description: 'Bad Request: message to edit not found' },
      method: 'editMessageMedia',
      times: 1,
    });
    await telegram.press(ada, map, '24h');
    expect(((await picture(chat, 2)) as Message.PhotoMessage).caption).toContain('24h');
  });
});

describe('a picture', () => {
  it('is uploaded once, to however many chats it goes, also after a restart', async () => {
    const before = await started();
    const chats = Array.from({ length: 20 }, (_, i) => telegram.privateChat(telegram.addUser(`U${i}`)));
    const reply = before.backend.mapReply('eth', '7d');
    const outcomes = await Promise.all(
      chats.map(({ id }) =>
        before.telegram.send({ chatId: `${id}`, reply, priority: 'broadcast', silent: true }),
      ),
    );
    expect(outcomes.every((outcome) => 'messageId' in outcome)).toBe(true);
    expect([before.backend.drawn, telegram.world.files.uploads]).toEqual([1, 1]);
    expect(telegram.callsOf('sendPhoto')[3]?.given).toMatchObject({ disable_notification: true });
    await before.telegram.stop();
    await started({ store: before.store });
    telegram.say(ada, telegram.privateChat(ada), '/liqmap eth');
    await picture(telegram.privateChat(ada));
    expect(telegram.world.files.uploads).toBe(1);
  });

  it('is uploaded again when Telegram does not know it any more', async () => {
    const { backend, telegram: adapter } = await started();
    const chat = telegram.privateChat(ada);
    const reply = backend.mapReply('eth', '7d');
    const delivery = { chatId: `${chat.id}`, reply, priority: 'broadcast' } as const;
    await adapter.send(delivery);
    telegram.world.files.forget();
    expect(await adapter.send(delivery)).toHaveProperty('messageId');
    expect(await adapter.send(delivery)).toHaveProperty('messageId');
    expect(telegram.world.files.uploads).toBe(2);
    expect(telegram.saidIn(chat)).toHaveLength(3);
  });
});

describe('inline mode', () => {
  it('shares the picture by way of the store chat, and its buttons work where the bot is not', async () => {
    const store = telegram.privateChat(telegram.addUser('Owner'));
    const { backend } = await started({ storeChat: `${store.id}` });
    const answer = await telegram.search(ada, 'eth 24h');
    expect(answer.results).toMatchObject([
      { type: 'photo', title: 'ETH liquidations, 24h', caption: 'ETH liquidations, 24h\nData is 3 s old.' },
    ]);
    const elsewhere = telegram.supergroup();
    elsewhere.setStanding(bot.id, 'left');
    const shared = telegram.share(ada, elsewhere, { answer }) as Message.PhotoMessage;
    await telegram.press(ada, shared, '30d');
    await telegram.until(() => telegram.callsOf('editMessageMedia').some(({ outcome }) => outcome === 'ok'));
    const edited = telegram.world.current(shared) as Message.PhotoMessage;
    expect(edited.caption).toContain('ETH liquidations, 30d');
    expect(bytesOf(edited)).toEqual(mapPng('eth', '30d'));
    expect(backend.asked.at(-1)?.caller).toMatchObject({ mayManage: false });
    expect(backend.asked.at(-1)?.caller).not.toHaveProperty('communityId');
    expect(telegram.saidIn(store)).toHaveLength(2);
  });

  it('shares words, and a way to the picture, where there is no store chat', async () => {
    const { backend } = await started();
    const answer = await telegram.search(ada, 'eth 24h');
    expect(answer).toMatchObject({
      results: [{ type: 'article', title: 'ETH liquidations, 24h' }],
      button: { start_parameter: 'liqmap_eth_24h' },
    });
    const shared = telegram.share(ada, telegram.supergroup(), { answer });
    await telegram.press(ada, shared, '7d');
    await telegram.until(() => telegram.callsOf('editMessageText').length > 0);
    expect(textOf(telegram.world.current(shared))).toContain('ETH liquidations, 7d');
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/start liqmap_eth_24h');
    expect((await picture(chat)).caption).toContain('24h');
    expect(backend.asked.at(-1)?.words).toEqual({ symbol: 'eth', window: '24h' });
  });

  it('hints at what to type, and says what is wrong', async () => {
    await started();
    const empty = await telegram.search(ada, ' ');
    expect(empty).toMatchObject({ results: [], button: { text: 'Type a coin, such as eth' } });
    const unknown = await telegram.search(ada, 'ethh');
    expect(unknown).toMatchObject({
      results: [],
      isPersonal: true,
      button: { text: 'No venue lists "ethh". Did you mean ETH?', start_parameter: 'help' },
    });
  });

  it('answers the last of what somebody types', async () => {
    const { backend } = await started();
    let open = (): void => undefined;
    backend.gates.set('e', new Promise<void>((resolve) => (open = resolve)));
    void telegram.search(ada, 'e');
    await telegram.until(() => backend.asked.length === 1);
    void telegram.search(ada, 'et');
    const last = telegram.search(ada, 'eth');
    await telegram.untilPolled(bot);
    open();
    expect((await last).results).toHaveLength(1);
    expect(backend.asked.map(({ words }) => words['symbol'])).toEqual(['e', 'eth']);
  });
});

describe('the menu', () => {
  it('is set in every scope, and again only when it has changed', async () => {
    const first = await started();
    await until(() => [...first.store.texts.keys()].some((key) => key.startsWith('telegram:menu')));
    expect(bot.menu({ type: 'all_group_chats' })).toEqual([
      { command: 'liqmap', description: 'where positions would be liquidated' },
      { command: 'status', description: 'how old the data is' },
      { command: 'forgetme', description: 'forgets you' },
    ]);
    await first.telegram.stop();
    const second = await started({ store: first.store });
    const chat = telegram.privateChat(ada);
    telegram.say(ada, chat, '/status');
    await said(chat);
    await second.telegram.stop();
    expect(telegram.callsOf('setMyCommands')).toHaveLength(4);
  });
});
