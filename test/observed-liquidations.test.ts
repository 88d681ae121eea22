import { describe, expect, test } from 'vitest';
import type { Liquidation } from '../src/core/market-data.ts';
import type { MarketSource, TimeRange } from '../src/market/source.ts';
import { observe, recordedFeeds, servedFeeds } from '../src/observed-liquidations.ts';
import type { LiquidationKey } from '../src/store/liquidations.ts';
import type { Held } from '../src/store/time-records.ts';
import { market } from './commands/fakes.ts';

const hourMs = 3_600_000;
const range: TimeRange = { fromMs: 0, toMs: 24 * hourMs };

function closing(timeMs: number, usd = 1_000): Liquidation {
  return { timeMs, liquidatedSide: 'long', price: 100, priceKind: 'fill', size: usd / 100, usd };
}

function recordsOf(held: Readonly<Record<string, Held<Liquidation>>>) {
  return {
    read: async ({ venue, symbol, from }: LiquidationKey) =>
      held[`${venue} ${symbol} ${from}`] ?? { rows: [], covered: [] },
  };
}

const eth = (venue: string) => market('ETH', venue);
const usdc = (venue: string) => market('ETH', venue, 'ETH/USDC:USDC');
const key = (venue: string, from: string) => `${venue} ETH/USDT:USDT ${from}`;

describe('what was recorded of liquidations', () => {
  test('tells venues that tell every one from those that tell one a second, and those nobody saw', async () => {
    const whole = { rows: [closing(5)], covered: [range] };
    const feeds = recordedFeeds(
      recordsOf({
        [key('bybit', 'seen')]: whole,
        [key('binance', 'seen')]: whole,
        [key('gate', 'history')]: whole,
      }),
      ['bybit'],
    );
    const coin = { base: 'ETH', markets: ['bybit', 'binance', 'gate', 'hyperliquid'].map(eth) };
    const seen = await observe(feeds, coin, range);
    expect(seen.watches.map(({ venue, shows }) => [venue, shows])).toEqual([
      ['bybit', 'every'],
      ['binance', 'one a second'],
      ['gate', 'every'],
    ]);
    expect(seen.unobserved).toEqual(['hyperliquid']);
    expect(seen.liquidations).toHaveLength(3);
  });

  test('counts for how long it was watched, over all markets of a venue', async () => {
    const feeds = recordedFeeds(
      recordsOf({
        [key('okx', 'seen')]: {
          rows: [],
          covered: [
            { fromMs: 0, toMs: 10 * hourMs },
            { fromMs: 12 * hourMs, toMs: 20 * hourMs },
          ],
        },
      }),
      [],
    );
    const one = await feeds.see([eth('okx')], range);
    expect(one.watches).toEqual([{ venue: 'okx', shows: 'one a second', watchedMs: 18 * hourMs }]);
    const two = await feeds.see([eth('okx'), usdc('okx')], range);
    expect(two.watches[0]?.watchedMs).toBe(9 * hourMs);
  });

  test('of which nobody kept count has an unknown time, not none', async () => {
    const feeds = recordedFeeds(recordsOf({ [key('bybit', 'seen')]: { rows: [closing(5)], covered: [] } }), [
      'bybit',
    ]);
    const { watches } = await feeds.see([eth('bybit')], range);
    expect(watches).toEqual([{ venue: 'bybit', shows: 'every' }]);
  });

  test('counts no event twice that is in the history and was heard: the better watched one is taken', async () => {
    const feeds = recordedFeeds(
      recordsOf({
        [key('gate', 'seen')]: { rows: [closing(1), closing(2)], covered: [{ fromMs: 0, toMs: hourMs }] },
        [key('gate', 'history')]: { rows: [closing(1), closing(2), closing(3)], covered: [range] },
      }),
      [],
    );
    const { liquidations, watches } = await feeds.see([eth('gate')], range);
    expect(liquidations.map(({ timeMs }) => timeMs)).toEqual([1, 2, 3]);
    expect(watches[0]?.shows).toBe('every');
  });

  test('comes in the order of time, with its venue and market', async () => {
    const feeds = recordedFeeds(
      recordsOf({
        [key('bybit', 'seen')]: { rows: [closing(1), closing(9)], covered: [range] },
        [key('okx', 'seen')]: { rows: [closing(5)], covered: [range] },
      }),
      [],
    );
    const { liquidations } = await observe(
      feeds,
      { base: 'ETH', markets: [eth('bybit'), eth('okx')] },
      range,
    );
    expect(liquidations.map(({ timeMs, venue }) => [timeMs, venue])).toEqual([
      [1, 'bybit'],
      [5, 'okx'],
      [9, 'bybit'],
    ]);
  });
});

describe('what venues serve of liquidations', () => {
  const source = (venue: string, liquidations: MarketSource['liquidations']) =>
    ({ venue, liquidations }) as unknown as MarketSource;

  test('is all of the time asked for; a venue without a history, or one that fails, was not seen', async () => {
    const sources = [
      source('gate', async () => [closing(7)]),
      source('okx', async () => undefined),
      source('bybit', async () => Promise.reject(new Error('away'))),
    ];
    const feeds = servedFeeds(sources);
    const seen = await observe(feeds, { base: 'ETH', markets: ['gate', 'okx', 'bybit'].map(eth) }, range);
    expect(seen.watches).toEqual([{ venue: 'gate', shows: 'every', watchedMs: 24 * hourMs }]);
    expect(seen.unobserved).toEqual(['okx', 'bybit']);
    expect(seen.liquidations).toEqual([{ ...closing(7), venue: 'gate', market: 'ETH/USDT:USDT' }]);
  });
});
