import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import type { ReplayInput } from '../../src/recorded-market.ts';
import { scoreFall } from '../../src/scoring/falls.ts';
import { scoreTotals } from '../../src/scoring/totals.ts';
import { dayMs, hourMs, startMs, testSeries } from '../support/market-series.ts';
import { replayInput } from '../support/replay-input.ts';
import { fixedLevels } from '../support/score-models.ts';

const made = testSeries({ seed: 3, candles: 24 * 14, candleMs: hourMs });
const input: ReplayInput = replayInput(made);
/** USD at every dollar: what is crossed is as much as price moved. */
const everywhere = Array.from({ length: 6000 }, (_, price) => ({ price, usd: 10 }));
const models = [fixedLevels('everywhere', { long: everywhere, short: everywhere })];
const days = Array.from({ length: 10 }, (_, i) => startMs + (i + 2) * dayMs);

function movesOf(day: number): { readonly down: number; readonly up: number } {
  const inside = made.candles.filter(({ openMs }) => openMs >= day && openMs < day + dayMs);
  const before = made.candles.find(({ openMs }) => openMs === day - hourMs)!.close;
  return {
    down: before - Math.min(before, ...inside.map(({ low }) => low)),
    up: Math.max(before, ...inside.map(({ high }) => high)) - before,
  };
}

test('daily totals that follow the move are predicted by a line that is the same everywhere', () => {
  const totals = days.map((dayMs) => {
    const { down, up } = movesOf(dayMs);
    return { dayMs, longUsd: down * 5, shortUsd: up * 5, totalUsd: (down + up) * 5 };
  });
  const { rows } = scoreTotals(input, totals, { models });
  for (const side of ['long', 'short', 'both']) {
    const row = rows.find((one) => one.model === 'everywhere' && one.side === side)!;
    expect(row.spans).toBe(10);
    expect(row.correlation!.value).toBeGreaterThan(0.95);
    expect(row.ratio!.value).toBeCloseTo(2, 1);
    expect(row.overFlat!.verdict).toBe('inconclusive');
  }
});

test('a book has two rows of daily totals: by what stood, and as it followed the day', () => {
  const totals = days.map((dayMs) => ({ dayMs, longUsd: 1e6, shortUsd: 1e6, totalUsd: 2e6 }));
  const { rows, days: found } = scoreTotals(input, totals);
  const names = [...new Set(rows.map(({ model }) => model))];
  expect(names).toContain('our book before fitting');
  expect(names).toContain('our book before fitting (followed through the day)');
  expect(rows.every(({ correlation }) => correlation === undefined)).toBe(true);
  expect(found.every(({ predicted }) => predicted >= 0)).toBe(true);
  expect(found.filter(({ model, predicted }) => /book/.test(model) && predicted > 0).length).toBeGreaterThan(
    20,
  );
});

test('what is liquidated later does not change an earlier day', () => {
  const totals = days.map((dayMs) => ({ dayMs, longUsd: 1e6, shortUsd: 1e6, totalUsd: 2e6 }));
  const endMs = days[4]! + dayMs;
  const known = {
    ...input,
    candles: input.candles.filter(({ openMs }) => openMs + hourMs <= endMs),
    openInterest: input.openInterest.filter(({ timeMs }) => timeMs <= endMs),
  };
  const whole = scoreTotals(input, totals).days.filter(({ timeMs }) => timeMs < endMs);
  expect(scoreTotals(known, totals).days).toEqual(whole);
});

test('a fall is scored from the highest open interest to the lowest after it, and only where it falls', () => {
  const fromMs = startMs + 5 * dayMs;
  // 100, 120, then down by 10 an hour to 60, with one hour up, and up again.
  const sizes = [100, 120, 110, 100, 105, 90, 80, 70, 60, 95];
  const falling = {
    ...input,
    openInterest: [
      { timeMs: startMs, size: 100 },
      ...sizes.map((size, i) => ({ timeMs: fromMs + i * hourMs, size })),
    ],
  };
  const window = { fromMs, toMs: fromMs + 9 * hourMs };
  const fall = scoreFall(falling, window, { models });
  expect(fall.fromMs).toBe(fromMs + hourMs);
  expect(fall.toMs).toBe(fromMs + 8 * hourMs);
  expect(fall.fallShare).toBeCloseTo(0.5, 12);
  const hours = fall.hours.filter(({ model }) => model === 'everywhere');
  const marks = hours.map(({ timeMs }) => made.candles.find((c) => c.openMs === timeMs - hourMs)!.close);
  expect(hours.map(({ real }, i) => Math.round(real / marks[i]!))).toEqual([10, 10, 0, 15, 10, 10, 10]);
});

test('where open interest only rises there is no fall to score', () => {
  const rising = {
    ...input,
    openInterest: Array.from({ length: 14 * 24 }, (_, i) => ({
      timeMs: startMs + i * hourMs,
      size: 100 + i,
    })),
  };
  const window = { fromMs: startMs + 2 * dayMs, toMs: startMs + 3 * dayMs };
  expect(() => scoreFall(rising, window, { models })).toThrow(UserError);
});
