import { expect } from 'vitest';
import type { Candle, MarginTier, OrderBook } from '../../../src/core/market-data.ts';
import { createLiveSources, type LiveOptions } from '../../../src/market/live/index.ts';
import {
  type Market,
  type MarketSource,
  type Timeframe,
  type TimeRange,
  timeframeMs,
} from '../../../src/market/source.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../../support/exchange/server.ts';
import { smallWorld } from '../../support/exchange/small-world.ts';
import { settleTiers, type World, type WorldMarket, worldCandles } from '../../support/exchange/world.ts';

/** 12:34:56 UTC: in the middle of every candle there is. */
export const nowMs = Date.UTC(2026, 9, 20, 12, 34, 56);
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export type OpenVenue = {
  readonly source: MarketSource;
  readonly exchange: LoopbackExchange;
  /** The world's markets behind the venue's source, by unified symbol. */
  readonly truth: ReadonlyMap<string, WorldMarket>;
  market(symbol: string): Promise<Market>;
  /** The clock of both sides; it stands at `nowMs` until it is moved on. */
  clockMs(): number;
  moveOn(ms: number): void;
  close(): Promise<void>;
};

const worldNames: Readonly<Record<string, readonly (keyof World['markets'])[]>> = {
  binance: ['binanceusdm', 'binancecoinm'],
};

/** A live source of one venue before a loopback exchange, both at `nowMs`. */
export async function openVenue(
  venue: string,
  options: Partial<LiveOptions> & { readonly alts?: number } = {},
): Promise<OpenVenue> {
  const { alts = 0, ...liveOptions } = options;
  const world = smallWorld({ nowMs, alts });
  let clockMs = nowMs;
  const exchange = await startLoopbackExchange({ world, nowMs: () => clockMs });
  const [source] = createLiveSources({
    venues: [venue],
    apiUrl: exchange.url,
    nowMs: () => clockMs,
    sleep: async () => undefined,
    paced: false,
    ...liveOptions,
  });
  if (!source) throw new Error(`no source for ${venue}`);
  const ids = worldNames[venue] ?? [venue as keyof World['markets']];
  const markets = ids.flatMap((id) => world.markets[id]);
  return {
    source,
    exchange,
    truth: new Map(markets.map((market) => [market.symbol, market])),
    async market(symbol) {
      const found = (await source.markets()).find((market) => market.symbol === symbol);
      if (!found) throw new Error(`${venue} lists no ${symbol}`);
      return found;
    },
    clockMs: () => clockMs,
    moveOn: (ms) => {
      clockMs += ms;
    },
    async close() {
      await source.close();
      await exchange.close();
    },
  };
}

export function lastDays(days: number): TimeRange {
  return { fromMs: nowMs - days * dayMs, toMs: nowMs };
}

/** The closed candles of the world within the range. */
export function trueCandles(
  truth: WorldMarket,
  query: TimeRange & { readonly timeframe: Timeframe; readonly price: 'last' | 'mark' },
): readonly Candle[] {
  const stepMs = timeframeMs[query.timeframe];
  return worldCandles(truth, { ...query, stepMs }).filter(({ openMs }) => openMs + stepMs <= nowMs);
}

/** Open interest of the world on the grid of a step within the range. */
export function trueOpenInterest(truth: WorldMarket, range: TimeRange, stepMs: number) {
  return grid(range, stepMs).map((timeMs) => ({ timeMs, size: truth.series.openInterest(timeMs) }));
}

export function trueFunding(truth: WorldMarket, range: TimeRange) {
  const stepMs = truth.fundingIntervalMs;
  if (stepMs === undefined) throw new Error(`${truth.id} has no funding`);
  return grid(range, stepMs).map((timeMs) => ({ timeMs, rate: truth.series.fundingRate(timeMs) }));
}

export function trueTiers(truth: WorldMarket): readonly MarginTier[] {
  return settleTiers(truth, truth.series.price(nowMs).mark);
}

/** Listed the same, in the world's uniform terms; delisted markets are not listed. */
export function expectListed(markets: readonly Market[], truth: OpenVenue['truth']): void {
  const trading = [...truth.values()].filter(({ status }) => status === 'trading');
  expect(markets.map(({ symbol }) => symbol).sort()).toEqual(trading.map(({ symbol }) => symbol).sort());
  for (const market of markets) {
    const { base, quote, settle, contract, multiplier, kind, expiryMs } = truth.get(market.symbol)!;
    expect(market).toMatchObject({ base, quote, settle, contract, multiplier, kind });
    expect(market.expiryMs).toBe(expiryMs);
  }
}

/** Equal but for the rounding of decimals: fractions to within 1e-9 of each other; times and other integers exactly. */
export function expectNear(actual: unknown, expected: unknown): void {
  expect(firstDifference(actual, expected, '')).toBeUndefined();
}

/** Levels of the world's book, best first, at least `levels` deep. */
export function expectBook(book: OrderBook | undefined, truth: WorldMarket, levels: number): void {
  const expected = truth.series.orderBook(nowMs);
  expect(book?.bids.length).toBeGreaterThanOrEqual(Math.min(levels, expected.bids.length));
  expectNear(book?.bids.slice(0, levels), expected.bids.slice(0, levels));
  expectNear(book?.asks.slice(0, levels), expected.asks.slice(0, levels));
}

function grid({ fromMs, toMs }: TimeRange, stepMs: number): number[] {
  const firstMs = Math.ceil(fromMs / stepMs) * stepMs;
  return Array.from({ length: Math.ceil((toMs - firstMs) / stepMs) }, (_, index) => firstMs + index * stepMs);
}

function firstDifference(actual: unknown, expected: unknown, path: string): string | undefined {
  if (isTree(actual) && isTree(expected)) {
    const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
    for (const key of keys) {
      const difference = firstDifference(actual[key], expected[key], `${path}.${key}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  if (Object.is(actual, expected)) return undefined;
  const near =
    typeof actual === 'number' &&
    typeof expected === 'number' &&
    !(Number.isInteger(actual) && Number.isInteger(expected)) &&
    Math.abs(actual - expected) <= 1e-9 * Math.abs(expected);
  return near ? undefined : `${path}: ${String(actual)} instead of ${String(expected)}`;
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
