import { describe, expect, test } from 'vitest';
import type { Candle, Liquidation, Side } from '../../src/core/market-data.ts';
import { wideWeights } from '../../src/core/weights.ts';
import type { ReplayInput } from '../../src/recorded-market.ts';
import { eventMarginRate, scoreEvents } from '../../src/scoring/events.ts';
import { plainRules } from '../support/book-fixtures.ts';
import { hourMs, startMs } from '../support/market-series.ts';
import { fixedLevels } from '../support/score-models.ts';

/** Price falls from 100 to 98 in each even hour and is back in each odd one. */
const candles: Candle[] = Array.from({ length: 13 }, (_, hour) => {
  const falls = hour % 2 === 0 && hour > 0;
  return {
    openMs: startMs + hour * hourMs,
    open: 100,
    high: 100,
    low: falls ? 98 : 100,
    close: 100,
    volume: 10,
  };
});
const input: ReplayInput = {
  coin: 'ETH',
  venue: 'alpha',
  candles,
  borrowed: false,
  openInterest: [{ timeMs: startMs, size: 100 }],
  rules: plainRules,
  weights: wideWeights,
};

type Given = { readonly hour: number; readonly level: number; readonly usd?: number; readonly side?: Side };

/** A forced order whose liquidation level, after the rule, is the one wanted. */
function event({ hour, level, usd = 1000, side = 'long' }: Given): Liquidation {
  const price = level * (side === 'long' ? 1 - eventMarginRate : 1 + eventMarginRate);
  return {
    timeMs: startMs + hour * hourMs + 1,
    liquidatedSide: side,
    price,
    priceKind: 'bankruptcy',
    size: usd / price,
    usd,
  };
}

const at99 = { long: [{ price: 99.05, usd: 500 }], short: [] };
const evenHours = [2, 4, 6, 8, 10, 12];
const right = evenHours.flatMap((hour) => Array.from({ length: 6 }, () => event({ hour, level: 99.05 })));

describe('forced orders', () => {
  test('favour the model that had its levels where they were', () => {
    const { rows, events, crossedShare } = scoreEvents(input, right, {
      models: [
        fixedLevels('right', at99),
        fixedLevels('wrong', { long: [{ price: 98.25, usd: 5 }], short: [] }),
      ],
    });
    expect([events, crossedShare]).toEqual([36, 1]);
    const [flat, best, worst] = rows;
    expect(flat!.where!.value).toBeCloseTo(0, 12);
    // Twenty cells of 0.1 %: all in one of them.
    expect(best!.where!.value).toBeCloseTo(Math.log(0.9 * 20 + 0.1), 9);
    expect(worst!.where!.value).toBeCloseTo(Math.log(0.1), 9);
    expect(best!.sidesOfHours).toBe(6);
    expect(best!.amount.correlation!.value).toBeCloseTo(1, 12);
    // Eleven hours from the first to the last event, both sides.
    expect(best!.amount.spans).toBe(22);
  });

  test('count only where price crossed their level in their hour', () => {
    const elsewhere = [
      event({ hour: 3, level: 99.05 }),
      event({ hour: 4, level: 97 }),
      event({ hour: 4, level: 101, side: 'short' }),
    ];
    const all = [...right, ...elsewhere].sort((a, b) => a.timeMs - b.timeMs);
    const { crossedShare, rows } = scoreEvents(input, all, {
      models: [fixedLevels('right', at99)],
    });
    expect(crossedShare).toBeCloseTo(36 / 39, 12);
    expect(rows[1]!.amount.realUsd).toBe(36_000);
  });

  test('print bankruptcy prices: the level lies nearer to the price before by the margin left', () => {
    // Bankrupt at 97.9, below the lowest price, liquidated at 97.9 / (1 - r), above it.
    const low = { ...event({ hour: 2, level: 1 }), price: 97.9 };
    const limit = { ...low, priceKind: 'limit' as const };
    const share = (one: Liquidation) =>
      scoreEvents(input, [one], { models: [fixedLevels('any', at99)] }).crossedShare;
    expect(share(low)).toBe(1);
    expect(share(limit)).toBe(0);
  });

  test('of fewer than five in an hour allow no verdict on where', () => {
    const few = evenHours.map((hour) => event({ hour, level: 99.05 }));
    const { rows } = scoreEvents(input, few, { models: [fixedLevels('right', at99)] });
    expect(rows[1]!.where).toBeUndefined();
    expect(rows[1]!.amount.correlation!.value).toBeCloseTo(1, 12);
  });
});
