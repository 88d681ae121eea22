import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bankruptcyPrice,
  isolatedMargin,
  levelFactor,
  liquidationPrice,
  type MarginRequirement,
  type Position,
  valueAt,
} from '../../src/core/margin.ts';
import { publishedVectors, realPositions } from './margin-vectors.ts';

type Held = Position & MarginRequirement;

const long: Held = {
  contract: 'linear',
  side: 'long',
  size: 2,
  entry: 3000,
  margin: 300,
  maintenanceRate: 0.005,
};

const contract = fc.constantFrom('linear' as const, 'inverse' as const);
const side = fc.constantFrom('long' as const, 'short' as const);
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** Positions from dust to whales, with margin and deduction as a share of their value at entry. */
const held: fc.Arbitrary<Held> = fc
  .record({
    contract,
    side,
    entryLog: number(-5, 6),
    usdLog: number(1, 8),
    marginShare: number(-0.5, 3),
    deductionShare: number(0, 0.1),
    maintenanceRate: number(0, 0.3),
    feeRate: number(0, 0.01),
  })
  .map(({ contract, side, entryLog, usdLog, marginShare, deductionShare, maintenanceRate, feeRate }) => {
    const entry = 10 ** entryLog;
    const size = contract === 'linear' ? 10 ** usdLog / entry : 10 ** usdLog;
    const value = valueAt({ contract, size }, entry);
    return {
      contract,
      side,
      size,
      entry,
      margin: value * marginShare,
      deduction: value * deductionShare,
      maintenanceRate,
      feeRate,
    };
  });

/** How far the price must fall (long) or rise (short) to the level, as a share of entry; never = Infinity. */
function distance(position: Held): number {
  const price = liquidationPrice(position);
  if (price === undefined) return Infinity;
  return (position.side === 'long' ? position.entry - price : price - position.entry) / position.entry;
}

function equity({ contract, side, size, entry, margin }: Position, price: number): number {
  const gain = contract === 'linear' ? size * (price - entry) : size * (1 / entry - 1 / price);
  return margin + (side === 'long' ? gain : -gain);
}

describe('the liquidation price', () => {
  it.each([...publishedVectors, ...realPositions])('is what the venue prints: $name', (vector) => {
    const price = liquidationPrice(vector.position);
    expect(price).toBeDefined();
    expect(Math.abs(price! - vector.price)).toBeLessThanOrEqual(vector.tolerance);
  });

  it('is checked against nine published examples and 23 real positions', () => {
    expect([publishedVectors.length, realPositions.length]).toEqual([9, 23]);
  });

  it('leaves equity equal to maintenance margin plus fee', () => {
    fc.assert(
      fc.property(held, (position) => {
        const price = liquidationPrice(position);
        fc.pre(price !== undefined);
        const value = valueAt(position, price);
        const required = (position.maintenanceRate + position.feeRate!) * value - position.deduction!;
        const scale = Math.max(value, valueAt(position, position.entry), Math.abs(position.margin));
        expect(Math.abs(equity(position, price) - required)).toBeLessThan(scale * 1e-9);
      }),
    );
  });

  it('lies beyond entry exactly when margin and deduction cover the requirement at entry', () => {
    fc.assert(
      fc.property(held, (position) => {
        const value = valueAt(position, position.entry);
        const surplus =
          position.margin + position.deduction! - (position.maintenanceRate + position.feeRate!) * value;
        fc.pre(Math.abs(surplus) > value * 1e-9);
        expect(distance(position) > 0).toBe(surplus > 0);
      }),
    );
  });

  it('is farther away with more margin', () => {
    fc.assert(
      fc.property(held, number(0.01, 2), (position, share) => {
        const more = position.margin + share * valueAt(position, position.entry);
        const before = distance(position);
        fc.pre(before < Infinity);
        expect(distance({ ...position, margin: more })).toBeGreaterThan(before);
      }),
    );
  });

  it('differs between linear and inverse by no more than twice the square of a small move', () => {
    fc.assert(
      fc.property(side, number(10, 200), number(0, 1), (side, leverage, share) => {
        const rate = share / leverage;
        const linear = levelFactor({ contract: 'linear', side, leverage, rate })!;
        const inverse = levelFactor({ contract: 'inverse', side, leverage, rate })!;
        expect(Math.abs(linear - 1 / inverse)).toBeLessThanOrEqual(2 / leverage ** 2);
      }),
    );
  });

  it('of a position without margin lies on the other side of its entry', () => {
    expect(liquidationPrice({ ...long, margin: 0 })).toBeCloseTo(3000 / 0.995, 9);
    expect(liquidationPrice({ ...long, side: 'short', margin: 0 })).toBeCloseTo(3000 / 1.005, 9);
    expect(liquidationPrice({ ...long, margin: -300 })).toBeCloseTo(3150 / 0.995, 9);
  });
});

describe('a position that cannot be liquidated has no price', () => {
  const inverse: Held = { ...long, contract: 'inverse', size: 6000, margin: 2 };

  it('is a linear long whose margin covers its whole value', () => {
    expect(liquidationPrice({ ...long, margin: 6000 })).toBeUndefined();
    expect(liquidationPrice({ ...long, margin: 9000 })).toBeUndefined();
  });

  it('is an inverse short whose margin covers its whole value, as in a hedged coin', () => {
    expect(liquidationPrice({ ...inverse, side: 'short' })).toBeUndefined();
    expect(liquidationPrice({ ...inverse, side: 'short', margin: 3 })).toBeUndefined();
  });

  it('is neither a linear short nor an inverse long, however much margin it has', () => {
    expect(liquidationPrice({ ...long, side: 'short', margin: 1e9 })).toBeGreaterThan(3000);
    expect(liquidationPrice({ ...inverse, margin: 1e9 })).toBeLessThan(3000);
  });
});

describe('rules that venues have given up differ from the one at mark price by less than a bin', () => {
  // They valued the maintenance margin at entry: price = entry -+ (initial - maintenance margin) / size.
  it.each([
    // https://testnet.bybit.com/en-US/help-center/s/article/Liquidation-Price-USDT-Contract
    {
      venue: 'Bybit',
      side: 'long',
      size: 1,
      entry: 20_000,
      leverage: 50,
      rate: 0.005,
      old: 19_700,
      now: 19_698.49,
    },
    // https://www.kucoin.com/support/4408061803033, replaced on 2025-05-22
    {
      venue: 'KuCoin',
      side: 'short',
      size: 0.005,
      entry: 28_000,
      leverage: 100,
      rate: 0.004,
      old: 28_168,
      now: 28_167.33,
    },
    // https://blog.mexc.fm/liquidation-in-futures-2
    {
      venue: 'MEXC',
      side: 'long',
      size: 0.1,
      entry: 50_000,
      leverage: 25,
      rate: 0.004,
      old: 48_200,
      now: 48_192.77,
    },
  ] as const)('$venue, linear $side', ({ side, size, entry, leverage, rate, old, now }) => {
    const margin = isolatedMargin({ contract: 'linear', size, entry, leverage });
    const price = liquidationPrice({ contract: 'linear', side, size, entry, margin, maintenanceRate: rate })!;
    const sign = side === 'long' ? 1 : -1;
    expect(entry - (sign * (margin - rate * size * entry)) / size).toBeCloseTo(old, 6);
    expect(price).toBeCloseTo(now, 2);
    expect(old - price).toBeCloseTo((entry * rate * (1 / leverage - rate)) / (1 - sign * rate), 6);
  });

  it('Bybit, inverse short: 55,248.62 before 2025 against 55,277.78', () => {
    const size = 60_000;
    const margin = isolatedMargin({ contract: 'inverse', size, entry: 50_000, leverage: 10 });
    expect(margin).toBeCloseTo(0.12, 12);
    expect(size / (size / 50_000 - margin + 0.005 * (size / 50_000))).toBeCloseTo(55_248.62, 2);
    const bybit = {
      contract: 'inverse',
      side: 'short',
      size,
      entry: 50_000,
      margin,
      maintenanceRate: 0.005,
    } as const;
    expect(liquidationPrice(bybit)).toBeCloseTo(55_277.78, 2);
  });
});

describe('the level factor', () => {
  it('is the liquidation price of every isolated position of its bucket', () => {
    const bucket = fc.record({ contract, side, leverage: number(0.2, 200), rate: number(0, 0.4) });
    fc.assert(
      fc.property(bucket, number(-3, 5), number(1, 7), (bucket, entryLog, usdLog) => {
        const entry = 10 ** entryLog;
        const size = bucket.contract === 'linear' ? 10 ** usdLog / entry : 10 ** usdLog;
        const margin = isolatedMargin({ ...bucket, size, entry });
        const price = liquidationPrice({ ...bucket, size, entry, margin, maintenanceRate: bucket.rate });
        // At exactly 1x rounding decides whether a level of about zero exists.
        fc.pre(Math.abs(bucket.leverage - 1) > 1e-6);
        const factor = levelFactor(bucket);
        if (price === undefined || factor === undefined) {
          expect(factor).toBe(price);
        } else {
          const level = bucket.contract === 'linear' ? entry * factor : entry / factor;
          expect(level / price).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  it('does not exist at 1x where the margin is as large as the worst loss', () => {
    const at1x = { leverage: 1, rate: 0.005 };
    expect(levelFactor({ ...at1x, contract: 'linear', side: 'long' })).toBeUndefined();
    expect(levelFactor({ ...at1x, contract: 'inverse', side: 'short' })).toBeUndefined();
    expect(levelFactor({ ...at1x, contract: 'linear', side: 'short' })).toBeCloseTo(2 / 1.005, 12);
    expect(levelFactor({ ...at1x, contract: 'inverse', side: 'long' })).toBeCloseTo(2 / 1.005, 12);
  });

  it('refuses a leverage or a rate that no venue can have', () => {
    const bucket = { contract: 'linear', side: 'long', leverage: 10, rate: 0.005 } as const;
    for (const leverage of [0, -1, Number.NaN, Infinity]) {
      expect(() => levelFactor({ ...bucket, leverage })).toThrow(new RegExp(`leverage .* not ${leverage}$`));
    }
    for (const rate of [-0.1, 1, Number.NaN]) {
      expect(() => levelFactor({ ...bucket, rate })).toThrow(new RegExp(`rate .* not ${rate}$`));
    }
  });
});

describe('the bankruptcy price', () => {
  it('is one margin away from entry, in price (linear) or in 1 / price (inverse)', () => {
    const at10x = { size: 3, entry: 2000, leverage: 10 };
    const price = (contract: 'linear' | 'inverse', side: 'long' | 'short') =>
      bankruptcyPrice({ contract, side, ...at10x, margin: isolatedMargin({ contract, ...at10x }) });
    expect(price('linear', 'long')).toBeCloseTo(1800, 9);
    expect(price('linear', 'short')).toBeCloseTo(2200, 9);
    expect(price('inverse', 'long')).toBeCloseTo(2000 / 1.1, 9);
    expect(price('inverse', 'short')).toBeCloseTo(2000 / 0.9, 9);
  });

  it('is never reached before the liquidation price', () => {
    fc.assert(
      fc.property(held, (position) => {
        const bankrupt = bankruptcyPrice(position);
        fc.pre(bankrupt !== undefined);
        const liquidated = liquidationPrice({ ...position, deduction: 0 })!;
        const lead = position.side === 'long' ? liquidated / bankrupt : bankrupt / liquidated;
        expect(lead).toBeGreaterThanOrEqual(1 - 1e-12);
      }),
    );
  });
});

describe('a number that makes no sense is refused and named', () => {
  it.each([
    ['size', [0, -1, Number.NaN, Infinity]],
    ['entry', [0, -3000, Number.NaN, Infinity]],
    ['margin', [Number.NaN, Infinity, -Infinity]],
    ['deduction', [Number.NaN, Infinity, -Infinity]],
    ['maintenanceRate', [-0.01, 1, Number.NaN, Infinity]],
    ['feeRate', [-0.01, -0.001, 0.999, Number.NaN, Infinity]],
  ] as const)('%s', (field, values) => {
    for (const value of values) {
      const attempt = () => liquidationPrice({ ...long, [field]: value });
      expect(attempt).toThrow(RangeError);
      expect(attempt).toThrow(field);
    }
    expect(() => liquidationPrice({ ...long, size: -7 })).toThrow('not -7');
  });

  it('so is a leverage of zero', () => {
    expect(() => isolatedMargin({ contract: 'linear', size: 1, entry: 1, leverage: 0 })).toThrow(RangeError);
  });
});
