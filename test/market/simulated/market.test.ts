import { describe, expect, it } from 'vitest';
import { createSimulatedSources, type SimulatedMarket } from '../../../src/market/simulated/market.ts';
import { coinSpecs, venueSpecs } from '../../../src/market/simulated/specs.ts';
import { type Market, type MarketSource, timeframeMs } from '../../../src/market/source.ts';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 5);
const endMs = startMs + 48 * hourMs;
const options = { seed: 21, startMs, endMs, warmUpDays: 3 };
const range = { fromMs: 0, toMs: endMs + 24 * hourMs };

const sim = createSimulatedSources(options);

async function everyMarket(
  of: SimulatedMarket,
): Promise<{ readonly source: MarketSource; readonly market: Market }[]> {
  const lists = of.sources.map(async (source) =>
    (await source.markets()).map((market) => ({ source, market })),
  );
  return (await Promise.all(lists)).flat();
}

/** All that a market tells, as one value. */
async function everything({ source, market }: { source: MarketSource; market: Market }): Promise<unknown> {
  return Promise.all([
    source.candles(market, { ...range, timeframe: '1m', price: 'last' }),
    source.candles(market, { ...range, timeframe: '15m', price: 'mark' }),
    source.openInterestHistory(market, { ...range, timeframe: '1h' }),
    source.openInterest(market),
    source.funding(market, range),
    source.liquidations(market, range),
    source.price(market),
    source.orderBook(market),
    source.marginRules(market),
  ]);
}

describe('simulated venues', () => {
  it('are three, say that they are simulated, and list three coins each, one venue inverse', async () => {
    expect(sim.sources.map(({ venue, provenance }) => [venue, provenance])).toEqual([
      ['sim-alpha', 'simulated'],
      ['sim-beta', 'simulated'],
      ['sim-coin', 'simulated'],
    ]);
    const markets = (await everyMarket(sim)).map(({ market }) => market);
    expect(markets.map(({ symbol }) => symbol).slice(0, 3)).toEqual([
      'BTC/USDT:USDT',
      'ETH/USDT:USDT',
      'SOL/USDT:USDT',
    ]);
    expect(markets.slice(6).map(({ symbol, contract }) => [symbol, contract])).toEqual([
      ['BTC/USD:BTC', 'inverse'],
      ['ETH/USD:ETH', 'inverse'],
      ['SOL/USD:SOL', 'inverse'],
    ]);
  });

  it('are the same for the same seed, whether lived at once or in pieces', async () => {
    const pieces = createSimulatedSources({ ...options, endMs: startMs });
    for (let nowMs = startMs; nowMs < endMs; nowMs += 7_777_777) pieces.advance(nowMs);
    pieces.advance(endMs);
    pieces.advance(startMs);
    expect(pieces.nowMs()).toBe(endMs);
    const [one, other] = await Promise.all([everyMarket(sim), everyMarket(pieces)]);
    for (const [i, market] of one.entries())
      expect(await everything(other[i]!)).toEqual(await everything(market));
    expect(pieces.truth('ETH')).toEqual(sim.truth('ETH'));
  });

  it('differ from those of another seed', async () => {
    const other = createSimulatedSources({ ...options, seed: 22, endMs: startMs + hourMs });
    const [first] = await everyMarket(other);
    expect(await first!.source.price(first!.market)).not.toEqual(
      await sim.sources[0]!.price((await sim.sources[0]!.markets())[0]!),
    );
  });

  it('tell nothing of what they do not list', async () => {
    const [market] = await sim.sources[0]!.markets();
    await expect(sim.sources[0]!.price({ ...market!, symbol: 'XYZ/USDT:USDT' })).rejects.toThrow(
      'XYZ/USDT:USDT',
    );
  });

  it.each([
    [{ coins: ['XYZ'] }, 'XYZ'],
    [{ venues: ['binance'] }, 'binance'],
    [{ coins: [] }, 'none named'],
    [{ endMs: startMs - hourMs }, 'endMs'],
    [{ startMs: Number.NaN }, 'startMs'],
    [{ seed: 0.5 }, '0.5'],
  ])('refuse %o', (wrong, complaint) => {
    expect(() => createSimulatedSources({ ...options, ...wrong })).toThrow(complaint);
  });
});

describe('what a simulated venue tells', async () => {
  const markets = await everyMarket(sim);

  it('are candles of whole steps within the range, made of the minutes', async () => {
    for (const { source, market } of markets) {
      const minutes = (await source.candles(market, { ...range, timeframe: '1m', price: 'last' }))!;
      for (const timeframe of ['5m', '1h', '4h', '1d'] as const) {
        const stepMs = timeframeMs[timeframe];
        const asked = { fromMs: startMs + 1, toMs: endMs, timeframe, price: 'last' } as const;
        const candles = (await source.candles(market, asked))!;
        expect(candles[0]!.openMs).toBe(startMs + stepMs);
        expect(candles.at(-1)!.openMs).toBe(endMs - stepMs);
        for (const candle of candles.slice(0, 50)) {
          const first = (candle.openMs - startMs) / 60_000;
          const part = minutes.slice(first, first + stepMs / 60_000);
          expect(candle.open).toBe(part[0]!.open);
          expect(candle.close).toBe(part.at(-1)!.close);
          expect(candle.high).toBe(Math.max(...part.map(({ high }) => high)));
          expect(candle.low).toBe(Math.min(...part.map(({ low }) => low)));
          expect(candle.volume).toBeCloseTo(
            part.reduce((sum, { volume }) => sum + volume, 0),
            6,
          );
        }
      }
    }
  });

  it('is nothing about a candle that has not closed', async () => {
    const early = createSimulatedSources({
      ...options,
      endMs: startMs + 90 * 60_000,
      warmUpDays: 0,
      coins: ['SOL'],
    });
    const [{ source, market }] = (await everyMarket(early)) as [{ source: MarketSource; market: Market }];
    expect(await source.candles(market, { ...range, timeframe: '1h', price: 'last' })).toHaveLength(1);
    early.advance(startMs + 2 * hourMs);
    expect(await source.candles(market, { ...range, timeframe: '1h', price: 'last' })).toHaveLength(2);
  });

  it('are mark candles without volume, which the last price strays from by some basis points', async () => {
    for (const { source, market } of markets) {
      const asked = { ...range, timeframe: '1h' } as const;
      const marks = (await source.candles(market, { ...asked, price: 'mark' }))!;
      const lasts = (await source.candles(market, { ...asked, price: 'last' }))!;
      expect(marks.every(({ volume }) => volume === 0)).toBe(true);
      const gaps = marks.map(({ close }, i) => Math.abs(lasts[i]!.close / close - 1));
      expect(Math.max(...gaps)).toBeLessThan(0.002);
      expect(Math.max(...gaps)).toBeGreaterThan(0);
    }
  });

  it('is funding at the hours of the venue', async () => {
    for (const { source, market } of markets) {
      const points = (await source.funding(market, { fromMs: startMs, toMs: endMs }))!;
      const { fundingHours } = venueSpecs.find(({ name }) => name === source.venue)!;
      const times = Array.from({ length: 48 / fundingHours }, (_, i) => startMs + i * fundingHours * hourMs);
      expect(points.map(({ timeMs }) => timeMs)).toEqual(times);
      expect(points.every(({ rate }) => Math.abs(rate) <= 0.003)).toBe(true);
    }
  });

  it('is an order book, best first, around the price, that grows deeper with distance', async () => {
    for (const { source, market } of markets) {
      const book = (await source.orderBook(market))!;
      const { last, timeMs } = (await source.price(market))!;
      expect(book.timeMs).toBe(timeMs);
      const bids = book.bids.map(([price]) => price);
      const asks = book.asks.map(([price]) => price);
      expect(bids).toEqual(bids.toSorted((a, b) => b - a));
      expect(asks).toEqual(asks.toSorted((a, b) => a - b));
      expect(bids[0]).toBeLessThan(last!);
      expect(asks[0]).toBeGreaterThan(last!);
      expect([...book.bids, ...book.asks].every(([, size]) => size > 0)).toBe(true);
    }
  });

  it('are liquidations in order of time within the range', async () => {
    const { source, market } = markets[0]!;
    const all = (await source.liquidations(market, range))!;
    expect(all.map(({ timeMs }) => timeMs)).toEqual(all.map(({ timeMs }) => timeMs).sort((a, b) => a - b));
    const middle = all[Math.floor(all.length / 2)]!.timeMs;
    const [before, after] = await Promise.all([
      source.liquidations(market, { fromMs: 0, toMs: middle }),
      source.liquidations(market, { fromMs: middle, toMs: range.toMs }),
    ]);
    expect([...before!, ...after!]).toEqual(all);
    expect(after![0]!.timeMs).toBe(middle);
  });
});

describe('the truth about a simulated market', () => {
  const truth = sim.truth('BTC');
  const alone = truth.positions.filter(({ holder }) => holder === 'isolated');

  it('has isolated longs liquidated below the mark and shorts above it', () => {
    expect(alone.length).toBeGreaterThan(500);
    for (const { side, liquidationPrice } of alone) {
      if (side === 'long') expect(liquidationPrice ?? 0).toBeLessThan(truth.markPrice);
      else expect(liquidationPrice ?? Number.POSITIVE_INFINITY).toBeGreaterThan(truth.markPrice);
    }
  });

  it('has positions that are never liquidated, and makers among them', () => {
    const never = truth.positions.filter(({ liquidationPrice }) => liquidationPrice === undefined);
    expect(never.some(({ holder }) => holder === 'shared margin')).toBe(true);
    const makers = truth.positions.filter(({ holder }) => holder === 'maker');
    expect(makers.length).toBeGreaterThan(0);
    expect(makers.every(({ liquidationPrice }) => liquidationPrice === undefined)).toBe(true);
  });

  it('has open interest near what its coins aim at, little of it with makers and day traders', () => {
    for (const { name, openInterestUsd } of coinSpecs) {
      const { positions, markPrice } = sim.truth(name);
      const usd = (of: typeof positions): number =>
        of.reduce((sum, p) => sum + (p.contract === 'linear' ? p.size * markPrice : p.size), 0) / 2;
      expect(usd(positions) / openInterestUsd).toBeGreaterThan(0.75);
      expect(usd(positions) / openInterestUsd).toBeLessThan(1.5);
      expect(usd(positions.filter(({ holder }) => holder === 'maker')) / usd(positions)).toBeLessThan(0.1);
    }
  });

  it('has wider distances where margin is shared by the account', () => {
    const median = (holder: string): number => {
      const distances = truth.positions
        .filter((position) => position.holder === holder && position.liquidationPrice !== undefined)
        .map(({ liquidationPrice }) => Math.abs(Math.log(liquidationPrice! / truth.markPrice)))
        .sort((a, b) => a - b);
      return distances[Math.floor(distances.length / 2)]!;
    };
    expect(median('shared margin')).toBeGreaterThan(1.5 * median('isolated'));
  });

  it('of an earlier moment is what it was then', () => {
    const younger = createSimulatedSources({ ...options, endMs: startMs + 5 * hourMs });
    expect(sim.truth('SOL', startMs + 5 * hourMs)).toEqual(younger.truth('SOL'));
    expect(sim.truth('SOL', startMs + 30 * hourMs).timeMs).toBe(startMs + 30 * hourMs);
    expect(sim.truth('SOL', startMs + 5 * hourMs)).toEqual(younger.truth('SOL'));
    expect(sim.nowMs()).toBe(endMs);
  });

  it('is refused for moments and coins outside the history', () => {
    expect(() => sim.truth('BTC', startMs - 60_000)).toThrow('outside');
    expect(() => sim.truth('BTC', endMs + 60_000)).toThrow('outside');
    expect(() => sim.truth('XYZ')).toThrow('XYZ');
  });

  it('has positions older than the history', () => {
    const old = createSimulatedSources({ ...options, endMs: startMs });
    expect(old.truth('BTC').positions.length).toBeGreaterThan(3000);
  });
});
