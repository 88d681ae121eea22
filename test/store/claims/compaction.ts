import { describe, expect, it } from 'vitest';
import type { Candle } from '../../../src/core/market-data.ts';
import { createRandom } from '../../../src/core/random.ts';
import type { Timeframe } from '../../../src/market/source.ts';
import { coarserCandles } from '../../../src/store/coarser-candles.ts';
import type { Store } from '../../../src/store/store.ts';
import { type NewPlace, type Place, storeOpener } from '../places.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const nowMs = Date.UTC(2026, 5, 1, 0, 20);
const keepMs = 400 * dayMs;
const market = { venue: 'one', symbol: 'ETH/USDT:USDT' };
const always = { fromMs: 0, toMs: nowMs };

/** Candles of a span, some of them left out as if nothing had traded. */
function candlesOf(fromMs: number, toMs: number, stepMs: number): Candle[] {
  const random = createRandom(7);
  const candles: Candle[] = [];
  for (let openMs = fromMs; openMs < toMs; openMs += stepMs) {
    const [open, close] = [3000 + random.normal(), 3000 + random.normal()];
    const reach = random.exponential();
    const high = Math.max(open, close) + reach;
    const low = Math.min(open, close) - reach;
    if (random.normal() < 1.5) candles.push({ openMs, open, high, low, close, volume: reach });
  }
  return candles;
}

export function compactionClaims(newPlace: NewPlace): void {
  const open = storeOpener();
  const fresh = async () => open(await newPlace());
  const candles = (store: Store, timeframe: Timeframe) =>
    store.candles.read({ ...market, price: 'last', timeframe }, always);

  describe('compaction', () => {
    const boundaryMs = Math.floor((nowMs - 45 * dayMs) / hourMs) * hourMs;
    const fiveMinutes = candlesOf(boundaryMs - 60 * hourMs, boundaryMs + 3 * hourMs, 5 * minuteMs);
    const span = { fromMs: boundaryMs - 60 * hourMs, toMs: boundaryMs + 3 * hourMs };
    const filled = async (place?: Place) => {
      const store = await open(place ?? (await newPlace()));
      await store.candles.write({ ...market, price: 'last', timeframe: '5m' }, fiveMinutes, { covers: span });
      return store;
    };

    it('turns candles of five minutes into hours after 45 days, and leaves newer ones alone', async () => {
      const store = await filled();
      const old = fiveMinutes.filter(({ openMs }) => openMs < boundaryMs);
      expect(await store.compact({ nowMs, keepMs })).toEqual({ merged: old.length, thinned: 0, deleted: 0 });
      expect(await candles(store, '5m')).toEqual({
        rows: fiveMinutes.slice(old.length),
        covered: [{ fromMs: boundaryMs, toMs: span.toMs }],
      });
      expect(await candles(store, '1h')).toEqual({
        rows: coarserCandles(old, hourMs),
        covered: [{ fromMs: span.fromMs, toMs: boundaryMs }],
      });
    });

    it('finds nothing to do a second time', async () => {
      const store = await filled();
      await store.compact({ nowMs, keepMs });
      const after = [await candles(store, '5m'), await candles(store, '1h')];
      expect(await store.compact({ nowMs, keepMs })).toEqual({ merged: 0, thinned: 0, deleted: 0 });
      expect([await candles(store, '5m'), await candles(store, '1h')]).toEqual(after);
    });

    it('comes to the same when cut off, begun again, or run by two at once', async () => {
      const whole = await filled();
      await whole.compact({ nowMs, keepMs });
      const place = await newPlace();
      const store = await filled(place);
      const cut = new AbortController();
      const first = store.compact({ nowMs, keepMs, signal: cut.signal });
      await candles(store, '5m');
      cut.abort();
      await first;
      const other = await open(place);
      await Promise.all([store.compact({ nowMs, keepMs }), other.compact({ nowMs, keepMs })]);
      expect(await candles(other, '5m')).toEqual(await candles(whole, '5m'));
      expect(await candles(other, '1h')).toEqual(await candles(whole, '1h'));
    });

    it('turns minutes into five minutes after a week', async () => {
      const store = await fresh();
      const weekMs = Math.floor((nowMs - 7 * dayMs) / (5 * minuteMs)) * 5 * minuteMs;
      const minutes = candlesOf(weekMs - hourMs, weekMs + hourMs, minuteMs);
      const covers = { fromMs: weekMs - hourMs, toMs: weekMs + hourMs };
      await store.candles.write({ ...market, price: 'last', timeframe: '1m' }, minutes, { covers });
      await store.compact({ nowMs, keepMs });
      const old = minutes.filter(({ openMs }) => openMs < weekMs);
      expect((await candles(store, '1m')).rows).toEqual(minutes.slice(old.length));
      expect((await candles(store, '5m')).rows).toEqual(coarserCandles(old, 5 * minuteMs));
    });

    it('keeps an hour that the venue has told, and leaves hours alone that are not covered to the end', async () => {
      const store = await fresh();
      const startMs = boundaryMs - 10 * hourMs;
      const parts = candlesOf(startMs, startMs + 3 * hourMs, 5 * minuteMs);
      const told = { openMs: startMs, open: 1, high: 2, low: 1, close: 2, volume: 5 };
      await store.candles.write({ ...market, price: 'last', timeframe: '1h' }, [told]);
      await store.candles.write({ ...market, price: 'last', timeframe: '5m' }, parts, {
        covers: { fromMs: startMs, toMs: startMs + 2.5 * hourMs },
      });
      await store.compact({ nowMs, keepMs });
      const second = parts.filter(
        ({ openMs }) => openMs >= startMs + hourMs && openMs < startMs + 2 * hourMs,
      );
      expect((await candles(store, '1h')).rows).toEqual([told, ...coarserCandles(second, hourMs)]);
      expect((await candles(store, '5m')).rows).toEqual(
        parts.filter(({ openMs }) => openMs >= startMs + 2 * hourMs),
      );
    });

    it('drops five minutes here and there of which the hour is held, after the same time', async () => {
      const store = await fresh();
      const startMs = boundaryMs - 10 * hourMs;
      const [hours, quarters] = [candlesOf(startMs, boundaryMs, hourMs), 4 * 11];
      const key = { ...market, price: 'last' } as const;
      await store.candles.write({ ...key, timeframe: '1h' }, hours, {
        covers: { fromMs: startMs, toMs: boundaryMs },
      });
      for (let i = 0; i < quarters; i++) {
        const fromMs = startMs + i * 15 * minuteMs;
        const covers = { fromMs, toMs: fromMs + 10 * minuteMs };
        await store.candles.write({ ...key, timeframe: '5m' }, candlesOf(fromMs, covers.toMs, 5 * minuteMs), {
          covers,
        });
      }
      const before = await candles(store, '5m');
      const newer = ({ openMs }: Candle) => openMs >= boundaryMs;
      const merged = before.rows.filter((candle) => !newer(candle)).length;
      expect(merged).toBeGreaterThan(0);
      expect(await store.compact({ nowMs, keepMs })).toEqual({ merged, thinned: 0, deleted: 0 });
      expect(await candles(store, '5m')).toEqual({
        rows: before.rows.filter(newer),
        covered: before.covered.filter(({ fromMs }) => fromMs >= boundaryMs),
      });
      expect((await candles(store, '1h')).rows).toEqual(hours);
      expect((await store.compact({ nowMs, keepMs })).merged).toBe(0);
    });

    it('keeps of old open interest the first of each step', async () => {
      const store = await fresh();
      const key = { ...market, from: 'seen' } as const;
      const ages = [46 * dayMs, 44 * dayMs, 8 * dayMs, 6 * dayMs];
      const starts = ages.map((ageMs) => Math.floor((nowMs - ageMs) / hourMs) * hourMs);
      const minutes = starts.flatMap((startMs) =>
        Array.from({ length: 60 }, (_, i) => startMs + i * minuteMs),
      );
      await store.openInterest.write(
        key,
        minutes.map((timeMs) => ({ timeMs, size: timeMs % 1000 })),
      );
      const report = await store.compact({ nowMs, keepMs });
      const { rows } = await store.openInterest.read(key, always);
      const perHour = starts.map(
        (startMs) => rows.filter(({ timeMs }) => Math.abs(timeMs - startMs - 1) < hourMs).length,
      );
      expect(perHour).toEqual([1, 12, 12, 60]);
      expect(rows.filter(({ timeMs }) => starts.includes(timeMs))).toHaveLength(4);
      expect(report.thinned).toBe(minutes.length - rows.length);
      expect((await store.compact({ nowMs, keepMs })).thinned).toBe(0);
    });

    it('deletes what is older than told, with its coverage, and nothing else', async () => {
      const store = await filled();
      await store.funding.write(
        market,
        [10, 110].map((days) => ({ timeMs: nowMs - days * dayMs, rate: 0 })),
      );
      const past = { fromMs: 0, toMs: nowMs };
      await store.liquidations.write({ ...market, from: 'history' }, [], { covers: past });
      expect((await store.compact({ nowMs, keepMs: 100 * dayMs })).deleted).toBe(1);
      expect((await store.funding.read(market, always)).rows).toEqual([
        { timeMs: nowMs - 10 * dayMs, rate: 0 },
      ]);
      const { covered } = await store.liquidations.read({ ...market, from: 'history' }, always);
      expect(covered).toEqual([{ fromMs: nowMs - 100 * dayMs, toMs: nowMs }]);
      await expect(store.compact({ nowMs, keepMs: 44 * dayMs })).rejects.toThrow(String(44 * dayMs));
      await expect(store.compact({ nowMs, keepMs: Number.NaN })).rejects.toThrow('NaN');
    });
  });
}
