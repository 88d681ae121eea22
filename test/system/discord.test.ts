import 'vega-lite';
import { ChannelType, RESTJSONErrorCodes as Codes } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { mapReply } from '../support/discord/backend.ts';
import { type Bot, openBot, startBot } from '../support/discord/bot.ts';
import { held } from '../support/discord/faults.ts';
import { blackPng } from '../support/discord/picture.ts';
import { Permissions } from '../support/discord/world.ts';

// The import of vega-lite above stands first on purpose: it breaks a newer release of a package below discord.js.

const everyAck = ({ discord }: Bot) => discord.requestsTo('POST', /callback$/);

describe('/liqmap eth', () => {
  test('is accepted at once and answered with a picture, its alt text and the same facts as text', async () => {
    const { discord, channel, ann } = await startBot();
    const asked = ann.slash(channel, 'liqmap', { symbol: 'eth' });
    expect(await asked.accepted()).toBeLessThan(3_000);
    const message = await asked.answer();
    expect(message.content).toBe('ETH liquidation map, 24h\nPrice $2,600 \\*not bold\\*');
    expect(message.attachments).toMatchObject([
      { filename: 'eth.png', description: 'Map of ETH, 24h.', width: 1200, height: 675 },
    ]);
    expect(message.rows.map((row) => row.map(({ label }) => label))).toEqual([
      ['12h', '24h', '7d'],
      ['Refresh'],
    ]);
    expect(message).toMatchObject({ onlyFor: undefined, allowedMentions: { parse: [] } });
    expect(discord.refusals).toEqual([]);
  });

  test('tells the command who asks, where, and whether they may manage the server', async () => {
    const { discord, backend, server, channel, ann } = await startBot();
    const manager = discord.person('bea', { servers: [server], permissions: Permissions.ManageGuild });
    const foreign = discord.addServer('elsewhere', { channels: ['general'], botPermissions: null });
    const guest = discord.person('cal', { servers: [foreign], permissions: Permissions.Administrator });
    const direct = discord.world.directChannel(ann.user);
    const group = discord.world.addChannel('friends', { type: ChannelType.GroupDM, people: [ann.user] });
    await ann.slash(channel, 'about').answer();
    await manager.slash(channel, 'about').answer();
    await ann.slash(direct, 'about').answer();
    await ann.slash(group, 'about').answer();
    await guest.slash(foreign.channels[0]!, 'about').answer();
    const place = { platform: 'discord', chatId: channel.id, communityId: server.id };
    expect(backend.ran.map(({ caller }) => caller)).toEqual([
      { ...place, userId: ann.user.id, mayManage: false },
      { ...place, userId: manager.user.id, mayManage: true },
      { platform: 'discord', userId: ann.user.id, chatId: direct.id, mayManage: true },
      { platform: 'discord', userId: ann.user.id, chatId: group.id, mayManage: false },
      { platform: 'discord', userId: guest.user.id, chatId: foreign.channels[0]!.id, mayManage: false },
    ]);
  });

  test('of an unknown coin is answered to the asker alone, with near matches, and leaves nothing in the channel', async () => {
    const { channel, ann, discord, server } = await startBot();
    const others = discord.person('bea', { servers: [server] });
    const whisper = await ann.slash(channel, 'liqmap', { symbol: 'ethh' }).whisper();
    expect(whisper.content).toBe('No venue lists "ethh". Did you mean ETH, ETHFI?');
    expect(others.sees(channel)).toEqual([]);
  });

  test('that breaks shows a number instead of the error, and the log has both', async () => {
    const { backend, channel, ann, lines } = await startBot();
    backend.answer = async () => {
      throw new TypeError("Cannot read properties of undefined (reading 'bids')");
    };
    const { content } = await ann.slash(channel, 'liqmap', { symbol: 'eth' }).whisper();
    expect(content).toMatch(/^Something broke on our side/);
    expect(content).not.toContain('bids');
    const [, id] = /(\w{8})$/.exec(content)!;
    expect(lines.filter((line) => line.includes(id!) && line.includes('bids'))).toHaveLength(1);
  });

  test('whose picture cannot be drawn still answers with the facts', async () => {
    const { backend, channel, ann } = await startBot();
    backend.answer = async ({ words }) => {
      const reply = mapReply(words);
      return { ...reply, picture: { ...reply.picture!, draw: () => Promise.reject(new Error('no canvas')) } };
    };
    const message = await ann.slash(channel, 'liqmap', { symbol: 'eth' }).answer();
    expect(message.content).toContain('ETH liquidation map, 24h');
    expect(message.content).toMatch(/broke on our side/);
    expect(message.attachments).toEqual([]);
  });

  test('with a text that is too long is cut at a line end', async () => {
    const { backend, channel, ann, discord } = await startBot();
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i} ${'x'.repeat(20)}`);
    backend.answer = async () => ({ text: lines.join('\n') });
    const { content } = await ann.slash(channel, 'about').answer();
    expect(content.length).toBeLessThanOrEqual(2000);
    expect(content).toMatch(/x{20}…$/);
    expect(discord.refusals).toEqual([]);
  });

  test('is refused in a friendly way when one person asks too often', async () => {
    const { channel, ann, backend } = await startBot({ nowMs: () => 0 });
    const asked = Array.from({ length: 6 }, () => ann.slash(channel, 'about'));
    expect((await asked[5]!.whisper()).content).toBe('That was quick. Please wait 3 s and try again.');
    await Promise.all(asked.slice(0, 5).map((one) => one.answer()));
    expect(backend.ran).toHaveLength(5);
  });
});

describe('typing a coin', () => {
  test('offers those that begin alike', async () => {
    const { channel, ann } = await startBot();
    const typed = ann.type(channel, 'liqmap', { words: { symbol: 'et' }, focused: 'symbol' });
    expect(await typed.suggestions()).toEqual(['ETH', 'ETHFI']);
  });

  test('never offers more than Discord takes', async () => {
    const { backend, channel, ann, discord } = await startBot();
    backend.suggestSymbols = async () => [
      'x'.repeat(101),
      '',
      ...Array.from({ length: 40 }, (_, i) => `COIN${i % 39}`),
    ];
    const offered = await ann.type(channel, 'liqmap', { focused: 'symbol' }).suggestions();
    expect(offered).toEqual(Array.from({ length: 25 }, (_, i) => `COIN${i}`));
    expect(discord.refusals).toEqual([]);
  });
});

describe('a button', () => {
  test('changes its message in place, also after a restart of the bot', async () => {
    const { discord, channel, ann, chat, again, backend } = await startBot();
    const message = await ann.slash(channel, 'liqmap', { symbol: 'eth' }).answer();
    const before = message.attachments[0]!;
    await chat.stop();
    await again().start();
    const pressed = await ann.press(message, '7d').answer();
    expect(pressed).toBe(message);
    expect(message.content).toContain('ETH liquidation map, 7d');
    expect(message.attachments).toMatchObject([{ description: 'Map of ETH, 7d.' }]);
    expect(message.attachments[0]).not.toBe(before);
    expect(channel.messages).toHaveLength(1);
    expect(backend.ran.at(-1)).toMatchObject({ command: 'liqmap', words: { symbol: 'ETH', window: '7d' } });
    expect(discord.refusals).toEqual([]);
  });

  test('may be pressed by anybody, but by each person once in five seconds', async () => {
    let nowMs = 0;
    const { discord, server, channel, ann, backend } = await startBot({ nowMs: () => nowMs });
    const bea = discord.person('bea', { servers: [server] });
    const message = await ann.slash(channel, 'liqmap', { symbol: 'eth' }).answer();
    await ann.press(message, '12h').answer();
    const hint = await ann.press(message, '24h').whisper();
    expect(hint.content).toBe('That was quick. Please wait 5 s and try again.');
    await bea.press(message, '7d').answer();
    nowMs = 5_000;
    await ann.press(message, 'Refresh').answer();
    expect(backend.ran.map(({ words }) => words['window'])).toEqual([undefined, '12h', '7d', '7d']);
  });

  test.each(['1|liqmap|ETH|3d#0', '0|liqmap|ETH#0', '1|drop|ETH#0', '', '#'])(
    'with the code "%s" that nobody gave out says so to who pressed it',
    async (custom_id) => {
      const { channel, ann, backend } = await startBot();
      const message = await ann.slash(channel, 'liqmap', { symbol: 'eth' }).answer();
      const { content } = await ann.pressCode(message, { custom_id }).whisper();
      expect(content).toMatch(/from an older version/);
      expect(backend.ran).toHaveLength(1);
      expect(message.edits).toBe(0);
    },
  );

  test('whose command fails leaves the message as it is and tells who pressed it', async () => {
    const { backend, channel, ann } = await startBot();
    const message = await ann.slash(channel, 'liqmap', { symbol: 'eth' }).answer();
    backend.answer = () => Promise.reject(new UserError('No venue answers. Try again in a minute.'));
    const { content } = await ann.press(message, '7d').whisper();
    expect(content).toBe('No venue answers. Try again in a minute.');
    expect(message).toMatchObject({ edits: 0, attachments: [{ description: 'Map of ETH, 24h.' }] });
  });
});

describe('the first answer', () => {
  test.each([
    ['a server error', { kind: 'error', status: 502 } as const, 2],
    ['a connection that ends before Discord took it', { kind: 'reset', when: 'before' } as const, 2],
    ['a connection that ends after Discord took it', { kind: 'reset', when: 'after' } as const, 1],
    ['a limit', { kind: 'limit', retryAfterMs: 20 } as const, 2],
  ])('outlives %s and is never given twice', async (_, fault, sent) => {
    const bot = await startBot();
    bot.discord.faults.plan({ path: /callback$/ }, fault);
    await bot.ann.slash(bot.channel, 'liqmap', { symbol: 'eth' }).answer();
    expect(everyAck(bot)).toHaveLength(sent);
    expect(bot.discord.refusals).not.toContain(Codes.InteractionHasAlreadyBeenAcknowledged);
  });

  test('is not followed by anything when it comes too late', async () => {
    let nowMs = Date.now();
    const bot = await startBot();
    bot.discord.world.nowMs = () => nowMs;
    const { until, release } = held();
    bot.discord.faults.plan({ path: /callback$/ }, { kind: 'hold', until });
    bot.ann.slash(bot.channel, 'liqmap', { symbol: 'eth' });
    await bot.discord.until('the request', () => everyAck(bot).length > 0);
    nowMs += 3_001;
    release();
    await bot.discord.until('a refusal', () => bot.discord.refusals.length > 0);
    await bot.chat.stop();
    expect(bot.discord.refusals).toEqual([Codes.UnknownInteraction]);
    expect(bot.backend.ran).toEqual([]);
  });

  test('of two processes with one token is given by one of them', async () => {
    const bot = await startBot();
    await bot.again().start();
    await bot.ann.slash(bot.channel, 'liqmap', { symbol: 'eth' }).answer();
    await bot.discord.until('the loser', () => everyAck(bot).every(({ answer }) => answer !== undefined));
    expect(bot.channel.messages).toHaveLength(1);
    expect(bot.backend.ran).toHaveLength(1);
  });
});

describe('an answer that Discord does not take at first', () => {
  test.each([
    ['server errors', { kind: 'error', status: 500 } as const, 2],
    ['a limit with headers', { kind: 'limit', retryAfterMs: 30 } as const, 1],
    [
      'a limit of a proxy, without headers',
      { kind: 'limit', retryAfterMs: 30, hasHeaders: false } as const,
      1,
    ],
    ['the limit of all requests', { kind: 'limit', retryAfterMs: 30, isGlobal: true } as const, 1],
    ['a lost answer', { kind: 'reset', when: 'after' } as const, 1],
  ])('is given again after %s', async (_, fault, times) => {
    const { discord, channel, ann } = await startBot();
    discord.faults.plan({ method: 'PATCH' }, fault, times);
    const message = await ann.slash(channel, 'liqmap', { symbol: 'eth' }).answer();
    await discord.until('all attempts', () => discord.requestsTo('PATCH', /original/).length === times + 1);
    expect(message.attachments).toHaveLength(1);
    expect(discord.refusals.filter((code) => code > 600)).toEqual([]);
  });

  test('is dropped when it is ready only after a quarter of an hour, with a line in the log', async () => {
    let nowMs = 0;
    const { backend, discord, channel, ann, chat, lines } = await startBot({ nowMs: () => nowMs });
    const { until, release } = held();
    backend.answer = async ({ words }) => {
      await until;
      return mapReply(words);
    };
    await ann.slash(channel, 'liqmap', { symbol: 'eth' }).accepted();
    nowMs = 15 * 60_000;
    release();
    await chat.stop();
    expect(discord.requestsTo('PATCH', /original/)).toEqual([]);
    expect(lines.filter((line) => line.includes('answer dropped, too late'))).toHaveLength(1);
  });

  test('because its picture is no picture becomes an apology', async () => {
    const { backend, discord, channel, ann } = await startBot();
    backend.answer = async ({ words }) => mapReply(words, Buffer.from('not a png at all'));
    const { content } = await ann.slash(channel, 'liqmap', { symbol: 'eth' }).whisper();
    expect(content).toMatch(/^Something broke on our side/);
    expect(channel.messages).toHaveLength(1);
    expect(discord.refusals).toEqual([Codes.InvalidFormBodyOrContentType]);
  });
});

describe('commands are registered', () => {
  test('for every place and kind of installation, with choices and completion', async () => {
    const { discord } = await startBot();
    expect(discord.world.commands).toMatchObject([
      {
        name: 'liqmap',
        contexts: [0, 1, 2],
        integration_types: [0, 1],
        options: [
          { name: 'symbol', required: true, autocomplete: true },
          { name: 'window', choices: [{ name: '12h', value: '12h' }, { name: '24h' }, { name: '7d' }] },
          { name: 'venues' },
        ],
      },
      { name: 'about', options: [] },
    ]);
  });

  test('once, and again only when the list has changed', async () => {
    const { discord, chat, again, backend } = await startBot();
    const puts = () => discord.requestsTo('PUT', /commands$/).length;
    await chat.stop();
    const same = again();
    await same.start();
    await same.stop();
    expect(puts()).toBe(1);
    const changed = { ...backend, commands: backend.commands.slice(1) };
    await again({ backend: Object.assign(Object.create(backend), changed) }).start();
    await discord.until('the new list', () => discord.world.commands.length === 1);
    expect(puts()).toBe(2);
  });

  test('after Discord had failed to take them', async () => {
    const { discord, chat } = await openBot();
    discord.faults.plan({ method: 'PUT' }, { kind: 'error', status: 503 }, 4);
    await chat.start();
    await discord.until('commands', () => discord.world.commands.length > 0);
  });
});

describe('what is logged', () => {
  test('has an invite with the fewest permissions, and never a token', async () => {
    const { discord, channel, ann, lines, backend } = await startBot();
    discord.faults.plan({ method: 'PATCH' }, { kind: 'error', status: 500 }, 9);
    await ann.slash(channel, 'liqmap', { symbol: 'eth' }).whisper();
    backend.answer = () => Promise.reject(new Error(`fetch failed for Bot ${discord.token}`));
    await ann.slash(channel, 'about').whisper();
    const log = lines.join('');
    const permissions =
      Permissions.ViewChannel |
      Permissions.SendMessages |
      Permissions.AttachFiles |
      Permissions.SendMessagesInThreads;
    expect(log).toContain(
      `client_id=${discord.world.applicationId}&scope=bot+applications.commands&permissions=${permissions}`,
    );
    expect(log).not.toContain(discord.token);
    for (const { token } of discord.interactions.all) expect(log).not.toContain(token);
  });
});

describe('the outbox', () => {
  const reply = mapReply({ symbol: 'eth' });

  test('posts with picture, alt text and text, silent or with one role told', async () => {
    const { chat, channel } = await startBot();
    const { outbox } = chat;
    const role = '123456789012345678';
    const sent = await outbox.send({ channelId: channel.id, reply, nonce: 'a1', silent: true });
    await outbox.send({ channelId: channel.id, reply: { text: '@everyone' }, nonce: 'a2', pingRole: role });
    expect(sent).toEqual({ messageId: channel.messages[0]!.id });
    expect(channel.messages).toMatchObject([
      { attachments: [{ description: 'Map of ETH, 24h.' }], flags: 4096, allowedMentions: { parse: [] } },
      { content: `<@&${role}>\n@everyone`, flags: 0, allowedMentions: { parse: [], roles: [role] } },
    ]);
  });

  test.each<[string, Codes, (bot: Bot) => void]>([
    ['that was deleted', Codes.UnknownChannel, ({ discord, channel }) => discord.deleteChannel(channel.id)],
    [
      'of a server that threw the bot out',
      Codes.MissingAccess,
      ({ discord, server }) => discord.kick(server),
    ],
    [
      'where it may not write',
      Codes.MissingPermissions,
      ({ channel }) => (channel.denied = Permissions.SendMessages),
    ],
  ])('asks a channel %s once, and never again until it is enabled', async (_, code, change) => {
    const dead: unknown[] = [];
    const bot = await startBot({ onDead: (one) => dead.push(one) });
    const { channel, discord, again } = bot;
    change(bot);
    const posts = () => discord.requestsTo('POST', /messages$/).length;
    const send = (from = bot.chat) => from.outbox.send({ channelId: channel.id, reply, nonce: 'a1' });
    expect(await Promise.all([send(), send(), send()])).toEqual([
      { dead: code },
      { dead: code },
      { dead: code },
    ]);
    expect(await send(again())).toEqual({ dead: code });
    expect(posts()).toBe(1);
    expect(dead).toEqual([{ channelId: channel.id, code, reason: expect.any(String) }]);
    await bot.chat.outbox.enable(channel.id);
    await send();
    expect(posts()).toBe(2);
  });

  test('posts once though the answer got lost, because it repeats with the same nonce', async () => {
    const { chat, channel, discord } = await startBot({ repeatAfterMs: [10, 10] });
    discord.faults.plan({ method: 'POST', path: /messages$/ }, { kind: 'reset', when: 'after' }, 2);
    const sent = await chat.outbox.send({ channelId: channel.id, reply, nonce: 'a1' });
    expect(sent).toEqual({ messageId: channel.messages[0]!.id });
    expect(channel.messages).toHaveLength(1);
    expect(discord.requestsTo('POST', /messages$/)).toHaveLength(3);
  });

  test('says that it does not know when no answer comes at all', async () => {
    const { chat, channel, discord } = await startBot({ repeatAfterMs: [10, 10] });
    discord.faults.plan({ method: 'POST', path: /messages$/ }, { kind: 'error', status: 502 }, 9);
    const sent = await chat.outbox.send({ channelId: channel.id, reply, nonce: 'a1' });
    expect(sent).toEqual({ unknown: expect.stringContaining('502') });
    expect(discord.requestsTo('POST', /messages$/)).toHaveLength(9);
  });

  test('throws what is our own mistake, and does not repeat it', async () => {
    const { chat, channel, discord } = await startBot();
    const broken = mapReply({ symbol: 'eth' }, Buffer.from('no picture'));
    await expect(chat.outbox.send({ channelId: channel.id, reply: broken, nonce: 'a1' })).rejects.toThrow(
      /PNG/,
    );
    await expect(chat.outbox.send({ channelId: 'general', reply, nonce: 'a1' })).rejects.toThrow(RangeError);
    await expect(chat.outbox.send({ channelId: channel.id, reply, nonce: 'n'.repeat(26) })).rejects.toThrow(
      RangeError,
    );
    expect(discord.requestsTo('POST', /messages$/)).toHaveLength(1);
  });

  test('keeps the order within a channel through limits, errors and lost answers', async () => {
    const { chat, channel, discord } = await startBot({ repeatAfterMs: [10] });
    discord.limits.limits.perChannel = 1_000;
    const to = { method: 'POST', path: /messages$/ };
    discord.faults.plan(to, { kind: 'limit', retryAfterMs: 50 });
    discord.faults.plan(to, { kind: 'reset', when: 'after' });
    discord.faults.plan(to, { kind: 'error', status: 500 });
    const texts = Array.from({ length: 20 }, (_, i) => `message ${i}`);
    await Promise.all(
      texts.map((text, i) => chat.outbox.send({ channelId: channel.id, reply: { text }, nonce: `${i}` })),
    );
    expect(channel.messages.map(({ content }) => content)).toEqual(texts);
  });

  test('gives back what has not left when it is closed', async () => {
    const { chat, channel, discord } = await startBot({ perSecond: 1.25 });
    const sends = ['a', 'b', 'c'].map((nonce) => chat.outbox.send({ channelId: channel.id, reply, nonce }));
    const settled = Promise.allSettled(sends);
    await discord.until('the first', () => channel.messages.length === 1);
    await chat.stop();
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    await expect(chat.outbox.send({ channelId: channel.id, reply, nonce: 'd' })).rejects.toThrow(/closed/);
    expect(channel.messages).toHaveLength(1);
  });
});

describe('while a picture goes to 500 channels', () => {
  test('people are answered, dead channels are left alone, and the order holds', async () => {
    const perSecond = 250;
    const bot = await startBot({ perSecond });
    const { discord, chat, channel } = bot;
    Object.assign(discord.limits.limits, { globalPerSecond: 1_000_000, perChannel: 1_000 });
    const names = Array.from({ length: 500 }, (_, i) => `alerts-${i}`);
    const { channels } = discord.addServer('many', { channels: names });
    const people = Array.from({ length: 40 }, (_, i) => discord.person(`p${i}`, { servers: [bot.server] }));
    const closed = channels.slice(0, 20);
    for (const one of closed) one.denied = Permissions.SendMessages;
    let draws = 0;
    const draw = async () => {
      draws += 1;
      return blackPng(1200, 675);
    };
    const drawn = { ...mapReply({ symbol: 'eth' }).picture!, draw };
    const picture = { text: 'first', picture: drawn };
    const startMs = performance.now();
    const texts = channels.slice(0, 100);
    const sends = [
      ...channels.map(({ id }) => chat.outbox.send({ channelId: id, reply: picture, nonce: `p${id}` })),
      ...texts.map(({ id }) =>
        chat.outbox.send({ channelId: id, reply: { text: 'second' }, nonce: `t${id}` }),
      ),
    ];
    let isOver = false;
    const broadcast = Promise.all(sends).finally(() => {
      isOver = true;
    });
    const accepted: number[] = [];
    for (let i = 0; !isOver; i += 1) {
      const asked = people[i % people.length]!.slash(channel, 'liqmap', { symbol: 'eth' });
      accepted.push(await asked.accepted());
    }
    const results = await broadcast;
    const seconds = (performance.now() - startMs) / 1000;
    accepted.sort((a, b) => a - b);
    const p99 = accepted[Math.floor(accepted.length * 0.99)]!;
    const posts = discord.requestsTo('POST', /^\/channels\//);
    console.info(
      `${posts.length} posts in ${seconds.toFixed(1)} s; ${accepted.length} commands, first answer p50 ${accepted[accepted.length >> 1]} ms, p99 ${p99} ms`,
    );

    expect(accepted.length).toBeGreaterThan(20);
    expect(p99).toBeLessThan(1_000);
    expect(draws).toBe(1);
    expect(results.filter((sent) => 'dead' in sent)).toHaveLength(2 * closed.length);
    expect(chat.counts).toEqual({ sent: 560, dead: 40, unknown: 0, failed: 0 });
    for (const { id } of closed) {
      expect(posts.filter(({ request }) => request.path.includes(id))).toHaveLength(1);
    }
    for (const one of channels.slice(20)) {
      const expected = texts.includes(one) ? ['first', 'second'] : ['first'];
      expect(one.messages.map(({ content }) => content)).toEqual(expected);
      expect(one.messages[0]!.attachments).toMatchObject([{ description: 'Map of ETH, 24h.' }]);
    }
    const starts = posts.map(({ atMs }) => atMs).sort((a, b) => a - b);
    const busiest = Math.max(
      ...starts.map((from, i) => starts.findLastIndex((at) => at < from + 1_000) - i + 1),
    );
    expect(busiest).toBeLessThanOrEqual(perSecond);
    expect(new Set(discord.refusals)).toEqual(new Set([Codes.MissingPermissions]));
  });
});

describe('stopping', () => {
  test('finishes what runs, asks newcomers to come back, and leaves nothing open', async () => {
    const { discord, backend, channel, ann, chat } = await startBot();
    const { until, release } = held();
    backend.answer = async ({ words }) => {
      await until;
      return mapReply(words);
    };
    const first = ann.slash(channel, 'liqmap', { symbol: 'eth' });
    await first.accepted();
    const stopped = chat.stop();
    expect((await ann.slash(channel, 'liqmap', { symbol: 'btc' }).whisper()).content).toMatch(/Restarting/);
    release();
    await stopped;
    expect((await first.answer()).content).toContain('ETH');
    await discord.until('the end', () => discord.gateway.connected === 0);
    expect(chat.health()).toMatchObject({ ok: false, detail: 'stopped' });
  });

  test('may come twice, and so may starting', async () => {
    const { chat, discord } = await startBot();
    await Promise.all([chat.start(), chat.start()]);
    expect(discord.gateway.history).toEqual(['identify']);
    await Promise.all([chat.stop(), chat.stop()]);
    await expect(chat.start()).rejects.toThrow(/stopped/);
  });
});
