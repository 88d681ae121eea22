import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liquidationPriceTiered } from '../../../src/core/tiers.ts';
import {
  type Holding,
  levelAbove,
  levelBelow,
  surplus,
} from '../../../src/market/simulated/margin-levels.ts';
import type { MarketSpec } from '../../../src/market/simulated/specs.ts';
import { marketOf, markets } from './stage.ts';

const market = fc.constantFrom(...markets);
const usd = fc.double({ min: 3, max: 8.5, noNaN: true }).map((power) => 10 ** power);
const ratio = fc.double({ min: 0.6, max: 1.6, noNaN: true });

function alone(market: MarketSpec, side: 'long' | 'short', usd: number, entryY: number): Holding {
  const linear = market.direction === 1;
  const size = linear ? usd / entryY : usd;
  const empty = { market, longSize: 0, longEntryY: 0, shortSize: 0, shortEntryY: 0 };
  return side === 'long'
    ? { ...empty, longSize: size, longEntryY: entryY }
    : { ...empty, shortSize: size, shortEntryY: entryY };
}

describe('levels of simulated accounts', () => {
  it('are where the surplus has fallen to the target, on both sides, for hedges too', () => {
    fc.assert(
      fc.property(
        market,
        usd,
        usd,
        ratio,
        fc.double({ min: 0.001, max: 3, noNaN: true }),
        (m, a, b, entry, part) => {
          const y = m.direction === 1 ? m.coin.startPrice : 1 / m.coin.startPrice;
          const long = alone(m, 'long', a, y * entry);
          const short = alone(m, 'short', b, y / entry);
          const both = { ...long, shortSize: short.shortSize, shortEntryY: short.shortEntryY };
          const value = Math.max(long.longSize, short.shortSize) * y;
          for (const holding of [long, short, both]) {
            const target = surplus(holding, y) - part * value;
            const below = levelBelow(holding, target);
            const above = levelAbove(holding, target, y);
            if (below !== undefined) {
              expect(below).toBeLessThanOrEqual(y);
              expect(Math.abs(surplus(holding, below) - target)).toBeLessThan(1e-8 * value);
            }
            if (above !== undefined) {
              expect(above).toBeGreaterThanOrEqual(y);
              expect(Math.abs(surplus(holding, above) - target)).toBeLessThan(1e-8 * value * (above / y));
            }
            if (below === undefined) expect(surplus(holding, 0)).toBeGreaterThanOrEqual(target);
            if (above === undefined) expect(surplus(holding, y * 1e6)).toBeGreaterThanOrEqual(target);
          }
        },
      ),
    );
  });

  it('lie nowhere above for a hedge that gains as much as its last tier asks', () => {
    const market = marketOf('sim-alpha', 'BTC');
    // 2.31 - 1.89 = 0.42 and 10 % of 2.31 + 1.89, but for rounding.
    const hedge: Holding = {
      market,
      longSize: 2.31,
      longEntryY: 86_000,
      shortSize: 1890 * 0.001,
      shortEntryY: 86_000,
    };
    expect(levelAbove(hedge, surplus(hedge, 86_000) - 26_000, 86_000)).toBeUndefined();
  });

  it('of one position are the liquidation price of the venues, tier by tier', () => {
    const leverage = fc.double({ min: 1.01, max: 60, noNaN: true });
    const side = fc.constantFrom('long', 'short' as const) as fc.Arbitrary<'long' | 'short'>;
    fc.assert(
      fc.property(market, side, usd, leverage, (m, s, size, times) => {
        const price = m.coin.startPrice;
        const y = m.direction === 1 ? price : 1 / price;
        const holding = alone(m, s, size, y);
        const margin = (s === 'long' ? holding.longSize : holding.shortSize) * (y / times);
        // An account that would be liquidated at once has no level ahead.
        fc.pre(surplus(holding, y) + margin > 0);
        const level = levelBelow(holding, -margin) ?? levelAbove(holding, -margin, y);
        const expected = liquidationPriceTiered({
          contract: m.venue.contract,
          side: s,
          size: s === 'long' ? holding.longSize : holding.shortSize,
          entry: price,
          margin,
          tiers: m.rules.tiers,
          feeRate: m.rules.feeRate,
        });
        if (expected === undefined) expect(level).toBeUndefined();
        else expect((m.direction === 1 ? level! : 1 / level!) / expected).toBeCloseTo(1, 8);
      }),
    );
  });
});
