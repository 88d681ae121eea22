import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle, Liquidation, OpenInterestPoint } from '../../../src/core/market-data.ts';
import type { Store } from '../../../src/store/store.ts';
import { type NewPlace, storeOpener } from '../places.ts';

const key = { venue: 'one', symbol: 'ETH/USDT:USDT', price: 'last', timeframe: '5m' } as const;
const seen = { venue: 'one', symbol: 'ETH/USDT:USDT', from: 'seen' } as const;
const always = { fromMs: 0, toMs: 1e13 };

function candle(openMs: number, close = 3000.1): Candle {
  return { openMs, open: 3000, high: 3010.25, low: 2990, close, volume: 12.5 };
}

function liquidation(timeMs: number, more: Partial<Liquidation> = {}): Liquidation {
  return {
    timeMs,
    liquidatedSide: 'long',
    price: 2990.1,
    priceKind: 'fill',
    size: 0.3,
    usd: 897.03,
    ...more,
  };
}

export function recordClaims(newPlace: NewPlace): void {
  const open = storeOpener();
  const fresh = async () => open(await newPlace());

  describe('records of markets', () => {
    it('come back as they were written, ascending, of the range asked', async () => {
      const store = await fresh();
      const candles = [0, 1, 2, 3].map((i) => candle(1.79e12 + i * 300_000, 3000 + i / 3));
      await store.candles.write(key, [...candles].reverse());
      const range = { fromMs: candles[1]!.openMs, toMs: candles[3]!.openMs };
      expect((await store.candles.read(key, range)).rows).toEqual(candles.slice(1, 3));
      await store.openInterest.write(seen, [{ timeMs: 1.79e12, size: 0.1 + 0.2 }]);
      expect((await store.openInterest.read(seen, always)).rows).toEqual([
        { timeMs: 1.79e12, size: 0.1 + 0.2 },
      ]);
      await store.funding.write(seen, [{ timeMs: 1.79e12, rate: -1e-7 }]);
      expect((await store.funding.read(seen, always)).rows).toEqual([{ timeMs: 1.79e12, rate: -1e-7 }]);
      const short = liquidation(5, { liquidatedSide: 'short', priceKind: 'bankruptcy' });
      await store.liquidations.write(seen, [short]);
      expect((await store.liquidations.read(seen, always)).rows).toEqual([short]);
    });

    it('are kept apart by venue, market, price and timeframe', async () => {
      const store = await fresh();
      await store.candles.write(key, [candle(0)], { covers: { fromMs: 0, toMs: 300_000 } });
      const others = [{ venue: 'two' }, { symbol: 'BTC' }, { price: 'mark' }, { timeframe: '1m' }] as const;
      for (const other of others) {
        expect(await store.candles.read({ ...key, ...other }, always)).toEqual({ rows: [], covered: [] });
      }
      await store.openInterest.write(seen, [{ timeMs: 1, size: 1 }]);
      expect((await store.openInterest.read({ ...seen, from: '5m' }, always)).rows).toEqual([]);
    });

    it('change nothing when written again, and hold the union of all that was written', async () => {
      const times = fc.uniqueArray(fc.integer({ min: 0, max: 40 }));
      await fc.assert(
        fc.asyncProperty(fc.array(times, { maxLength: 6 }), async (writes) => {
          const store = await open(await newPlace());
          const points = (of: readonly number[]) =>
            of.map((timeMs): OpenInterestPoint => ({ timeMs, size: timeMs / 7 }));
          for (const write of [...writes, ...writes]) await store.openInterest.write(seen, points(write));
          const union = [...new Set(writes.flat())].sort((a, b) => a - b);
          expect((await store.openInterest.read(seen, always)).rows).toEqual(points(union));
        }),
        { numRuns: 8 },
      );
    });

    it('are replaced only where the writer says that they may be', async () => {
      const store = await fresh();
      const written = [0, 1, 2].map((i) => candle(i * 300_000));
      const corrected = written.map(({ openMs }) => candle(openMs, 3005));
      await store.candles.write(key, written);
      await store.candles.write(key, corrected);
      expect((await store.candles.read(key, always)).rows).toEqual(written);
      await store.candles.write(key, corrected, { replaceFromMs: 300_000 });
      expect((await store.candles.read(key, always)).rows).toEqual([written[0], ...corrected.slice(1)]);
    });

    it('take the last of two rows of the same time in one call', async () => {
      const store = await fresh();
      await store.candles.write(key, [candle(0, 3001), candle(0, 3002)]);
      expect((await store.candles.read(key, always)).rows).toEqual([candle(0, 3002)]);
    });

    it('go into a store by the thousand', async () => {
      const store = await fresh();
      const candles = Array.from({ length: 1234 }, (_, i) => candle(i * 300_000, 2999 + (i % 7)));
      await store.candles.write(key, candles, { covers: { fromMs: 0, toMs: 1234 * 300_000 } });
      expect((await store.candles.read(key, always)).rows).toEqual(candles);
    });

    it('are refused, all of a call, if one of them is not a row of numbers', async () => {
      const store = await fresh();
      const bad: Candle[] = [
        candle(Number.NaN),
        candle(1.5),
        candle(0, Number.NaN),
        candle(0, Number.POSITIVE_INFINITY),
      ];
      for (const row of bad) {
        await expect(store.candles.write(key, [candle(300_000), row])).rejects.toThrow(RangeError);
      }
      expect((await store.candles.read(key, always)).rows).toEqual([]);
      await expect(store.candles.read(key, { fromMs: Number.NaN, toMs: 1 })).rejects.toThrow('from NaN to 1');
      await expect(store.candles.write(key, [], { covers: { fromMs: 0.5, toMs: 1 } })).rejects.toThrow('0.5');
    });
  });

  describe('coverage', () => {
    const written = async (store: Store, ...spans: readonly (readonly [number, number])[]) => {
      for (const [fromMs, toMs] of spans) await store.candles.write(key, [], { covers: { fromMs, toMs } });
      return (await store.candles.read(key, always)).covered;
    };

    it('is the union of what was claimed', async () => {
      const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 6 })), {
        maxLength: 7,
      });
      await fc.assert(
        fc.asyncProperty(spans, async (lengths) => {
          const covered = await written(
            await open(await newPlace()),
            ...lengths.map(([from, length]) => [from, from + length] as const),
          );
          const held = Array.from({ length: 40 }, (_, ms) =>
            lengths.some(([from, n]) => ms >= from && ms < from + n),
          );
          expect(held.map((_, ms) => covered.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs))).toEqual(
            held,
          );
          for (const [index, { fromMs }] of covered.entries()) {
            expect(fromMs).toBeGreaterThan(covered[index - 1]?.toMs ?? -1);
          }
        }),
        { numRuns: 8 },
      );
    });

    it('is told within the range asked, and not claimed by rows alone', async () => {
      const store = await fresh();
      await store.candles.write(key, [candle(0)]);
      expect(await written(store)).toEqual([]);
      await written(store, [10, 50], [70, 90]);
      expect((await store.candles.read(key, { fromMs: 20, toMs: 80 })).covered).toEqual([
        { fromMs: 20, toMs: 50 },
        { fromMs: 70, toMs: 80 },
      ]);
    });

    it('and rows add up when two write the same series at once', async () => {
      const place = await newPlace();
      const stores = await Promise.all([open(place), open(place)]);
      const writes = Array.from({ length: 12 }, (_, i) =>
        stores[i % 2]!.candles.write(key, [candle(i * 300_000)], {
          covers: { fromMs: i * 300_000, toMs: (i + 1) * 300_000 },
        }),
      );
      await Promise.all(writes);
      const { rows, covered } = await stores[0]!.candles.read(key, always);
      expect(rows).toHaveLength(12);
      expect(covered).toEqual([{ fromMs: 0, toMs: 12 * 300_000 }]);
    });
  });

  describe('recorded liquidations', () => {
    it('that are alike are two when told together, and the same two when told again', async () => {
      const store = await fresh();
      const alike = [liquidation(7), liquidation(7), liquidation(7, { size: 0.4 })];
      await store.liquidations.write(seen, alike);
      await store.liquidations.write(seen, [...alike].reverse());
      expect((await store.liquidations.read(seen, always)).rows).toEqual(alike);
      await store.liquidations.write(seen, [liquidation(7)]);
      expect((await store.liquidations.read(seen, always)).rows).toHaveLength(3);
    });
  });
}
