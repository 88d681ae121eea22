import { request } from 'node:http';
import type { Message, Update } from 'telegraf/types';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EmulatedBot } from '../support/telegram/bot.ts';
import type { EmulatedChat } from '../support/telegram/chat.ts';
import { TelegramEmulator } from '../support/telegram/emulator.ts';
import { greyPng } from '../support/telegram/png.ts';

// Everything here is said to the emulator by plain HTTP, without any Telegram client.

type Answer = {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: object;
};

vi.setConfig({ testTimeout: 10_000 });

let nowMs: number;
let telegram: TelegramEmulator;
let bot: EmulatedBot;
const ada = () => telegram.addUser('Ada');

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 22, 12);
  telegram = await TelegramEmulator.start({ nowMs: () => nowMs });
  bot = telegram.addBot();
});
afterEach(() => telegram.stop());

async function call(method: string, given: object = {}, token = bot.token): Promise<Answer> {
  const response = await fetch(`${telegram.url}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(given),
  });
  const answer = (await response.json()) as Answer;
  expect(response.status).toBe(answer.ok ? 200 : answer.error_code);
  return answer;
}

/** A form as node clients write it: no space after the colon, no type of a part, sent in chunks. */
async function form(method: string, parts: Readonly<Record<string, string | Buffer>>): Promise<Answer> {
  const boundary = 'a'.repeat(64);
  const chunks = Object.entries(parts).flatMap(([name, body], i) => [
    `${i === 0 ? '' : '\r\n'}--${boundary}\r\n`,
    `content-disposition:form-data; name="${name}"${typeof body === 'string' ? '' : '; filename="a.png"'}\r\n\r\n`,
    body,
  ]);
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
    const sent = request(`${telegram.url}/bot${bot.token}/${method}`, { method: 'POST', headers });
    sent.on('error', reject).on('response', (response) => {
      response
        .toArray()
        .then((body) => resolve(JSON.parse(Buffer.concat(body).toString())))
        .catch(reject);
    });
    for (const chunk of chunks) sent.write(chunk);
    sent.end(`\r\n--${boundary}--`);
  });
}

function refusal(answer: Answer): string {
  expect(answer.ok).toBe(false);
  return `${answer.error_code} ${answer.description}`;
}

async function sentPhoto(chat: EmulatedChat, shade = 9): Promise<Message.PhotoMessage> {
  const answer = await form('sendPhoto', { chat_id: `${chat.id}`, photo: greyPng({ shade }), caption: 'x' });
  expect(answer).toMatchObject({ ok: true });
  return answer.result as Message.PhotoMessage;
}

describe('the emulated Bot API refuses', () => {
  it.each<[string, object, string]>([
    ['sendMassage', { chat_id: 1, text: 'x' }, '404 Not Found: method not found'],
    ['sendMessage', { text: 'x' }, '400 Bad Request: chat_id is empty'],
    ['sendMessage', { chat_id: 77, text: 'x' }, '400 Bad Request: chat not found'],
    ['sendMessage', { chat_id: '@nobody', text: 'x' }, '400 Bad Request: chat not found'],
    ['sendMessage', { chat_id: 1.5, text: 'x' }, '400 Bad Request: field "chat_id" must be an integer'],
    ['getUpdates', { allowed_updates: ['massage'] }, '400 Bad Request: field "allowed_updates[0]" must be'],
    ['setWebhook', { url: 'http://bot.example/x' }, '400 Bad Request: bad webhook: An HTTPS URL must be'],
    [
      'setWebhook',
      { url: 'https://bot.example:8080/x' },
      '400 Bad Request: bad webhook: Webhook can be set up',
    ],
    [
      'setWebhook',
      { url: 'https://b.example', secret_token: 'a b' },
      '400 Bad Request: secret token contains',
    ],
    [
      'setMyCommands',
      { commands: [{ command: 'Liqmap', description: 'x' }] },
      '400 Bad Request: BOT_COMMAND_INVALID',
    ],
    [
      'setMyCommands',
      { commands: [{ command: 'liqmap', description: '' }] },
      '400 Bad Request: BOT_COMMAND_DESC',
    ],
    [
      'setMyCommands',
      { commands: [{ name: 'liqmap' }] },
      '400 Bad Request: unknown field "commands[0].name"',
    ],
    [
      'setMyCommands',
      { commands: [], scope: { type: 'all' } },
      '400 Bad Request: field "scope.type" must be one',
    ],
    ['answerCallbackQuery', { callback_query_id: 'cb1' }, '400 Bad Request: query is too old'],
    ['answerInlineQuery', { inline_query_id: 'iq1', results: [] }, '400 Bad Request: query is too old'],
    [
      'editMessageText',
      { inline_message_id: 'im1', text: 'x' },
      '400 Bad Request: invalid inline message id',
    ],
  ])('%s %j with: %s', async (method, given, reason) => {
    expect(refusal(await call(method, given))).toContain(reason);
  });

  it.each<[string, object, string]>([
    ['an empty text', { text: ' ' }, 'message text is empty'],
    ['a long text', { text: 'x'.repeat(4097) }, 'message is too long'],
    ['a field it does not know', { text: 'x', caption: 'y' }, 'unknown field "caption"'],
    ['markup it does not play', { text: 'x', parse_mode: 'HTML' }, 'field "parse_mode" is not emulated'],
    ['a topic that is not there', { text: 'x', message_thread_id: 5 }, 'message thread not found'],
    [
      'an answer to nothing',
      { text: 'x', reply_parameters: { message_id: 5 } },
      'message to be replied not found',
    ],
    ['an old field', { text: 'x', reply_to_message_id: 5 }, 'unknown field "reply_to_message_id"'],
    [
      'a boolean as text',
      { text: 'x', disable_notification: 'yes' },
      'field "disable_notification" must be a boolean',
    ],
    ['buttons as a list', { text: 'x', reply_markup: [] }, 'object expected as reply_markup'],
    ['a keyboard of nothing', { text: 'x', reply_markup: {} }, 'object expected as reply markup'],
    ['data of 65 bytes', buttons({ text: 'x', callback_data: `${'x'.repeat(63)}é` }), 'BUTTON_DATA_INVALID'],
    ['data of no bytes', buttons({ text: 'x', callback_data: '' }), 'BUTTON_DATA_INVALID'],
    [
      'a button that does nothing',
      buttons({ text: 'x' }),
      "can't parse inline keyboard button: exactly one action is needed",
    ],
    ['a button without a label', buttons({ text: '', callback_data: 'x' }), `can't find field "text"`],
    [
      'a field in a button',
      buttons({ text: 'x', custom_id: 'x' }),
      'unknown field "reply_markup.inline_keyboard',
    ],
    ['too many buttons', manyButtons(101), 'reply markup is too long'],
  ])('a message with %s', async (_, given, reason) => {
    const chat = telegram.privateChat(ada());
    expect(refusal(await call('sendMessage', { chat_id: chat.id, ...given }))).toContain(
      `400 Bad Request: ${reason}`,
    );
    expect(telegram.saidIn(chat)).toEqual([]);
  });

  it('takes the longest text, data and answer that are allowed', async () => {
    const chat = telegram.privateChat(ada());
    const longest = { ...buttons({ text: 'x', callback_data: 'x'.repeat(64) }), text: 'x'.repeat(4096) };
    expect(await call('sendMessage', { chat_id: chat.id, ...longest })).toMatchObject({ ok: true });
  });

  it('tokens that it did not issue, and addresses without one', async () => {
    expect(refusal(await call('getMe', {}, '1:x'))).toBe('401 Unauthorized');
    expect(refusal(await call('getMe', {}, 'nonsense'))).toBe('404 Not Found');
    expect(await (await fetch(telegram.url)).json()).toMatchObject({ ok: false, error_code: 404 });
  });

  it('bodies that are no JSON object', async () => {
    const post = async (body: string, type = 'application/json') => {
      const address = `${telegram.url}/bot${bot.token}/getMe`;
      return (await fetch(address, { method: 'POST', headers: { 'content-type': type }, body })).json();
    };
    expect(refusal((await post('{')) as Answer)).toContain("can't parse JSON object");
    expect(refusal((await post('[]')) as Answer)).toContain('object expected as request');
    expect(refusal((await post('a=1', 'text/plain')) as Answer)).toContain('content type');
  });

  it.each<[string, Buffer, string]>([
    ['is empty', Buffer.alloc(0), 'file must be non-empty'],
    ['is no picture', Buffer.from('no picture at all'), 'IMAGE_PROCESS_FAILED'],
    [
      'is a JPEG by its first bytes',
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Array(40).fill(0)]),
      'IMAGE_PROCESS_FAILED',
    ],
    ['is cut off', greyPng().subarray(0, -12), 'IMAGE_PROCESS_FAILED'],
    ['is 21 times as wide as high', greyPng({ width: 2100, height: 100 }), 'PHOTO_INVALID_DIMENSIONS'],
    ['has sides of over 10000 in sum', greyPng({ width: 9000, height: 1001 }), 'PHOTO_INVALID_DIMENSIONS'],
    ['has no area', greyPng({ width: 0, height: 10 }), 'PHOTO_INVALID_DIMENSIONS'],
    ['is over 10 MB', Buffer.concat([greyPng(), Buffer.alloc(10 * 1024 * 1024)]), 'file is too big'],
  ])('a photo that %s', async (_, photo, reason) => {
    const chat = telegram.privateChat(ada());
    expect(refusal(await form('sendPhoto', { chat_id: `${chat.id}`, photo }))).toContain(
      `400 Bad Request: ${reason}`,
    );
  });

  it('long captions, files that nothing names, and forms that are cut off', async () => {
    const chat_id = `${telegram.privateChat(ada()).id}`;
    const photo = greyPng();
    const tooLong = await form('sendPhoto', { chat_id, photo, caption: 'x'.repeat(1025) });
    expect(refusal(tooLong)).toBe('400 Bad Request: message caption is too long');
    expect(refusal(await form('sendPhoto', { chat_id, photo, extra: photo }))).toContain(
      '"extra" is attached but',
    );
    expect(refusal(await form('sendPhoto', { chat_id }))).toContain('there is no photo in the request');
    expect(await form('sendPhoto', { chat_id, photo, caption: 'x'.repeat(1024) })).toMatchObject({
      ok: true,
    });
  });

  it('file ids that it did not issue, that are forgotten, or that belong to another bot', async () => {
    const user = ada();
    const other = telegram.addBot('other_bot');
    const chat = telegram.privateChat(user);
    const { photo } = await sentPhoto(chat);
    const { file_id } = photo.at(-1)!;
    const send = (id: string, token = bot.token) => call('sendPhoto', { chat_id: chat.id, photo: id }, token);
    expect(await send(file_id)).toMatchObject({ ok: true });
    expect(refusal(await send('AgACAgIA'))).toContain('wrong remote file identifier specified');
    expect(refusal(await send(file_id, other.token))).toContain('wrong file identifier/HTTP URL specified');
    telegram.world.files.forget();
    expect(refusal(await send(file_id))).toContain('wrong file identifier/HTTP URL specified');
    expect(refusal(await send('https://x.example/a.png'))).toContain('failed to get HTTP URL content');
  });

  it.each<[string, (chat: EmulatedChat) => void, string]>([
    ['blocked', (chat) => chat.setStanding(bot.id, 'blocked'), '403 Forbidden: bot was blocked by the user'],
    [
      'never started',
      (chat) => chat.setStanding(bot.id, 'never'),
      "403 Forbidden: bot can't initiate conversation with a user",
    ],
    ['gone', (chat) => chat.setStanding(bot.id, 'deactivated'), '403 Forbidden: user is deactivated'],
  ])('to write to a person who is %s', async (_, change, reason) => {
    const chat = telegram.privateChat(ada());
    change(chat);
    expect(refusal(await call('sendMessage', { chat_id: chat.id, text: 'x' }))).toBe(reason);
  });

  it.each<[string, (chat: EmulatedChat) => void, string]>([
    [
      'kicked it out',
      (chat) => chat.setStanding(bot.id, 'kicked'),
      '403 Forbidden: bot was kicked from the supergroup chat',
    ],
    [
      'it has left',
      (chat) => chat.setStanding(bot.id, 'left'),
      '403 Forbidden: bot is not a member of the supergroup chat',
    ],
    [
      'allows no text',
      (chat) => (chat.rights.text = false),
      '400 Bad Request: not enough rights to send text messages to the chat',
    ],
  ])('to write to a group that %s', async (_, change, reason) => {
    const chat = telegram.supergroup();
    change(chat);
    expect(refusal(await call('sendMessage', { chat_id: chat.id, text: 'x' }))).toBe(reason);
  });

  it('photos where they are not allowed, posts in channels where it is no administrator, closed topics', async () => {
    const group = telegram.supergroup('Forum', { 4: 'ETH' });
    group.rights.photos = false;
    const photo = await form('sendPhoto', { chat_id: `${group.id}`, photo: greyPng() });
    expect(refusal(photo)).toBe('400 Bad Request: not enough rights to send photos to the chat');
    const channel = telegram.channel();
    channel.setStanding(bot.id, 'member');
    const post = await call('sendMessage', { chat_id: channel.id, text: 'x' });
    expect(refusal(post)).toBe('400 Bad Request: need administrator rights in the channel chat');
    group.topics.get(4)!.closed = true;
    const closed = await call('sendMessage', { chat_id: group.id, message_thread_id: 4, text: 'x' });
    expect(refusal(closed)).toBe('400 Bad Request: TOPIC_CLOSED');
  });

  it('a group that has become a supergroup, and says where it went', async () => {
    const group = telegram.group();
    const next = telegram.migrate(group);
    expect(await call('sendMessage', { chat_id: group.id, text: 'x' })).toEqual({
      ok: false,
      error_code: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: next.id },
    });
    expect(await call('sendMessage', { chat_id: next.id, text: 'x' })).toMatchObject({ ok: true });
  });

  it('edits that change nothing, of what is not there, of others, and of the wrong kind', async () => {
    const user = ada();
    const chat = telegram.privateChat(user);
    const place = { chat_id: chat.id, message_id: (await sentPhoto(chat)).message_id };
    const same = await call('editMessageCaption', { ...place, caption: 'x' });
    expect(refusal(same)).toMatch(/^400 Bad Request: message is not modified: specified new message content/);
    expect(refusal(await call('editMessageText', { ...place, text: 'y' }))).toContain(
      'there is no text in the message',
    );
    expect(refusal(await call('editMessageText', { ...place, message_id: 1, text: 'y' }))).toContain(
      'message to edit not found',
    );
    const theirs = telegram.say(user, chat, 'hello');
    const edit = await call('editMessageText', { ...place, message_id: theirs.message_id, text: 'y' });
    expect(refusal(edit)).toContain("message can't be edited");
    const { result } = await call('sendMessage', { chat_id: chat.id, text: 'x' });
    const { message_id } = result as Message;
    const photo = { type: 'photo', media: 'attach://a' };
    const media = {
      chat_id: `${chat.id}`,
      message_id: `${message_id}`,
      media: JSON.stringify(photo),
      a: greyPng(),
    };
    expect(refusal(await form('editMessageMedia', media))).toContain(
      'there is no media in the message to edit',
    );
  });

  it('a second answer to a press, a late one, a long one, and another bot answering', async () => {
    const user = ada();
    const chat = telegram.privateChat(user);
    const { result } = await call('sendMessage', {
      chat_id: chat.id,
      ...buttons({ text: 'Go', callback_data: 'go' }),
      text: 'x',
    });
    const press = async () => {
      const answer = telegram.press(user, result as Message, 'Go', bot);
      const update = bot.updates.unconfirmed.at(-1) as Update.CallbackQueryUpdate;
      return { answer, id: update.callback_query.id };
    };
    const first = await press();
    const long = { callback_query_id: first.id, text: 'x'.repeat(201) };
    expect(refusal(await call('answerCallbackQuery', long))).toBe('400 Bad Request: MESSAGE_TOO_LONG');
    const answer = { callback_query_id: first.id, text: 'Done', show_alert: true };
    expect(await call('answerCallbackQuery', answer)).toMatchObject({ ok: true });
    expect(await first.answer).toEqual({ text: 'Done', showAlert: true });
    expect(refusal(await call('answerCallbackQuery', answer))).toContain('query is too old');
    const second = await press();
    const other = telegram.addBot('other_bot');
    const byOther = await call('answerCallbackQuery', { callback_query_id: second.id }, other.token);
    expect(refusal(byOther)).toContain('query is too old');
    const third = await press();
    nowMs += 15_001;
    expect(refusal(await call('answerCallbackQuery', { callback_query_id: third.id }))).toContain(
      'query is too old',
    );
  });

  it('inline results that repeat an id, show a foreign photo, are too many, or lead to a wrong start', async () => {
    const user = ada();
    const asked = () => {
      void telegram.search(user, 'eth', bot);
      return (bot.updates.unconfirmed.at(-1) as Update.InlineQueryUpdate).inline_query.id;
    };
    const article = (id: string) => ({
      type: 'article',
      id,
      title: 'ETH',
      input_message_content: { message_text: 'x' },
    });
    const answer = (results: object[], more = {}) =>
      call('answerInlineQuery', { inline_query_id: asked(), results, ...more });
    expect(refusal(await answer([article('a'), article('a')]))).toContain('RESULT_ID_DUPLICATE');
    expect(refusal(await answer([article('')]))).toContain('RESULT_ID_INVALID');
    expect(refusal(await answer(Array.from({ length: 51 }, (_, i) => article(`${i}`))))).toContain(
      'RESULTS_TOO_MUCH',
    );
    expect(refusal(await answer([{ ...article('a'), caption: 'x' }]))).toContain(
      'unknown field "results[0].caption"',
    );
    expect(refusal(await answer([{ type: 'photo', id: 'a', photo_file_id: 'x' }]))).toContain(
      'wrong remote file',
    );
    expect(refusal(await answer([{ type: 'photo', id: 'a', photo_url: 'x' }]))).toContain('unknown field');
    expect(refusal(await answer([], { button: { text: 'x', start_parameter: 'a b' } }))).toContain(
      'START_PARAM_INVALID',
    );
    expect(await answer([article('a')])).toMatchObject({ ok: true });
  });
});

describe('updates', () => {
  const received = async (given: object = {}) => (await call('getUpdates', given)).result as Update[];

  it('come until they are confirmed by a higher offset', async () => {
    const user = ada();
    const chat = telegram.privateChat(user);
    telegram.say(user, chat, 'one');
    telegram.say(user, chat, 'two');
    const first = await received();
    expect(first.map((update) => (update as { message: Message.TextMessage }).message.text)).toEqual([
      'one',
      'two',
    ]);
    expect(await received({ limit: 1 })).toEqual(first.slice(0, 1));
    expect(await received({ offset: first[1]!.update_id })).toEqual(first.slice(1));
    expect(await received({ offset: first[1]!.update_id + 1 })).toEqual([]);
  });

  it('end a long poll at once, and a test can end it with nothing', async () => {
    const user = ada();
    const chat = telegram.privateChat(user);
    const poll = received({ timeout: 50 });
    await telegram.untilPolled(bot);
    telegram.say(user, chat, 'hello');
    expect(await poll).toHaveLength(1);
    const empty = received({ timeout: 50, offset: (await received())[0]!.update_id + 1 });
    await telegram.untilPolled(bot);
    bot.updates.release();
    expect(await empty).toEqual([]);
  });

  it('go to one poller: a second ends the first with 409', async () => {
    const first = call('getUpdates', { timeout: 50 });
    await telegram.untilPolled(bot);
    const second = call('getUpdates', { timeout: 50 });
    expect(refusal(await first)).toMatch(/^409 Conflict: terminated by other getUpdates request/);
    bot.updates.release();
    expect(await second).toMatchObject({ ok: true, result: [] });
  });

  it('cannot be polled while a webhook is set', async () => {
    expect(await call('setWebhook', { url: 'https://bot.example/hook' })).toMatchObject({ ok: true });
    expect(refusal(await call('getUpdates'))).toMatch(
      /^409 Conflict: can't use getUpdates method while webhook is active/,
    );
    expect(await call('getWebhookInfo')).toMatchObject({ result: { url: 'https://bot.example/hook' } });
    await call('deleteWebhook');
    expect(await received()).toEqual([]);
  });

  it('in groups are only what is meant for the bot, unless it is an administrator', async () => {
    const user = ada();
    const group = telegram.supergroup();
    for (const text of ['hello', '/liqmap eth', '/liqmap@LIQMAP_bot eth', '/liqmap@other_bot eth']) {
      telegram.say(user, group, text);
    }
    expect(await received()).toHaveLength(2);
    group.setStanding(bot.id, 'administrator');
    telegram.say(user, group, '/liqmap@other_bot eth');
    expect(await received()).toHaveLength(3);
  });

  it('of kinds that were not asked for do not come', async () => {
    await call('getUpdates', { allowed_updates: ['callback_query'] });
    const user = ada();
    telegram.say(user, telegram.privateChat(user), 'hello');
    expect(await received()).toEqual([]);
  });
});

describe('told to fail, the emulator', () => {
  it('answers 429 with and without telling how long, 5xx as a page, and cut-off JSON', async () => {
    telegram.fail({ fault: { kind: 'flood', retryAfterS: 7 }, times: 1 });
    expect(await call('getMe')).toEqual({
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 7',
      parameters: { retry_after: 7 },
    });
    telegram.fail({ fault: { kind: 'flood' }, times: 1 });
    expect(await call('getMe')).toEqual({ ok: false, error_code: 429, description: 'Too Many Requests' });
    telegram.fail({ fault: { kind: 'status', code: 502 }, times: 1 });
    const page = await fetch(`${telegram.url}/bot${bot.token}/getMe`);
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html']);
    await page.text();
    telegram.fail({ fault: { kind: 'bad-json' }, times: 1 });
    await expect((await fetch(`${telegram.url}/bot${bot.token}/getMe`)).json()).rejects.toThrow();
    expect(await call('getMe')).toMatchObject({ ok: true });
  });

  it('resets the connection with or without having done what was asked', async () => {
    const chat = telegram.privateChat(ada());
    const send = () => call('sendMessage', { chat_id: chat.id, text: 'x' });
    telegram.fail({ fault: { kind: 'reset' }, method: 'sendMessage', times: 1 });
    await expect(send()).rejects.toThrow();
    expect(telegram.saidIn(chat)).toHaveLength(0);
    telegram.fail({ fault: { kind: 'reset', performed: true }, chatId: chat.id, times: 1 });
    await expect(send()).rejects.toThrow();
    expect(telegram.saidIn(chat)).toHaveLength(1);
    expect(telegram.calls.map(({ outcome }) => outcome)).toEqual(['reset', 'reset']);
  });

  it('leaves out requests that the fault does not concern', async () => {
    const end = telegram.fail({ fault: { kind: 'status', code: 500 }, method: 'sendMessage', chatId: 5 });
    const chat = telegram.privateChat(ada());
    expect(await call('sendMessage', { chat_id: chat.id, text: 'x' })).toMatchObject({ ok: true });
    expect((await fetch(`${telegram.url}/bot${bot.token}/getMe`)).status).toBe(200);
    end();
  });
});

function buttons(...row: object[]): object {
  return { text: 'x', reply_markup: { inline_keyboard: [row] } };
}

function manyButtons(count: number): object {
  return buttons(...Array.from({ length: count }, (_, i) => ({ text: `${i}`, callback_data: `${i}` })));
}
