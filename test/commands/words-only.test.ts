import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { ChatSettings } from '../../src/settings.ts';
import { alone, commandNamed, contextOf, FakeMaps, FakeSettings, madeMs, manager, member } from './fakes.ts';

describe('/clusters', () => {
  test('says nearest and largest of both sides in USD, % and ATR, with leverage and share of open interest', async () => {
    const { text } = await commandNamed('clusters').run({ symbol: 'btc' }, contextOf());
    const lines = text.split('\n');
    expect(lines[0]).toBe('BTC clusters, opened in the last 7d - MODEL ESTIMATE');
    expect(lines[1]).toBe('Price $98,765, open interest $34.1B');
    const cluster = /\$\S+ at \$[\d,.]+, [+-]\d+\.\d %, \d+(\.\d)?x, \d+\.\d % of open interest$/;
    expect(lines[2]).toMatch(/^Nearest below: /);
    expect(lines[3]).toMatch(/^Nearest above: /);
    const listed = lines.filter((line) => /^(Nearest|\d\.)/.test(line));
    expect(listed.length).toBeGreaterThan(6);
    for (const line of listed) expect(line).toMatch(cluster);
  });

  test('the nearest of a side is none farther than the largest', async () => {
    const { text } = await commandNamed('clusters').run({ symbol: 'eth' }, contextOf());
    const distances = (pattern: RegExp) =>
      [...text.matchAll(pattern)].map((match) => Math.abs(Number.parseFloat(match[1]!)));
    const nearest = distances(/^Nearest below: .*?, ([+-]\d+\.\d) %/gm)[0]!;
    for (const distance of distances(/^\d\. .*?, (-\d+\.\d) %/gm))
      expect(nearest).toBeLessThanOrEqual(distance);
  });

  test('says amounts in the coin, too, where that was set', async () => {
    const settings = new ChatSettings(new FakeSettings());
    await settings.change(manager, 'units', 'coin');
    const { text } = await commandNamed('clusters').run({ symbol: 'eth' }, contextOf({ settings }));
    expect(text).toMatch(/^1\. \$\S+M \(\d+(\.\d)?K ETH\) at /m);
  });
});

describe('/near', () => {
  test('lists the coins that were set by how near a large cluster is', async () => {
    const settings = new ChatSettings(new FakeSettings());
    await settings.change(manager, 'symbols', 'SOL,BTC,ETH,PEPE');
    const reply = await commandNamed('near').run({}, contextOf({ settings }));
    const lines = reply.text.split('\n').filter((line) => /^\d+\. /.test(line));
    expect(lines).toHaveLength(4);
    const distances = lines.map((line) => Math.abs(Number.parseFloat(/, ([+-]\d+\.\d) %/.exec(line)![1]!)));
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    expect(lines[0]).toMatch(/^1\. \w+ \$[\d,.]+: \$\S+ of (longs|shorts) at \$[\d,.]+, /);
    expect(reply.buttons![0]).toHaveLength(4);
    expect(reply.buttons![0]![0]).toMatchObject({ command: 'liqmap', words: { window: '7d' } });
  });

  test('names what is missing, and fails only when everything is', async () => {
    const reply = await commandNamed('near').run({ symbols: 'eth,etj' }, contextOf());
    expect(reply.text).toContain('ETJ is missing: No venue lists "ETJ"');
    await expect(commandNamed('near').run({ symbols: 'etj' }, contextOf())).rejects.toThrow(UserError);
  });

  test('a defect is not taken for a missing coin', async () => {
    const maps = new FakeMaps();
    maps.map = async () => {
      throw new TypeError('broken');
    };
    await expect(commandNamed('near').run({}, contextOf({ maps }))).rejects.toThrow(TypeError);
  });
});

describe('/settings', () => {
  const run = (words: Readonly<Record<string, string>>, given = {}) =>
    commandNamed('settings').run(words, contextOf(given));

  test('shows everybody what is set and what is not', async () => {
    const { text } = await run({}, { caller: member, symbols: ['BTC', 'HYPE'] });
    expect(text).toContain('Settings of this server or group:');
    expect(text).toContain('symbols: BTC,HYPE (default)');
    expect(text).toContain('Only who may manage');
  });

  test('are changed for all of a community by who may manage it, and by nobody else', async () => {
    const settings = new ChatSettings(new FakeSettings());
    await expect(run({ key: 'window', value: '24h' }, { caller: member, settings })).rejects.toThrow(
      'Only who may manage',
    );
    const { text } = await run({ key: 'window', value: '24H' }, { caller: manager, settings });
    expect(text).toContain('window is now 24h.');
    expect((await run({}, { caller: member, settings })).text).toContain('window: 24h (set here)');
    expect((await run({}, { caller: alone, settings })).text).toContain('window: 7d (default)');
  });

  test("are a person's own in a private chat", async () => {
    const settings = new ChatSettings(new FakeSettings());
    const { text } = await run({ key: 'theme', value: 'light' }, { caller: alone, settings });
    expect(text).toContain('Your settings in private chats:');
    expect(text).toContain('theme: light (set here)');
    expect(await settings.of(manager)).toEqual({});
  });

  test('are taken back by the word default', async () => {
    const records = new FakeSettings();
    const settings = new ChatSettings(records);
    await run({ key: 'theme', value: 'light' }, { settings });
    expect((await run({ key: 'theme', value: 'default' }, { settings })).text).toContain(
      'back at its default',
    );
    expect(records.kept.size).toBe(0);
  });

  test('hold coins as the venues call them, and none that nobody lists', async () => {
    const settings = new ChatSettings(new FakeSettings());
    await run({ key: 'symbols', value: 'ethusdt, btc  1000pepe' }, { settings });
    expect(await settings.of(manager)).toEqual({ symbols: 'ETH,BTC,PEPE' });
    await expect(run({ key: 'symbols', value: 'btc,etj' }, { settings })).rejects.toThrow(
      'No exchange here lists "ETJ". Did you mean ETH?',
    );
  });

  test.each([
    ['timezone', 'Viena', 'Did you mean Europe/Vienna?'],
    ['timezone', 'Mars/Base', '"Mars/Base" is no value of timezone'],
    ['theme', 'pink', 'dark or light'],
    ['units', 'euro', 'usd, or coin'],
    ['window', '2d', '24h, 7d, 30d, or all'],
    ['colour', 'red', 'key: "colour" is not one of symbols'],
  ])('%s %s is answered with what could be meant', async (key, value, message) => {
    await expect(run({ key, value })).rejects.toThrow(message);
  });

  test('of no chat are refused with what to do instead', async () => {
    await expect(commandNamed('settings').run({}, { maps: new FakeMaps() })).rejects.toThrow('command line');
  });
});

describe('/status', () => {
  test('says version, age of data by venue, and the queue', async () => {
    const status = async () => ({
      version: '1.2.3',
      startedMs: madeMs - 3 * 86_400_000,
      venues: [
        { venue: 'binance', dataMs: madeMs - 5_000 },
        { venue: 'bybit', note: 'geo-blocked (451)' },
      ],
      queues: [{ name: 'compute', waiting: 3, active: 1, failed: 0 }],
    });
    const { text } = await commandNamed('status').run({}, contextOf({ status, nowMs: () => madeMs }));
    expect(text.split('\n')).toEqual([
      'Liqmap 1.2.3, running for 3 d',
      'Data by exchange:',
      'binance: 5 s old',
      'bybit: no data yet - geo-blocked (451)',
      'Work:',
      'compute: 3 waiting, 1 active, 0 failed',
      'Alerts: nobody watches prices at the moment.',
      '2026-02-14 12:30 UTC',
    ]);
  });

  test('says which coins have no alerts, and why', async () => {
    const coin = { clusters: 2, verdict: 'better', blocked: [] } as const;
    const alerting = {
      atMs: madeMs,
      subscriptions: 7,
      coins: [
        { ...coin, symbol: 'BTC' },
        { ...coin, symbol: 'ETH', blocked: ['old map', 'old price'] },
        { ...coin, symbol: 'SOL', verdict: 'muted' as const, blocked: ['no better than chance'] },
        { ...coin, symbol: 'DOGE', verdict: 'unproven' as const },
      ],
    };
    const status = async () => ({ version: '1.2.3', venues: [], queues: [], alerting });
    const { text } = await commandNamed('status').run({}, contextOf({ status, nowMs: () => madeMs }));
    expect(text.split('\n').slice(3, -1)).toEqual([
      'Alerts: 4 coins watched for 7 subscriptions',
      'No alerts of ETH: old map, old price',
      'No alerts of SOL: no better than chance',
      'Unproven, with too few cases to say whether alerts beat chance: DOGE',
    ]);
  });

  test('is refused where no service runs', async () => {
    await expect(commandNamed('status').run({}, contextOf())).rejects.toThrow('doctor');
  });
});

describe('/forgetme', () => {
  test('removes what is stored about the asker, on the platform asked from, and about nobody else', async () => {
    const forgotten: unknown[] = [];
    const forget = async (platform: string, userId: string) => {
      forgotten.push([platform, userId]);
      return { deleted: 2, unsigned: 1 };
    };
    const { text } = await commandNamed('forgetme').run({}, contextOf({ forget, caller: member }));
    expect(forgotten).toEqual([['discord', 'u2']]);
    expect(text).toBe(
      'Done: 2 entries of yours removed. 1 of a server or group stay there, without your name on them.',
    );
  });

  test('says when there was nothing', async () => {
    const forget = async () => ({ deleted: 0, unsigned: 0 });
    const { text } = await commandNamed('forgetme').run({}, contextOf({ forget }));
    expect(text).toBe('Nothing was stored about you.');
  });
});

test('/about says method, limits and privacy', async () => {
  const { text } = await commandNamed('about').run({}, contextOf());
  for (const part of ['Method:', 'Limits:', 'Privacy:', 'forgetme']) expect(text).toContain(part);
});
