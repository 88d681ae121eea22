import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isolatedMargin, valueAt } from '../../src/core/margin.ts';
import {
  leverageLimit,
  lossUsd,
  marginUsd,
  type OwnPosition,
  ownLiquidationPrice,
  safeguards,
  type TriggerRules,
} from '../../src/core/own-position.ts';
import { liquidationPriceTiered, withDeductions } from '../../src/core/tiers.ts';
import { between, magnitude } from '../support/between.ts';

function flat(maintenanceRate: number, feeRate = 0): TriggerRules {
  return {
    feeRate,
    tiers: withDeductions([{ floor: 0, cap: Number.POSITIVE_INFINITY, maintenanceRate, maxLeverage: 100 }]),
  };
}

/** Binance ETHUSDT as of October 2024, its lowest tiers. */
const binanceEth: TriggerRules = {
  feeRate: 0,
  tiers: withDeductions([
    { floor: 0, cap: 50_000, maintenanceRate: 0.004, maxLeverage: 125 },
    { floor: 50_000, cap: 600_000, maintenanceRate: 0.005, maxLeverage: 100 },
    { floor: 600_000, cap: 3e6, maintenanceRate: 0.0065, maxLeverage: 75 },
    { floor: 3e6, cap: 12e6, maintenanceRate: 0.01, maxLeverage: 50 },
  ]),
};

function linear(side: 'long' | 'short', size: number, entry: number, leverage: number): OwnPosition {
  return { contract: 'linear', side, size, entry, leverage };
}

describe('the liquidation price of an own position', () => {
  test.each<[string, OwnPosition, TriggerRules, number]>([
    [
      'Bybit help: long at 20,000, 50x, 0.5 %, valued at mark',
      linear('long', 1, 20_000, 50),
      flat(0.005),
      19_698.49,
    ],
    [
      'Bybit help: inverse short of 60,000 USD at 50,000, 10x',
      { contract: 'inverse', side: 'short', size: 60_000, entry: 50_000, leverage: 10 },
      flat(0.005),
      55_277.78,
    ],
    ['an OKX-like fee counts as maintenance', linear('short', 3, 3000, 10), flat(0.004, 0.0005), 3285.22],
    // Worth 600,000 at entry, third tier; 572,814 at the level, second tier: (600,000 - 30,000 - 50) / (200 x 0.995).
    ['the tier is the one at the level, not at entry', linear('long', 200, 3000, 20), binanceEth, 2864.07],
  ])('%s', (_, own, rules, price) => {
    expect(ownLiquidationPrice(own, rules)).toBeCloseTo(price, 2);
  });

  test('does not exist for a long that owes nothing', () => {
    expect(ownLiquidationPrice(linear('long', 1, 3000, 1), flat(0.005))).toBeUndefined();
  });

  test('is allowed at less leverage the larger the position is', () => {
    expect(leverageLimit(linear('long', 10, 3000, 5), binanceEth)).toBe(125);
    expect(leverageLimit(linear('long', 100, 3000, 5), binanceEth)).toBe(100);
    expect(leverageLimit(linear('long', 5000, 3000, 5), binanceEth)).toBeUndefined();
  });
});

describe('a loss', () => {
  test('is in USD on both kinds of contract', () => {
    expect(lossUsd(linear('long', 2, 3000, 10), 2900)).toBe(200);
    expect(lossUsd(linear('short', 2, 3000, 10), 2900)).toBe(-200);
    const inverse: OwnPosition = { contract: 'inverse', side: 'long', size: 3000, entry: 3000, leverage: 10 };
    // A coin bought for 3,000 USD, valued at 2,000.
    expect(lossUsd(inverse, 2000)).toBeCloseTo(1000, 9);
    expect(marginUsd(inverse)).toBeCloseTo(300, 9);
  });
});

const cases = fc
  .record({
    contract: fc.constantFrom('linear' as const, 'inverse' as const),
    side: fc.constantFrom('long' as const, 'short' as const),
    entry: between(80, 120),
    valueUsd: magnitude(100, 3e6),
    leverageShare: between(0.02, 1),
    distance: between(0.01, 0.3),
    feeRate: between(0, 0.001),
  })
  .map(({ contract, side, entry, valueUsd, leverageShare, distance, feeRate }) => {
    const perUsd = contract === 'linear' ? 1 : 0.01;
    const rules: TriggerRules = {
      feeRate,
      tiers: withDeductions(
        [
          [0, 1e5, 0.004, 100],
          [1e5, 1e6, 0.01, 50],
          [1e6, 1e9, 0.025, 20],
        ].map(([floor, cap, maintenanceRate, maxLeverage]) => ({
          floor: floor! * perUsd,
          cap: cap! * perUsd,
          maintenanceRate: maintenanceRate!,
          maxLeverage: maxLeverage!,
        })),
      ),
    };
    const held = { contract, side, entry, size: contract === 'linear' ? valueUsd / entry : valueUsd };
    const own: OwnPosition = { ...held, leverage: Math.max(1, leverageShare * leverageLimit(held, rules)!) };
    const markUsd = 100;
    return { own, rules, markUsd, target: markUsd * (side === 'long' ? 1 - distance : 1 + distance) };
  });

describe('safeguards', () => {
  const isBeyond = (side: string, price: number | undefined, target: number, room: number) =>
    price === undefined || (side === 'long' ? price <= target * (1 + room) : price >= target * (1 - room));

  test('keep liquidation at the target or beyond it, and a little more would not', () => {
    fc.assert(
      fc.property(cases, ({ own, rules, markUsd, target }) => {
        const { leverage, size } = safeguards(own, rules, { target, markUsd });
        const margin = isolatedMargin(own);
        const byLeverage = (times: number) => ownLiquidationPrice({ ...own, leverage: times }, rules);
        const bySize = (units: number) => liquidationPriceTiered({ ...own, size: units, margin, ...rules });
        if (leverage === undefined) expect(isBeyond(own.side, byLeverage(1), target, 0)).toBe(false);
        else {
          expect(isBeyond(own.side, byLeverage(leverage), target, 1e-9)).toBe(true);
          const isLimit = leverage >= leverageLimit(own, rules)! * (1 - 1e-9);
          expect(isLimit || !isBeyond(own.side, byLeverage(leverage * 1.001), target, 0)).toBe(true);
        }
        expect(isBeyond(own.side, bySize(size), target, 1e-9)).toBe(true);
        const more = { ...own, size: size * 1.001 };
        const isFull = valueAt(more, own.entry) > (leverageLimit(more, rules) ?? 0) * margin;
        expect(isFull || !isBeyond(own.side, bySize(more.size), target, 0)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('hedge just as much as brings liquidation to the target', () => {
    fc.assert(
      fc.property(cases, ({ own, rules, markUsd, target }) => {
        const { hedgeUsd } = safeguards(own, rules, { target, markUsd });
        const profitUsd = hedgeUsd * Math.abs(target / markUsd - 1);
        const added = own.contract === 'linear' ? profitUsd : profitUsd / target;
        const price = liquidationPriceTiered({ ...own, margin: isolatedMargin(own) + added, ...rules });
        if (hedgeUsd > 0) expect(price! / target).toBeCloseTo(1, 6);
        else expect(isBeyond(own.side, price, target, 1e-9)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('refuse a target on the winning side', () => {
    const own = linear('long', 1, 3000, 10);
    expect(() => safeguards(own, flat(0.005), { target: 3100, markUsd: 3000 })).toThrow('3100');
  });
});
