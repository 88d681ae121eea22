import { GatewayIntentBits } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { type Bot, openBot, startBot } from '../support/discord/bot.ts';
import { held } from '../support/discord/faults.ts';

async function expectAnswered({ channel, ann }: Bot): Promise<void> {
  expect((await ann.slash(channel, 'about').answer()).content).toContain('Liqmap');
}

/** Waits for as many heartbeats of the connections that there are: long enough for a forgotten one to come back. */
async function someHeartbeatsLater({ discord }: Bot, count: number): Promise<void> {
  const before = discord.gateway.heartbeats;
  await discord.until('heartbeats', () => discord.gateway.heartbeats >= before + count);
}

// Each waits for half a second and more inside the library; side by side that is no longer than the longest.
describe.concurrent('the connection to the gateway', () => {
  test('asks for servers only, and for nothing that needs a review', async ({ onTestFinished }) => {
    const { discord } = await startBot({}, onTestFinished);
    expect(discord.gateway.identities).toMatchObject([{ intents: GatewayIntentBits.Guilds, shard: [0, 1] }]);
  });

  test.for([4000, 4002, 4009, 1001])(
    'is resumed after close code %i, and nothing is lost',
    async (code, { onTestFinished }) => {
      const bot = await startBot({}, onTestFinished);
      const { discord } = bot;
      discord.gateway.closeAll(code);
      await discord.until('the end', () => discord.gateway.connected === 0);
      await expectAnswered(bot);
      expect(discord.gateway.history).toEqual(['identify', `closed ${code}`, 'resume']);
      await discord.until('health', () => bot.chat.health().ok);
      expect(bot.alarms).toEqual([]);
    },
  );

  test('is resumed when Discord asks for it', async ({ onTestFinished }) => {
    const bot = await startBot({}, onTestFinished);
    bot.discord.gateway.askToReconnect();
    await bot.discord.until('the resumption', () => bot.discord.gateway.history.includes('resume'));
    await expectAnswered(bot);
  });

  test('begins anew when its session is invalid', async ({ onTestFinished }) => {
    const bot = await startBot({}, onTestFinished);
    bot.discord.gateway.invalidate();
    await bot.discord.until('a new session', () => bot.discord.gateway.connected === 1);
    await expectAnswered(bot);
    expect(bot.discord.gateway.history).toEqual(['identify', 'closed 1000', 'identify']);
  });

  test('is resumed when heartbeats stay without an answer', async ({ onTestFinished }) => {
    const bot = await openBot({}, onTestFinished);
    const { settings, history } = bot.discord.gateway;
    settings.heartbeatMs = 100;
    await bot.chat.start();
    await someHeartbeatsLater(bot, 2);
    settings.acknowledges = false;
    await bot.discord.until('the end', () => history.some((what) => what.startsWith('closed')));
    settings.acknowledges = true;
    await bot.discord.until('the resumption', () => history.includes('resume'));
    await bot.discord.until('commands', () => bot.discord.world.commands.length > 0);
    await expectAnswered(bot);
  });

  test('is waited for when Discord is away at the start', async ({ onTestFinished }) => {
    const bot = await openBot({}, onTestFinished);
    bot.discord.faults.plan({ path: /gateway/ }, { kind: 'error', status: 503 }, 7);
    const started = bot.chat.start();
    await bot.discord.until('attempts', () => bot.discord.requestsTo('GET', /gateway/).length >= 6);
    expect(bot.chat.health().ok).toBe(false);
    await started;
    expect(bot.chat.health()).toMatchObject({ ok: true, detail: 'connected as liqmap, servers: 1' });
  });

  test('can be stopped while it is waited for', async ({ onTestFinished }) => {
    const bot = await openBot({}, onTestFinished);
    bot.discord.gateway.settings.isOpen = false;
    const started = bot.chat.start();
    await bot.discord.until('an attempt', () => bot.discord.requestsTo('GET', /gateway/).length > 0);
    await bot.chat.stop();
    await started;
    expect(bot.chat.health()).toEqual({ ok: false, detail: 'stopped' });
  });

  test.for(['by the gateway', 'by the HTTP interface'])(
    'is not tried again when the token is refused %s',
    async (by, { onTestFinished }) => {
      const isGateway = by === 'by the gateway';
      const token = 'MTE5OTk5OTk5OTk5OTk5OTk5OQ.Gtest1.a-token-that-nobody-has-given-out';
      const bot = await openBot(isGateway ? {} : { token }, onTestFinished);
      if (isGateway) bot.discord.gateway.settings.refuseWith = 4004;
      const failure = await bot.chat.start().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(UserError);
      expect(String(failure)).toContain('set DISCORD_TOKEN');
      expect(bot.alarms).toEqual([(failure as Error).message]);
      expect(bot.discord.requestsTo('GET', /gateway/)).toHaveLength(1);
      const { history } = bot.discord.gateway;
      await bot.discord.until('the end', () => !isGateway || history.includes('closed 4004'));
      expect(history).toEqual(isGateway ? ['identify', 'closed 4004'] : []);
      expect(bot.chat.health()).toEqual({ ok: false, detail: (failure as Error).message });
    },
  );

  test('ends with an alarm, and without a loop, when the token is revoked later', async ({
    onTestFinished,
  }) => {
    const bot = await startBot({}, onTestFinished);
    const { gateway } = bot.discord;
    gateway.settings.refuseWith = 4004;
    gateway.closeAll(4000);
    await bot.discord.until('an alarm', () => bot.alarms.length > 0);
    expect(bot.alarms).toEqual([expect.stringContaining('refuses the token')]);
    expect(gateway.history).toEqual(['identify', 'closed 4000', 'resume', 'closed 4004']);
    expect(bot.chat.health().ok).toBe(false);
  });

  test('that is closed again and again raises an alarm, is replaced, and leaves no second one behind', async ({
    onTestFinished,
  }) => {
    const bot = await openBot({}, onTestFinished);
    const { gateway } = bot.discord;
    gateway.settings.heartbeatMs = 100;
    await bot.chat.start();
    await bot.discord.until('commands', () => bot.discord.world.commands.length > 0);
    gateway.settings.refuseWith = 4002;
    gateway.closeAll(4002);
    await bot.discord.until('an alarm', () => bot.alarms.length > 0);
    gateway.settings.refuseWith = undefined;
    expect(bot.alarms).toEqual([expect.stringMatching(/shard 0 reconnected 6 times within a minute/)]);
    await bot.discord.until('a new session', () => gateway.connected === 1);
    const before = [...gateway.history];
    await someHeartbeatsLater(bot, 12);
    expect(gateway.history).toEqual(before);
    await expectAnswered(bot);
    expect(bot.alarms).toHaveLength(1);
  });

  test('outlives payloads that nobody expects', async ({ onTestFinished }) => {
    const bot = await openBot({}, onTestFinished);
    const { gateway } = bot.discord;
    gateway.settings.readyExtra = { install_params: null };
    await bot.chat.start();
    await bot.discord.until('commands', () => bot.discord.world.commands.length > 0);
    const odd = [
      null,
      {},
      { id: null },
      { id: '1', type: 3, data: null, message: { channel: null } },
      'text',
    ];
    for (const payload of odd) {
      for (const t of [
        'INTERACTION_CREATE',
        'GUILD_UPDATE',
        'GUILD_DELETE',
        'CHANNEL_DELETE',
        'THREAD_LIST_SYNC',
      ]) {
        gateway.dispatch(t, payload);
      }
    }
    await expectAnswered(bot);
    const broken = bot.lines.filter((line) => line.includes('discord.js broke on'));
    expect(broken.join('')).toContain('discord.js broke on READY');
    expect(broken.join('')).toContain('discord.js broke on GUILD_UPDATE');
    expect(bot.lines.filter((line) => line.includes('interaction not answered'))).toHaveLength(odd.length);
    expect(gateway.history).toEqual(['identify']);
  });

  test('tells of channels and servers that are gone, not of those that are away', async ({
    onTestFinished,
  }) => {
    const gone: string[] = [];
    const { until, release } = held();
    const onServerGone = (id: string) => {
      gone.push(id);
      release();
    };
    const bot = await startBot({ onChannelGone: (id) => gone.push(id), onServerGone }, onTestFinished);
    const { discord, server, channel } = bot;
    discord.loseServer(server);
    await expectAnswered(bot);
    discord.deleteChannel(channel.id);
    discord.kick(server);
    await until;
    expect(gone).toEqual([channel.id, server.id]);
  });

  test('has as many shards as Discord asks for', async ({ onTestFinished }) => {
    const bot = await openBot({}, onTestFinished);
    const { discord, chat, ann } = bot;
    discord.gateway.settings.shards = 3;
    const servers = Array.from({ length: 6 }, (_, i) =>
      discord.addServer(`s${i}`, { channels: ['general'] }),
    );
    await chat.start();
    await discord.until('commands', () => discord.world.commands.length > 0);
    expect(discord.gateway.identities).toMatchObject([
      { shard: [0, 3] },
      { shard: [1, 3] },
      { shard: [2, 3] },
    ]);
    for (const { members, channels } of servers) {
      members.set(ann.user, 0n);
      await ann.slash(channels[0]!, 'about').answer();
    }
  });
});
