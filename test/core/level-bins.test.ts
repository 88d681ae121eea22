import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LevelBins } from '../../src/core/level-bins.ts';
import { spreadLevel } from '../../src/core/level-share.ts';
import { addSpan, mapEdges } from '../../src/core/map-bins.ts';
import { between } from '../support/between.ts';

const priceUsd = 3_000;
const edges = mapEdges(priceUsd, 0.5);
const level = fc.record({ at: between(0.3, 2), width: between(0, 0.01), size: between(0.01, 1e4) });
const cases = {
  side: fc.constantFrom('long' as const, 'short' as const),
  contract: fc.constantFrom('linear' as const, 'inverse' as const),
  markUsd: between(2_900, 3_100),
  reach: fc.record({ down: between(0.97, 1), up: between(1, 1.03) }),
  levels: fc.array(level, { minLength: 1, maxLength: 20 }),
};

function rowOf(
  side: 'long' | 'short',
  levels: readonly { at: number; width: number; size: number }[],
  markUsd: number,
  reach: { down: number; up: number },
) {
  const low = Float64Array.from(levels, ({ at }) => markUsd * at);
  const high = Float64Array.from(levels, ({ at, width }) => markUsd * at * (1 + width));
  const size = Float64Array.from(levels, (one) => one.size);
  return { side, bucket: 0, reach, count: levels.length, low, high, size, fast: size };
}

describe('levels laid on bins', () => {
  test('lie where each of them lies by itself, spread and cut at the price', () => {
    fc.assert(
      fc.property(fc.record(cases), ({ side, contract, markUsd, reach, levels }) => {
        const row = rowOf(side, levels, markUsd, reach);
        const laid = new Float64Array(edges.length - 1);
        const beyond = new LevelBins(edges, { contract, markUsd, priceUsd }).add(laid, row, 0.5);
        const plain = new Float64Array(edges.length - 1);
        const cut = side === 'long' ? Math.min : Math.max;
        let plainBeyond = 0;
        for (const [i, low] of row.low.entries()) {
          const high = row.high[i]!;
          const span = spreadLevel({ low, high }, reach);
          const amount = 0.5 * row.size[i]! * (contract === 'linear' ? (low + high) / 2 : 1);
          const onMap = (price: number) => cut(priceUsd, (price * priceUsd) / markUsd);
          plainBeyond += addSpan(plain, edges, { low: onMap(span.low), high: onMap(span.high), amount });
        }
        const all = plain.reduce((sum, usd) => sum + usd, plainBeyond);
        expect(Math.abs(beyond - plainBeyond)).toBeLessThan(1e-9 * all);
        const worst = laid.reduce((most, usd, bin) => Math.max(most, Math.abs(usd - plain[bin]!)), 0);
        expect(worst).toBeLessThan(1e-9 * all);
      }),
    );
  });

  test('never lie on the other side of the price', () => {
    const middle = (edges.length - 1) / 2;
    fc.assert(
      fc.property(fc.record(cases), ({ side, contract, markUsd, reach, levels }) => {
        const laid = new Float64Array(edges.length - 1);
        new LevelBins(edges, { contract, markUsd, priceUsd }).add(laid, rowOf(side, levels, markUsd, reach));
        const other = side === 'long' ? laid.subarray(middle + 1) : laid.subarray(0, middle - 1);
        expect(other.every((usd) => usd === 0)).toBe(true);
      }),
    );
  });
});
