import { RESTJSONErrorCodes as Codes, GatewayIntentBits, InteractionType } from 'discord-api-types/v10';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Discord } from '../support/discord/discord.ts';
import type { Interaction } from '../support/discord/interactions.ts';
import { blackPng } from '../support/discord/picture.ts';
import { type RawRequest, raw } from '../support/discord/raw.ts';
import { type Channel, Permissions, type Server } from '../support/discord/world.ts';

let discord: Discord;
let server: Server;
let channel: Channel;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 22);
  discord = await Discord.start({ nowMs: () => nowMs });
  server = discord.addServer('traders', { channels: ['general'] });
  channel = server.channels[0]!;
});
afterEach(() => discord.stop());

const post = (json: unknown, request: Omit<RawRequest, 'json'> = {}, to = channel) =>
  raw(discord, 'POST', `/channels/${to.id}/messages`, { json, ...request });
const picture = { name: 'eth.png', data: blackPng(1200, 675) };
const described = (description: string) => ({ attachments: [{ id: 0, description }] });
const button = (custom_id: string) => ({ type: 2, style: 2, label: 'Go', custom_id });
const row = (...components: object[]) => ({ type: 1, components });

describe('messages to channels', () => {
  test('stand in the channel, with what came along', async () => {
    const json = { content: 'hello', components: [row(button('a'))], ...described('a black picture') };
    expect(await post(json, { files: { 'files[0]': picture } })).toMatchObject({
      status: 200,
      body: { content: 'hello', attachments: [{ description: 'a black picture', width: 1200, height: 675 }] },
    });
    const [message] = channel.messages;
    expect(message).toMatchObject({ content: 'hello', edits: 0 });
    const attachment = message!.attachments[0]!;
    const path = `/attachments/${channel.id}/${attachment.id}/eth.png`;
    const fetched = await fetch(`${discord.origin}${path}`);
    expect(Buffer.from(await fetched.arrayBuffer())).toEqual(picture.data);
  });

  test.each<[what: string, code: Codes, json: unknown, request?: Omit<RawRequest, 'json'>]>([
    [
      'a field that the API does not know',
      Codes.InvalidFormBodyOrContentType,
      { content: 'a', colour: 'red' },
    ],
    ['a text of 2,001 characters', Codes.InvalidFormBodyOrContentType, { content: 'a'.repeat(2001) }],
    ['nothing in it', Codes.CannotSendAnEmptyMessage, {}],
    ['only spaces in it', Codes.CannotSendAnEmptyMessage, { content: ' \n' }],
    ['a body that is no JSON', Codes.RequestBodyContainsInvalidJSON, '{"content":'],
    [
      'six rows of buttons',
      Codes.InvalidFormBodyOrContentType,
      { content: 'a', components: [0, 1, 2, 3, 4, 5].map((i) => row(button(`${i}`))) },
    ],
    [
      'six buttons in a row',
      Codes.InvalidFormBodyOrContentType,
      { content: 'a', components: [row(...[0, 1, 2, 3, 4, 5].map((i) => button(`${i}`)))] },
    ],
    ['a row without a button', Codes.InvalidFormBodyOrContentType, { content: 'a', components: [row()] }],
    [
      'a custom id of 101 characters',
      Codes.InvalidFormBodyOrContentType,
      { content: 'a', components: [row(button('x'.repeat(101)))] },
    ],
    [
      'one custom id twice',
      Codes.InvalidFormBodyOrContentType,
      { content: 'a', components: [row(button('x')), row(button('x'))] },
    ],
    [
      'a label of 81 characters',
      Codes.InvalidFormBodyOrContentType,
      { content: 'a', components: [row({ ...button('x'), label: 'y'.repeat(81) })] },
    ],
    [
      'roles named both ways',
      Codes.InvalidFormBodyOrContentType,
      { content: 'a', allowed_mentions: { parse: ['roles'], roles: ['123456789012345678'] } },
    ],
    ['a nonce of 26 characters', Codes.InvalidFormBodyOrContentType, { content: 'a', nonce: 'n'.repeat(26) }],
    ['enforce_nonce and no nonce', Codes.InvalidFormBodyOrContentType, { content: 'a', enforce_nonce: true }],
    ['the ephemeral flag', Codes.InvalidFormBodyOrContentType, { content: 'a', flags: 64 }],
    ['eleven embeds', Codes.InvalidFormBodyOrContentType, { embeds: Array(11).fill({ title: 'a' }) }],
    [
      'embeds of over 6,000 characters',
      Codes.InvalidFormBodyOrContentType,
      { embeds: Array(2).fill({ description: 'a'.repeat(3001) }) },
    ],
    [
      'alt text of 1,025 characters',
      Codes.InvalidFormBodyOrContentType,
      described('a'.repeat(1025)),
      { files: { 'files[0]': picture } },
    ],
    [
      'an attachment without its file',
      Codes.InvalidFormBodyOrContentType,
      { content: 'a', ...described('a') },
    ],
    [
      'a file whose number no attachment has',
      Codes.InvalidFormBodyOrContentType,
      described('a'),
      { files: { 'files[1]': picture } },
    ],
    ['a file under an odd name', Codes.InvalidFormBodyOrContentType, {}, { files: { picture } }],
    [
      'text called a PNG',
      Codes.InvalidFormBodyOrContentType,
      {},
      { files: { 'files[0]': { name: 'a.png', data: Buffer.from('no picture'.repeat(9)) } } },
    ],
    [
      'a PNG without a pixel',
      Codes.InvalidFormBodyOrContentType,
      {},
      { files: { 'files[0]': { name: 'a.png', data: blackPng(0, 0) } } },
    ],
    [
      'a file over 10 MiB',
      Codes.RequestEntityTooLarge,
      {},
      { files: { 'files[0]': { name: 'a.bin', data: Buffer.alloc(10 * 2 ** 20 + 1) } } },
    ],
  ])('are refused with %s', async (_, code, json, request) => {
    expect(await post(json, request)).toMatchObject({ status: expect.any(Number), code });
    expect(channel.messages).toEqual([]);
  });

  test('with one nonce are one message for as long as Discord remembers it', async () => {
    const json = { content: 'a', nonce: 'n1', enforce_nonce: true };
    const { body } = await post(json);
    expect((await post({ ...json, content: 'b' })).body).toEqual(body);
    expect((await post({ content: 'c', nonce: 'n1' })).body).not.toEqual(body);
    nowMs += 6 * 60_000;
    expect((await post(json)).body).not.toEqual(body);
  });

  test.each<[string, Codes, (there: Channel) => void]>([
    ['where the bot was thrown out', Codes.MissingAccess, ({ server: its }) => discord.kick(its!)],
    ['in a hidden channel', Codes.MissingAccess, (there) => (there.denied = Permissions.ViewChannel)],
    [
      'where it may not write',
      Codes.MissingPermissions,
      (there) => (there.denied = Permissions.SendMessages),
    ],
    ['to a deleted channel', Codes.UnknownChannel, ({ id }) => discord.deleteChannel(id)],
  ])('are refused %s', async (_, code, change) => {
    change(channel);
    expect((await post({ content: 'a' })).code).toBe(code);
  });

  test('with files are refused where the bot may attach none', async () => {
    channel.denied = Permissions.AttachFiles;
    expect((await post({ content: 'a' })).status).toBe(200);
    expect((await post({}, { files: { 'files[0]': picture } })).code).toBe(Codes.MissingPermissions);
  });

  test('reach people who take them, through a channel of their own', async () => {
    const ann = discord.person('ann');
    const open = () => raw(discord, 'POST', '/users/@me/channels', { json: { recipient_id: ann.user.id } });
    const { body } = await open();
    const direct = discord.world.channel((body as { id: string }).id);
    expect((await open()).body).toEqual(body);
    expect((await post({ content: 'a' }, {}, direct)).status).toBe(200);
    ann.user.isClosed = true;
    expect((await post({ content: 'a' }, {}, direct)).code).toBe(Codes.CannotSendMessagesToThisUser);
  });

  test('can be read, changed and deleted', async () => {
    await post({ content: 'a' }, { files: { 'files[0]': picture } });
    const { id, attachments } = channel.messages[0]!;
    const path = `/channels/${channel.id}/messages/${id}`;
    const kept = { content: 'b', attachments: [{ id: attachments[0]!.id }] };
    expect(await raw(discord, 'PATCH', path, { json: kept })).toMatchObject({ body: { content: 'b' } });
    expect(channel.messages[0]).toMatchObject({ edits: 1, attachments });
    const absent = { attachments: [{ id: '123456789012345678' }] };
    expect((await raw(discord, 'PATCH', path, { json: absent })).code).toBe(
      Codes.InvalidFormBodyOrContentType,
    );
    const emptied = { content: '', attachments: [] };
    expect((await raw(discord, 'PATCH', path, { json: emptied })).code).toBe(Codes.CannotSendAnEmptyMessage);
    expect((await raw(discord, 'DELETE', path)).status).toBe(204);
    expect((await raw(discord, 'GET', path)).code).toBe(Codes.UnknownMessage);
  });
});

describe('requests', () => {
  test('need the token, a known path and a known method', async () => {
    expect(await raw(discord, 'GET', '/gateway/bot', { token: 'Bot wrong' })).toMatchObject({
      status: 401,
      code: 0,
    });
    expect(await raw(discord, 'GET', '/nowhere')).toMatchObject({ status: 404, code: 0 });
    expect(await raw(discord, 'DELETE', '/gateway/bot')).toMatchObject({ status: 405 });
    expect((await raw(discord, 'GET', '/channels/123456789012345678')).code).toBe(Codes.UnknownChannel);
  });

  test('above the limits are refused, by channel and in all', async () => {
    const statuses = async (count: number, to = channel) => {
      const answers = await Promise.all(Array.from({ length: count }, () => post({ content: 'a' }, {}, to)));
      return answers.filter(({ status }) => status === 429);
    };
    const over = await statuses(7);
    expect(over).toHaveLength(2);
    expect(over[0]!.body).toMatchObject({ global: false, retry_after: 5 });
    discord.limits.limits.perChannel = 1000;
    nowMs += 5_000;
    const overAll = await statuses(53);
    expect(overAll).toHaveLength(3);
    expect(overAll[0]!.body).toMatchObject({ global: true });
  });

  test('fail as a test tells them to', async () => {
    const to = { method: 'POST', path: /messages$/ };
    discord.faults.plan(to, { kind: 'error', status: 503 });
    expect((await post({ content: 'a' })).status).toBe(503);
    discord.faults.plan(to, { kind: 'limit', retryAfterMs: 200, isGlobal: true });
    expect(await post({ content: 'a' })).toMatchObject({
      status: 429,
      body: { retry_after: 0.2, global: true },
    });
    discord.faults.plan(to, { kind: 'reset', when: 'before' });
    await expect(post({ content: 'a' })).rejects.toThrow();
    expect(channel.messages).toHaveLength(0);
    discord.faults.plan(to, { kind: 'reset', when: 'after' });
    await expect(post({ content: 'a' })).rejects.toThrow();
    expect(channel.messages).toHaveLength(1);
    expect(discord.requestsTo('POST', /messages$/)).toHaveLength(4);
  });
});

describe('the list of commands', () => {
  const put = (json: unknown) =>
    raw(discord, 'PUT', `/applications/${discord.world.applicationId}/commands`, { json });
  const text = (name: string, more: object = {}) => ({ type: 3, name, description: 'a text', ...more });
  const one = (more: object) => [{ name: 'map', description: 'a map', ...more }];

  test('is taken whole', async () => {
    const list = one({
      options: [text('symbol', { required: true, autocomplete: true })],
      contexts: [0, 1, 2],
      integration_types: [0, 1],
    });
    expect(await put(list)).toMatchObject({ status: 200, body: [{ name: 'map', id: expect.any(String) }] });
    expect(discord.world.commands).toEqual(list);
  });

  test.each<[string, unknown]>([
    ['a name in capitals', one({ name: 'Map' })],
    ['a name with a space', one({ name: 'a map' })],
    ['no description', [{ name: 'map' }]],
    ['a description of 101 characters', one({ description: 'a'.repeat(101) })],
    [
      '26 choices',
      one({
        options: [
          text('a', { choices: Array.from({ length: 26 }, (_, i) => ({ name: `${i}`, value: `${i}` })) }),
        ],
      }),
    ],
    ['26 options', one({ options: Array.from({ length: 26 }, (_, i) => text(`o${i}`)) })],
    [
      'choices that are also completed',
      one({ options: [text('a', { choices: [{ name: 'b', value: 'b' }], autocomplete: true })] }),
    ],
    ['a required option behind others', one({ options: [text('a'), text('b', { required: true })] })],
    ['one option twice', one({ options: [text('a'), text('a')] })],
    ['one command twice', [...one({}), ...one({})]],
    ['a context that there is not', one({ contexts: [3] })],
    ['a field that the API does not know', one({ summary: 'a map' })],
  ])('is refused with %s', async (_, list) => {
    expect((await put(list)).code).toBe(Codes.InvalidFormBodyOrContentType);
    expect(discord.world.commands).toEqual([]);
  });

  test('is refused for another application', async () => {
    const { code } = await raw(discord, 'PUT', '/applications/123456789012345678/commands', { json: [] });
    expect(code).toBe(Codes.UnknownApplication);
  });
});

describe('interactions', () => {
  const { ApplicationCommand, ApplicationCommandAutocomplete, MessageComponent } = InteractionType;
  const open = (type: InteractionType, more: Partial<Interaction> = {}): Interaction =>
    discord.interactions.open({ type, channel, user: server.owner, ...more });
  const accept = ({ id, token }: Interaction, json: unknown) =>
    raw(discord, 'POST', `/interactions/${id}/${token}/callback`, { json, token: '' });
  const answer = ({ token }: Interaction, method: string, path = '/messages/@original', json?: unknown) =>
    raw(discord, method, `/webhooks/${discord.world.applicationId}/${token}${path}`, { json, token: '' });

  test('are accepted once', async () => {
    const asked = open(ApplicationCommand);
    expect(await accept(asked, { type: 5 })).toEqual({ status: 204, code: undefined, body: undefined });
    expect((await accept(asked, { type: 5 })).code).toBe(Codes.InteractionHasAlreadyBeenAcknowledged);
  });

  test('are accepted within three seconds', async () => {
    const [intime, late] = [open(ApplicationCommand), open(ApplicationCommand)];
    nowMs += 3_000;
    expect((await accept(intime, { type: 5 })).status).toBe(204);
    nowMs += 1;
    expect((await accept(late, { type: 5 })).code).toBe(Codes.UnknownInteraction);
    expect((await accept({ ...late, token: 'forged' }, { type: 5 })).code).toBe(Codes.UnknownInteraction);
  });

  test.each([
    [ApplicationCommand, 6],
    [ApplicationCommand, 7],
    [ApplicationCommand, 8],
    [ApplicationCommandAutocomplete, 4],
    [ApplicationCommandAutocomplete, 5],
    [MessageComponent, 8],
  ])('of type %i take no answer of type %i', async (type, answerType) => {
    const { code } = await accept(open(type), { type: answerType, data: { choices: [], content: 'a' } });
    expect(code).toBe(Codes.InvalidFormBodyOrContentType);
  });

  test('take 25 suggestions and no more', async () => {
    const choices = Array.from({ length: 26 }, (_, i) => ({ name: `${i}`, value: `${i}` }));
    const asked = open(ApplicationCommandAutocomplete);
    expect((await accept(asked, { type: 8, data: { choices } })).code).toBe(
      Codes.InvalidFormBodyOrContentType,
    );
    expect((await accept(asked, { type: 8, data: { choices: choices.slice(1) } })).status).toBe(204);
    expect(asked.suggested).toHaveLength(25);
  });

  test('have no message before they are accepted, and a thinking one afterwards', async () => {
    const asked = open(ApplicationCommand);
    expect((await answer(asked, 'GET')).code).toBe(Codes.UnknownWebhook);
    await accept(asked, { type: 5 });
    expect((await answer(asked, 'GET')).body).toMatchObject({ flags: 128, content: '' });
    expect((await answer(asked, 'PATCH', undefined, {})).code).toBe(Codes.CannotSendAnEmptyMessage);
    expect((await answer(asked, 'PATCH', undefined, { content: 'a' })).body).toMatchObject({
      flags: 0,
      content: 'a',
    });
    expect((await answer(asked, 'PATCH', undefined, { content: 'a', nonce: 'n' })).code).toBe(
      Codes.InvalidFormBodyOrContentType,
    );
  });

  test('put a follow-up in place of the thinking message, as visible as that', async () => {
    const asked = open(ApplicationCommand);
    await accept(asked, { type: 5 });
    await answer(asked, 'POST', '', { content: 'secret', flags: 64 });
    expect(channel.messages).toMatchObject([{ content: 'secret', onlyFor: undefined }]);
    await answer(asked, 'POST', '', { content: 'whispered', flags: 64 });
    expect(channel.messages[1]).toMatchObject({ content: 'whispered', onlyFor: server.owner });
  });

  test('have no message once it is deleted', async () => {
    const asked = open(ApplicationCommand);
    await accept(asked, { type: 4, data: { content: 'a' } });
    expect((await answer(asked, 'DELETE')).status).toBe(204);
    expect((await answer(asked, 'PATCH', undefined, { content: 'b' })).code).toBe(Codes.UnknownMessage);
  });

  test('of a button change its message, at once or later', async () => {
    await post({ content: 'a', components: [row(button('x'))] });
    const original = channel.messages[0]!;
    await accept(open(MessageComponent, { original }), { type: 7, data: { content: 'b' } });
    const later = open(MessageComponent, { original });
    await accept(later, { type: 6 });
    expect(original).toMatchObject({ content: 'b', edits: 1, isLoading: false });
    await answer(later, 'PATCH', undefined, { content: 'c' });
    expect(original).toMatchObject({ content: 'c', edits: 2 });
  });

  test('end after fifteen minutes', async () => {
    const asked = open(ApplicationCommand);
    await accept(asked, { type: 5 });
    nowMs += 15 * 60_000 + 1;
    expect((await answer(asked, 'PATCH', undefined, { content: 'a' })).code).toBe(Codes.InvalidWebhookToken);
  });

  test('take five follow-ups where the bot is no member', async () => {
    server.botPermissions = undefined;
    const asked = open(ApplicationCommand);
    await accept(asked, { type: 4, data: { content: 'a' } });
    const codes: (number | undefined)[] = [];
    for (let i = 0; i < 6; i += 1) codes.push((await answer(asked, 'POST', '', { content: 'b' })).code);
    expect(codes.slice(4)).toEqual([
      undefined,
      Codes.ThisInteractionHasHitTheMaximumNumberOfFollowUpMessages,
    ]);
  });
});

describe('the gateway', () => {
  const identity = {
    token: '',
    properties: { os: 'test' },
    intents: GatewayIntentBits.Guilds,
    shard: [0, 1],
  };

  /** Connects, sends each payload as it is, and tells what came back and with which code it ended. */
  async function talk(...payloads: (string | ((token: string) => object))[]) {
    const received: { op: number; t?: string; d?: unknown }[] = [];
    const socket = new WebSocket(`${discord.origin.replace('http', 'ws')}/gateway?v=10&encoding=json`);
    const ended = new Promise<number>((resolve) => socket.on('close', resolve));
    socket.on('message', (data) => received.push(JSON.parse(String(data))));
    await new Promise((resolve) => socket.once('message', resolve));
    for (const one of payloads)
      socket.send(typeof one === 'string' ? one : JSON.stringify(one(discord.token)));
    return { received, ended, socket };
  }

  const identify =
    (more: object = {}) =>
    (token: string) => ({ op: 2, d: { ...identity, token, ...more } });

  test('says hello, lets in, lists servers and acknowledges heartbeats', async () => {
    const { received, socket } = await talk(identify(), () => ({ op: 1, d: null }));
    const acknowledged = new Promise((resolve) =>
      socket.on('message', (data) => JSON.parse(String(data)).op === 11 && resolve(undefined)),
    );
    await acknowledged;
    expect(received.map(({ op, t }) => t ?? op)).toEqual([10, 'READY', 'GUILD_CREATE', 11]);
    expect(received[1]).toMatchObject({ d: { guilds: [{ id: server.id, unavailable: true }] } });
    socket.close();
  });

  test.each<[number, string, (string | ((token: string) => object))[]]>([
    [4001, 'an unknown opcode', [() => ({ op: 77, d: null })]],
    [4002, 'what is no JSON', ['hello']],
    [4002, 'a payload over 4,096 bytes', [identify({ properties: { os: 'x'.repeat(4096) } })]],
    [4002, 'an unknown field', [identify({ colour: 'red' })]],
    [4003, 'a request before identify', [() => ({ op: 8, d: {} })]],
    [4004, 'a wrong token', [identify({ token: 'wrong' })]],
    [4005, 'identify twice', [identify(), identify()]],
    [4010, 'a shard beyond the count', [identify({ shard: [1, 1] })]],
    [4013, 'an intent that there is not', [identify({ intents: 1 << 30 })]],
    [4014, 'an intent that needs a review', [identify({ intents: GatewayIntentBits.MessageContent })]],
  ])('closes with %i after %s', async (code, _, payloads) => {
    const { ended } = await talk(...payloads);
    expect(await ended).toBe(code);
  });

  test('closes with 4011 when more shards are needed, and with 4008 after too many events', async () => {
    discord.gateway.settings.shards = 2;
    expect(await (await talk(identify())).ended).toBe(4011);
    const beats = Array.from({ length: 121 }, () => () => ({ op: 1, d: null }));
    expect(await (await talk(...beats)).ended).toBe(4008);
  });

  test('tells again what was missed, and nothing twice', async () => {
    const first = await talk(identify());
    await discord.until('a session', () => discord.gateway.connected === 1);
    first.socket.terminate();
    await discord.until('the end', () => discord.gateway.connected === 0);
    discord.gateway.dispatch('MISSED', { n: 1 });
    const again = await talk((token) => ({
      op: 6,
      d: { token, session_id: discord.gateway.lastSession, seq: 2 },
    }));
    const resumed = new Promise((resolve) =>
      again.socket.on('message', (data) => JSON.parse(String(data)).t === 'RESUMED' && resolve(undefined)),
    );
    await resumed;
    expect(again.received.map(({ t }) => t)).toEqual([undefined, 'MISSED', 'RESUMED']);
    again.socket.close();
  });

  test('closes with 4007 after a sequence from the future', async () => {
    await talk(identify());
    await discord.until('a session', () => discord.gateway.connected === 1);
    const future = (token: string) => ({
      op: 6,
      d: { token, session_id: discord.gateway.lastSession, seq: 99 },
    });
    expect(await (await talk(future)).ended).toBe(4007);
  });

  test('does not resume a session that it does not know', async () => {
    const { received, socket } = await talk((token) => ({
      op: 6,
      d: { token, session_id: 'other', seq: 1 },
    }));
    await new Promise((resolve) => socket.once('message', resolve));
    expect(received[1]).toEqual({ op: 9, d: false });
    socket.close();
  });
});
