import { describe, expect, test } from 'vitest';
import type { Candle } from '../../src/core/market-data.ts';
import { amountRow, crossings, flatMove, moveOf, priceSpans } from '../../src/scoring/crossings.ts';
import type { ScoreModel } from '../../src/scoring/model.ts';
import { hourMs, startMs } from '../support/market-series.ts';

const candle = (hour: number, low: number, high: number, close: number): Candle => ({
  openMs: startMs + hour * hourMs,
  open: close,
  low,
  high,
  close,
  volume: 1,
});
const path = [
  candle(0, 100, 100, 100),
  candle(1, 96, 101, 98),
  candle(2, 97, 104, 103),
  candle(3, 103, 103, 103),
  candle(4, 90, 110, 100),
];
const time = { candleMs: hourMs, fromMs: startMs, toMs: startMs + 5 * hourMs };

describe('spans of price', () => {
  test('reach from the close before them to the extremes in them', () => {
    const spans = priceSpans(path, { ...time, fromMs: startMs + hourMs, spanMs: 2 * hourMs });
    expect(spans).toEqual([
      { startMs: startMs + hourMs, endMs: startMs + 3 * hourMs, startUsd: 100, lowUsd: 96, highUsd: 104 },
      { startMs: startMs + 3 * hourMs, endMs: startMs + 5 * hourMs, startUsd: 103, lowUsd: 90, highUsd: 110 },
    ]);
    expect(moveOf(spans[0]!, 'long')).toBeCloseTo(0.04, 12);
    expect(moveOf(spans[0]!, 'short')).toBeCloseTo(0.04, 12);
  });

  test('with a hole in them, or nothing before them, are left out', () => {
    const holed = path.filter((_, i) => i !== 2);
    const starts = priceSpans(holed, { ...time, spanMs: hourMs }).map((span) => span.startMs);
    // The first has no close before it, the third is missing, the fourth follows the hole.
    expect(starts).toEqual([startMs + hourMs, startMs + 4 * hourMs]);
  });
});

test('a model is asked at the start of a span, and what it followed is the change to its end', () => {
  const asked: number[] = [];
  const model: ScoreModel = {
    name: 'counter',
    predict: ({ timeMs }) => {
      const hours = (timeMs - startMs) / hourMs;
      asked.push(hours);
      const side = { bins: new Float64Array(60) };
      return {
        long: side,
        short: side,
        usdBetween: (own, low, high) => (own === 'long' ? high - low : hours),
        liquidated: { long: hours * 2, short: 0 },
      };
    },
  };
  const spans = priceSpans(path, { ...time, spanMs: hourMs });
  const found = crossings([model], spans);
  expect(asked).toEqual([1, 2, 3, 4, 5]);
  expect(found.filter(({ side }) => side === 'long').map(({ predictedUsd }) => predictedUsd)).toEqual([
    4, 1, 0, 13,
  ]);
  expect(found.filter(({ side }) => side === 'short').map(({ predictedUsd }) => predictedUsd)).toEqual([
    1, 2, 3, 4,
  ]);
  // Two coins an hour at the middle of what was crossed: 100 down to 96.
  expect(found[0]!.followedUsd).toBe(2 * 98);
  expect(found[1]!.followedUsd).toBe(0);
});

describe('a row of amounts', () => {
  const pairs = Array.from({ length: 12 }, (_, day) => ({
    model: 'm',
    side: 'long' as const,
    timeMs: startMs + day * 24 * hourMs,
    real: day + 1,
    predicted: 2 * (day + 1),
    move: (day * 5) % 12,
  }));

  test('says whether large days are predicted large, and how many times too much', () => {
    const row = amountRow({ model: 'm', side: 'long' }, pairs);
    expect(row.correlation!.value).toBeCloseTo(1, 12);
    expect(row.ratio).toMatchObject({ value: 2, interval: { low: 2, high: 2 } });
    expect(row.overFlat!.verdict).toBe('better');
    expect([row.spans, row.realUsd]).toEqual([12, 78]);
  });

  test('of a model that only says how far price went has no ratio and is not compared with itself', () => {
    const row = amountRow({ model: flatMove, side: 'long' }, pairs);
    expect(row.ratio).toBeUndefined();
    expect(row.overFlat).toBeUndefined();
  });

  test('that predicts by the length of the move is inconclusive against the flat line', () => {
    const same = pairs.map((pair) => ({ ...pair, predicted: pair.move * 7 }));
    expect(amountRow({ model: 'm', side: 'long' }, same).overFlat).toMatchObject({
      value: 0,
      verdict: 'inconclusive',
    });
  });
});
