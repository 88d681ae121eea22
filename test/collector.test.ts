import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VenueCollector } from '../src/collector.ts';
import { createLog } from '../src/log.ts';
import type { Market, MarketSource, TimeRange } from '../src/market/source.ts';
import type { LiquidationEvent, MarketStreams, PriceUpdate, StreamStatus } from '../src/market/streams.ts';
import type { PriceTick } from '../src/price-ticks.ts';

const market = (base: string, kind: Market['kind'] = 'perpetual'): Market => ({
  venue: 'okx',
  symbol: `${base}/USDT:USDT${kind === 'future' ? '-260327' : ''}`,
  base,
  quote: 'USDT',
  settle: 'USDT',
  contract: 'linear',
  multiplier: 1,
  kind,
});
const [eth, btc] = [market('ETH'), market('BTC')];

describe('the collector of a venue', () => {
  let symbols: string[];
  let watched: Record<'prices' | 'liquidations', readonly Market[]>;
  let tell: { price?: (update: PriceUpdate) => void; liquidation?: (event: LiquidationEvent) => void };
  let status: StreamStatus;
  let noted: unknown[];
  let taken: LiquidationEvent[];
  let histories: TimeRange[];
  let ticks: PriceTick[];
  let claims: TimeRange[];
  let closed: string[];
  let bookFails: boolean;
  let log: Record<string, unknown>[];
  let stop: () => Promise<void>;

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    [symbols, noted, taken, ticks, claims, closed, log] = [['eth'], [], [], [], [], [], []];
    bookFails = false;
    histories = [];
    watched = { prices: [], liquidations: [] };
    tell = {};
    status = { state: 'live', markets: 1, lost: 0, refused: 0 };
    const handle = (what: 'prices' | 'liquidations') => ({
      watch: (markets: readonly Market[]) => {
        watched[what] = markets;
      },
      status: () => status,
      close: async () => void closed.push(what),
    });
    const streams: MarketStreams = {
      venue: 'okx',
      watchPrices: (markets, onPrice) => {
        tell.price = onPrice;
        watched.prices = markets;
        return handle('prices');
      },
      watchLiquidations: (_, onLiquidation) => {
        tell.liquidation = onLiquidation;
        return handle('liquidations');
      },
      close: async () => undefined,
    };
    const source = {
      venue: 'okx',
      markets: async () => [eth, btc, market('ETH', 'future')],
      orderBook: async () => {
        if (bookFails) throw new Error('503');
        return { timeMs: Date.now(), bids: [], asks: [] };
      },
      openInterest: async () => undefined,
      liquidations: async (_: Market, range: TimeRange) => void histories.push(range),
    } as unknown as MarketSource;
    const collector = new VenueCollector({
      source,
      streams,
      board: {
        price: async () => undefined,
        orderBook: async () => undefined,
        notePrice: (_, price) => noted.push(price),
        noteOrderBook: async (_, book) => void noted.push(book),
      },
      recorder: { take: (event) => taken.push(event) },
      ticks: { publish: (tick) => ticks.push(tick) },
      records: { write: async (_, __, options) => void claims.push(options!.covers!) },
      symbols: async () => symbols,
      nowMs: Date.now,
      log: createLog({ level: 'warn', write: (line) => log.push(JSON.parse(line)) }),
    });
    const stopping = new AbortController();
    const running = collector.run(stopping.signal);
    stop = async () => {
      stopping.abort();
      await running;
    };
  });
  afterEach(async () => {
    await stop();
    vi.useRealTimers();
  });

  it('listens to the perpetuals of the coins that are looked at, and to new ones soon', async () => {
    await vi.advanceTimersByTimeAsync(100);
    expect(watched).toEqual({ prices: [eth], liquidations: [eth] });
    symbols = ['eth', 'btc', 'unheard-of'];
    await vi.advanceTimersByTimeAsync(31_000);
    expect(watched.liquidations).toEqual([eth, btc]);
  });

  it('hands on prices and liquidations, and asks for order books', async () => {
    await vi.advanceTimersByTimeAsync(1_500);
    expect(noted).toHaveLength(1);
    const price = { timeMs: Date.now(), mark: 3000 };
    tell.price?.({ market: eth, price, from: 'stream' });
    expect(noted).toContain(price);
    expect(ticks).toEqual([
      {
        venue: 'okx',
        market: eth.symbol,
        symbol: 'ETH',
        contract: 'linear',
        priceUsd: 3000,
        timeMs: price.timeMs,
      },
    ]);
    const event = { market: eth, key: 'a' } as LiquidationEvent;
    tell.liquidation?.(event);
    expect(taken).toEqual([event]);
  });

  it('tells nobody of a price that is stale or that leapt without a second one to confirm it', async () => {
    await vi.advanceTimersByTimeAsync(100);
    const say = (mark: number, agoMs = 0) =>
      tell.price?.({ market: eth, price: { timeMs: Date.now() - agoMs, mark }, from: 'stream' });
    say(3000, 46_000);
    expect(ticks).toEqual([]);
    for (const mark of [3000, 30, 3001]) say(mark);
    expect(ticks.map(({ priceUsd }) => priceUsd)).toEqual([3000, 3001]);
    expect(noted).not.toContainEqual(expect.objectContaining({ mark: 30 }));
  });

  it('claims to have heard all liquidations only of times without a lost connection', async () => {
    await vi.advanceTimersByTimeAsync(65_000);
    expect(claims).toHaveLength(1);
    status = { ...status, lost: 1 };
    await vi.advanceTimersByTimeAsync(30_000);
    expect(claims).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(claims).toHaveLength(2);
    expect(claims[1]!.fromMs).toBeGreaterThan(claims[0]!.toMs);
  });

  it('claims nothing of before it could see that the stream was there', async () => {
    await vi.advanceTimersByTimeAsync(65_000);
    status = { ...status, lost: 1 };
    await vi.advanceTimersByTimeAsync(25_500);
    // It may have come back a moment ago.
    const seenMs = Date.now();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(claims[1]!.fromMs).toBeGreaterThan(seenMs);
  });

  it('does not claim the hours by which the clock was set, nor those that the machine slept', async () => {
    await vi.advanceTimersByTimeAsync(45_000);
    const before = claims.length;
    vi.setSystemTime(Date.now() + 3 * 3_600_000);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(claims.length).toBeGreaterThan(before + 1);
    expect(Math.max(...claims.map(({ fromMs, toMs }) => toMs - fromMs))).toBeLessThan(31_000);
    vi.setSystemTime(Date.now() - 3 * 3_600_000);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(claims.every(({ fromMs, toMs }) => toMs > fromMs && toMs - fromMs < 31_000)).toBe(true);
  });

  it('asks for the history of liquidations, whatever the stream did, every few minutes', async () => {
    await vi.advanceTimersByTimeAsync(2_000);
    expect(histories).toHaveLength(1);
    status = { ...status, state: 'down', lost: 3 };
    await vi.advanceTimersByTimeAsync(600_000);
    expect(histories).toHaveLength(3);
    const { fromMs, toMs } = histories.at(-1)!;
    expect(toMs - fromMs).toBe(86_400_000);
    expect(Date.now() - toMs).toBeLessThan(300_000);
  });

  it('goes on when the venue fails, and says so once', async () => {
    bookFails = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(log.filter(({ what }) => what === 'order books')).toHaveLength(1);
    bookFails = false;
    noted = [];
    await vi.advanceTimersByTimeAsync(10_000);
    expect(noted.length).toBeGreaterThan(0);
  });

  it('closes its streams at the stop', async () => {
    await vi.advanceTimersByTimeAsync(100);
    await stop();
    expect(closed.sort()).toEqual(['liquidations', 'prices']);
  });
});
