import { beforeAll, describe, expect, test } from 'vitest';
import type { Chart } from '../../renderers/chart.ts';
import { setUpFonts } from '../../src/config.ts';
import type { LiquidationFeeds } from '../../src/observed-liquidations.ts';
import { ChatSettings } from '../../src/settings.ts';
import { commandNamed, contextOf, FakeMaps, FakeSettings, madeMs, manager } from './fakes.ts';

beforeAll(() => setUpFonts());

/** Keeps the chart that a reply would draw. */
async function chartOf(name: string, words: Readonly<Record<string, string>>, given = {}): Promise<Chart> {
  let drawn: Chart | undefined;
  const draw = async (chart: Chart) => {
    drawn = chart;
    return Buffer.from('png');
  };
  const reply = await commandNamed(name).run(words, contextOf({ draw, ...given }));
  await reply.picture!.draw();
  return drawn!;
}

function labels(reply: { readonly buttons?: readonly (readonly { readonly label: string }[])[] }) {
  return (reply.buttons ?? []).map((row) => row.map(({ label }) => label));
}

const feeds: LiquidationFeeds = {
  see: async (markets) => ({
    liquidations: [
      { timeMs: madeMs - 60_000, liquidatedSide: 'long', price: 2_990, priceKind: 'fill', size: 1, usd: 2e6 },
      {
        timeMs: madeMs - 120_000,
        liquidatedSide: 'short',
        price: 3_040,
        priceKind: 'fill',
        size: 1,
        usd: 1e6,
      },
    ].map((one) => ({ ...one, venue: 'bybit', market: markets[0]!.symbol }) as never),
    watches: [{ venue: 'bybit', shows: 'every', watchedMs: 24 * 3_600_000 }],
  }),
};

describe('/liqmap', () => {
  test('offers every window, the other view, and itself again', async () => {
    const reply = await commandNamed('liqmap').run({ symbol: 'eth', range: '20' }, contextOf());
    expect(labels(reply)).toEqual([
      ['24h', '• 7d', '30d', 'all'],
      ['Observed liquidations', 'Heatmap', 'What changed', 'Refresh'],
      ['Cascade', 'Info'],
    ]);
    expect(reply.buttons![0]![0]).toEqual({
      label: '24h',
      command: 'liqmap',
      words: { symbol: 'eth', range: '20', window: '24h' },
    });
    expect(reply.buttons![1]!.at(-1)!.words).toEqual({ symbol: 'eth', range: '20', window: '7d' });
  });

  test('pressing a button asks for what it says', async () => {
    const first = await commandNamed('liqmap').run({ symbol: 'eth' }, contextOf());
    const maps = new FakeMaps();
    const again = await commandNamed('liqmap').run(first.buttons![0]![2]!.words, contextOf({ maps }));
    expect(maps.asked).toEqual([{ symbol: 'eth', window: '30d' }]);
    expect(labels(again)[0]).toEqual(['24h', '7d', '• 30d', 'all']);
    const seen = await commandNamed('liqmap').run(first.buttons![1]![0]!.words, contextOf());
    expect(seen.text).toContain('liquidations seen');
    expect(labels(seen)[1]).toEqual(['Map', 'Heatmap', 'What changed', 'Refresh']);
    const back = await commandNamed('liqmap').run(seen.buttons![1]![0]!.words, contextOf());
    expect(back.text).toContain('ETH liquidation map');
  });

  test('leaves a button out rather than fail where its words do not fit', async () => {
    const venues = 'binance,bybit,okx,gate,bitget,hyperliquid';
    const reply = await commandNamed('liqmap').run(
      { symbol: '币安人生', venues, theme: 'light', range: '20' },
      contextOf(),
    );
    expect(reply.buttons).toEqual([]);
    expect(reply.picture?.fileName).toBe('7d.png');
  });

  test('is drawn in the theme that was set, in that which is said, else dark', async () => {
    const settings = new ChatSettings(new FakeSettings());
    expect((await chartOf('liqmap', { symbol: 'eth' }, { settings })).key).toContain('/dark/');
    await settings.change(manager, 'theme', 'light');
    expect((await chartOf('liqmap', { symbol: 'eth' }, { settings })).key).toContain('/light/');
    expect((await chartOf('liqmap', { symbol: 'eth', theme: 'dark' }, { settings })).key).toContain('/dark/');
  });

  test('draws the same picture for a minute, so that it is drawn once', async () => {
    const maps = new FakeMaps();
    const at = (laterMs: number) =>
      chartOf('liqmap', { symbol: 'eth' }, { maps, nowMs: () => madeMs + laterMs });
    expect(await at(50_000)).toEqual(await at(0));
  });

  test.each([
    [{ symbol: 'eth', window: '2d' }, '"2d" is not one of 24h, 7d, 30d, all'],
    [{ symbol: 'eth', range: 'wide' }, '"wide" is not a number of percent'],
    [{ symbol: 'eth', range: '99' }, 'between 1 and 95'],
    [{}, 'which coin? For example: eth'],
  ])('%j is answered with what is wrong', async (words, message) => {
    await expect(commandNamed('liqmap').run(words, contextOf())).rejects.toThrow(message);
  });

  test('takes words in any case and lists with any separators', async () => {
    const maps = new FakeMaps();
    await commandNamed('liqmap').run(
      { symbol: 'ETH', window: '24H', venues: 'OKX; gate' },
      contextOf({ maps }),
    );
    expect(maps.asked).toEqual([{ symbol: 'ETH', window: '24h', venues: ['okx', 'gate'] }]);
  });
});

describe('/liqs', () => {
  test('says what was seen by side and price, of which venues, and what was not observed', async () => {
    const reply = await commandNamed('liqs').run({ symbol: 'eth' }, contextOf({ liquidations: feeds }));
    expect(reply.text).toContain('Longs: ≥ $2M in 1 liquidation: $2M near $2,990 (-0.7 %)');
    expect(reply.text).toContain('Shorts: ≥ $1M in 1 liquidation: $1M near $3,040 (+0.9 %)');
    expect(reply.text).toContain('Every one seen on bybit $3M');
    expect(reply.text).toContain('Not observed: binance');
    expect(labels(reply)).toEqual([
      ['4h', '12h', '• 24h'],
      ['Map', 'Refresh'],
    ]);
  });

  test('asks for the hours that are wanted, up to now', async () => {
    const ranges: unknown[] = [];
    const spy: LiquidationFeeds = {
      see: async (_, range) => {
        ranges.push(range);
        return { liquidations: [], watches: [] };
      },
    };
    const run = (hours: string) =>
      commandNamed('liqs').run(
        { symbol: 'eth', hours },
        contextOf({ liquidations: spy, nowMs: () => madeMs }),
      );
    await run('6');
    await run('6h');
    expect(ranges).toEqual([
      { fromMs: madeMs - 6 * 3_600_000, toMs: madeMs },
      { fromMs: madeMs - 6 * 3_600_000, toMs: madeMs },
    ]);
    await expect(run('0')).rejects.toThrow('hours from 1 to 72');
    await expect(run('100')).rejects.toThrow('hours from 1 to 72');
    await expect(run('soon')).rejects.toThrow('"soon" is not a number of hours');
  });

  test('shows as much of the map as what was seen needs, at least 10 % to each side', async () => {
    const lowOf = async (price: number) => {
      const liquidations: LiquidationFeeds = {
        see: async () => ({
          liquidations: [
            {
              timeMs: 1,
              liquidatedSide: 'long',
              price,
              priceKind: 'fill',
              size: 1,
              usd: 1,
              venue: 'x',
              market: 'y',
            },
          ],
          watches: [],
        }),
      };
      const chart = await chartOf('liqs', { symbol: 'eth' }, { liquidations });
      return chart.params['lowUsd']! / 3_012.5 - 1;
    };
    expect(await lowOf(3_000)).toBeCloseTo(-0.1, 6);
    expect(await lowOf(2_500)).toBeCloseTo(-0.2, 6);
    expect(await lowOf(1)).toBeCloseTo(-0.5, 6);
  });

  test('where nothing is watched says so, and never that nothing was liquidated', async () => {
    const reply = await commandNamed('liqs').run({ symbol: 'eth' }, contextOf());
    expect(reply.text).toContain('Not observed: no feed showed them');
    expect(reply.text).not.toMatch(/Longs: |none seen/);
  });
});

describe('/compare', () => {
  test('draws the coins that are said, one below the other, on one axis', async () => {
    const chart = await chartOf('compare', { symbols: 'btc, sol pepe' });
    expect(chart.key).toBe('compare/dark/1200x954/3/5');
    expect(chart.params).toMatchObject({ lowPct: expect.closeTo(-20), highPct: expect.closeTo(20) });
  });

  test('takes the first four of the list that was set, else of the usual coins', async () => {
    const settings = new ChatSettings(new FakeSettings());
    const first = await commandNamed('compare').run({}, contextOf({ settings, symbols: ['SOL', 'BTC'] }));
    expect(first.picture!.fileName).toBe('sol-btc-7d.png');
    await settings.change(manager, 'symbols', 'PEPE,ETH,BTC,SOL,XRP');
    const second = await commandNamed('compare').run({}, contextOf({ settings }));
    expect(second.picture!.fileName).toBe('pepe-eth-btc-sol-7d.png');
  });

  test('names a coin that is missing and draws the others', async () => {
    const reply = await commandNamed('compare').run({ symbols: 'btc,etj' }, contextOf());
    expect(reply.text).toContain('Liquidation maps of BTC,');
    expect(reply.text).toContain('ETJ is missing: No venue lists "ETJ". Did you mean ETH?');
  });

  test('is refused for no coin that is listed, and for more than four', async () => {
    const run = (symbols: string) => commandNamed('compare').run({ symbols }, contextOf());
    await expect(run('etj')).rejects.toThrow('Did you mean ETH');
    await expect(run('a b c d e')).rejects.toThrow('one to 4 coins');
    await expect(run(',')).rejects.toThrow('one to 4 coins');
  });

  test('asks for a coin once, by however many names', async () => {
    const reply = await commandNamed('compare').run({ symbols: 'eth ETHUSDT btc' }, contextOf());
    expect(reply.picture!.fileName).toBe('eth-btc-7d.png');
  });
});
