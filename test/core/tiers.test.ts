import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isolatedMargin, levelFactor, liquidationPrice, valueAt } from '../../src/core/margin.ts';
import type { MarginTier } from '../../src/core/market-data.ts';
import {
  defaultSizePrior,
  effectiveMaintenanceRate,
  liquidationPriceTiered,
  maintenanceMargin,
  maxLeverage,
  maxLeverageFor,
  orderedTiers,
  type TieredPosition,
  tieredLiquidation,
  tierOf,
  withDeductions,
} from '../../src/core/tiers.ts';
import { publishedVectors } from './margin-vectors.ts';

type Row = Omit<MarginTier, 'deduction'>;

/** [cap, maintenance rate in %, highest leverage], first floor 0. */
function ladder(...steps: (readonly [cap: number, ratePct: number, maxLeverage: number])[]): Row[] {
  return steps.map(([cap, ratePct, leverage], i) => ({
    floor: steps[i - 1]?.[0] ?? 0,
    cap,
    maintenanceRate: ratePct / 100,
    maxLeverage: leverage,
  }));
}

// Binance USD-M ETHUSDT as of 2024-10, USDT.
const ether = ladder(
  [5e4, 0.4, 125],
  [6e5, 0.5, 100],
  [3e6, 0.65, 75],
  [1.2e7, 1, 50],
  [5e7, 2, 25],
  [6.5e7, 2.5, 20],
  [1.5e8, 5, 10],
  [3.2e8, 10, 5],
);
const etherTiers = withDeductions(ether);

// Binance COIN-M BTCUSD as of 2020, BTC: the ladder of the maintenance amount example in its document.
const coinTiers = withDeductions(
  ladder([10, 0.4, 125], [20, 0.5, 100], [30, 1, 50], [50, 2.5, 20], [100, 5, 10], [Infinity, 10, 5]),
);

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const contract = fc.constantFrom('linear' as const, 'inverse' as const);
const side = fc.constantFrom('long' as const, 'short' as const);

/** Ladders of one to eight tiers in an inverse-or-linear neutral currency, with rates that rise. */
const anyRows: fc.Arbitrary<Row[]> = fc
  .array(fc.tuple(number(0.05, 2), number(0.05, 3)), { minLength: 1, maxLength: 8 })
  .map((steps) => {
    let cap = 1000;
    let ratePct = 0.1;
    return ladder(
      ...steps.map(([wider, dearer]) => {
        cap *= 1 + wider;
        ratePct += dearer;
        return [cap, ratePct, 50 / ratePct] as const;
      }),
    );
  });

const anyPosition: fc.Arbitrary<TieredPosition> = fc
  .record({
    contract,
    side,
    rows: anyRows,
    valueLog: number(2, 6),
    entryLog: number(-3, 5),
    marginShare: number(-0.1, 1.5),
    feeRate: number(0, 0.002),
  })
  .map(({ contract, side, rows, valueLog, entryLog, marginShare, feeRate }) => {
    const entry = 10 ** entryLog;
    const value = 10 ** valueLog;
    const size = contract === 'linear' ? value / entry : value * entry;
    return { contract, side, size, entry, margin: value * marginShare, tiers: withDeductions(rows), feeRate };
  });

describe('deductions', () => {
  it('are the maintenance amounts that Binance publishes', () => {
    const published = [0, 50, 950, 11_450, 131_450, 381_450, 2_006_450, 9_506_450];
    etherTiers.forEach((tier, i) => {
      expect(tier.deduction).toBeCloseTo(published[i]!, 6);
    });
  });

  it('of coin-margined tiers are in coins: level 5 of BTCUSD takes off 1.81 BTC', () => {
    expect(coinTiers[4]!.deduction).toBeCloseTo(1.81, 12);
  });

  it('make 200,000,000 USD of ETH on Hyperliquid hold 5,333,333 USD', () => {
    // https://hyperliquid.gitbook.io/hyperliquid-docs/trading/margin-tiers: 25x below 100 M, 15x above, half of the initial margin
    const tiers = withDeductions(ladder([1e8, 2, 25], [Infinity, 100 / 30, 15]));
    expect(tiers[1]!.deduction).toBeCloseTo(1_333_333.33, 2);
    expect(maintenanceMargin(tiers, 2e8)).toBeCloseTo(5_333_333.33, 2);
  });

  it('make the margin of a 1.2 M position on Gate grow by tier: 4,900 instead of 6,000 USD', () => {
    // https://www.gateweb.space/nl/futures-introduction/margin/, since 2025-07-29
    const tiers = withDeductions(ladder([1e6, 0.4, 100], [2e6, 0.45, 80]));
    expect(maintenanceMargin(tiers, 1.2e6)).toBeCloseTo(4900, 6);
  });

  it('leave no jump in the maintenance margin at any bound', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const tiers = withDeductions(rows);
        for (const { floor } of tiers.slice(1)) {
          const [below, above] = [
            maintenanceMargin(tiers, floor * (1 - 1e-12)),
            maintenanceMargin(tiers, floor),
          ];
          expect(above / below).toBeCloseTo(1, 9);
        }
      }),
    );
  });
});

describe('a ladder of tiers', () => {
  it('is the same in whatever order its rows come', () => {
    fc.assert(
      fc.property(
        anyRows.chain((rows) =>
          fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
        ),
        ([rows, shuffled]) => {
          expect(withDeductions(shuffled)).toEqual(withDeductions(rows));
          expect(orderedTiers(shuffled)).toEqual(rows);
        },
      ),
    );
  });

  it('keeps the deductions that a venue publishes', () => {
    const published = [{ floor: 0, cap: 100, maintenanceRate: 0.01, maxLeverage: 50, deduction: 0.25 }];
    expect(orderedTiers(published)).toEqual(published);
  });

  it('is refused with a gap, an overlap, a first floor above zero, or no row', () => {
    const [first, second, ...rest] = ether as [Row, Row, ...Row[]];
    expect(() => orderedTiers([first, ...rest])).toThrow('must start at 50000, not 600000');
    expect(() => orderedTiers([first, { ...second, floor: 49_000 }, ...rest])).toThrow('not 49000');
    expect(() => orderedTiers([second, ...rest])).toThrow('must start at 0, not 50000');
    expect(() => orderedTiers([])).toThrow(RangeError);
  });

  it.each([
    ['maintenanceRate', [0, 1, -0.01, Number.NaN]],
    ['cap', [0, -5, Number.NaN]],
    ['maxLeverage', [0, -1, Number.NaN, Infinity]],
    ['floor', [Number.NaN, 1]],
  ] as const)('is refused with a %s that makes no sense', (field, values) => {
    for (const value of values) {
      const rows = [{ floor: 0, cap: 100, maintenanceRate: 0.01, maxLeverage: 50, [field]: value }];
      expect(() => withDeductions(rows)).toThrow(new RegExp(`not (at )?${value}$`));
    }
  });

  it('allows less leverage to larger positions, and none beyond its end', () => {
    expect(maxLeverageFor(etherTiers, 49_999)).toBe(125);
    expect(maxLeverageFor(etherTiers, 50_000)).toBe(100);
    expect(maxLeverageFor(etherTiers, 3.2e8)).toBe(5);
    expect(maxLeverageFor(etherTiers, 3.3e8)).toBeUndefined();
    expect(maxLeverage(etherTiers)).toBe(125);
  });

  it('has no tier for a value that is not a number', () => {
    expect(() => tierOf(etherTiers, Number.NaN)).toThrow('NaN');
  });
});

describe('the tier at the liquidation price', () => {
  it("and not the one at entry gives the price in Binance's own example", () => {
    // ETHUSDT of 2021: worth 5.37 M at entry (12.5 %), but 4.11 M at its liquidation price (10 %).
    const tiers = withDeductions(
      ladder(
        [1e4, 0.5, 100],
        [1e5, 0.65, 75],
        [5e5, 1, 50],
        [1e6, 2, 25],
        [2e6, 5, 10],
        [5e6, 10, 5],
        [1e7, 12.5, 4],
        [2e7, 15, 3],
      ),
    );
    const { position, price } = publishedVectors[0]!;
    const { size, entry, margin } = position;
    const held = { contract: 'linear', side: 'long', size, entry, margin, tiers } as const;
    const atEntry = tierOf(tiers, valueAt(held, entry));
    expect(atEntry.maintenanceRate).toBe(0.125);
    expect(liquidationPriceTiered(held)).toBeCloseTo(price, 2);
    expect(Math.abs(liquidationPrice({ ...held, ...atEntry })! - price)).toBeGreaterThan(1);
  });

  it('is the tier of the value at that price', () => {
    fc.assert(
      fc.property(anyPosition, (position) => {
        const { price, tier } = tieredLiquidation(position);
        fc.pre(price !== undefined);
        const value = valueAt(position, price);
        const end = position.tiers.find(({ floor }) => floor > tier.floor)?.floor ?? Infinity;
        expect(value / tier.floor).toBeGreaterThanOrEqual(1 - 1e-8);
        expect(value / end).toBeLessThanOrEqual(1 + 1e-8);
      }),
      { numRuns: 500 },
    );
  });

  it('is the only one that fits, as the maintenance margin has no jumps', () => {
    fc.assert(
      fc.property(anyPosition, (position) => {
        const { tiers } = position;
        const fitting = tiers.flatMap((tier) => {
          const price = liquidationPrice({ ...position, ...tier });
          return price !== undefined && tierOf(tiers, valueAt(position, price)) === tier ? [price] : [];
        });
        fc.pre(fitting.length > 0);
        for (const price of fitting) expect(price / liquidationPriceTiered(position)!).toBeCloseTo(1, 8);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves equity equal to the maintenance margin of the whole ladder plus fee', () => {
    fc.assert(
      fc.property(anyPosition, (position) => {
        const { contract, side, size, entry, margin, tiers, feeRate } = position;
        const price = liquidationPriceTiered(position);
        fc.pre(price !== undefined);
        const sign = side === 'long' ? 1 : -1;
        const profit =
          sign * (contract === 'linear' ? size * (price - entry) : size * (1 / entry - 1 / price));
        const value = valueAt(position, price);
        const required = maintenanceMargin(tiers, value) + feeRate! * value;
        const scale = Math.max(value, valueAt(position, entry));
        expect(Math.abs(margin + profit - required)).toBeLessThan(scale * 1e-8);
      }),
      { numRuns: 500 },
    );
  });

  describe('where the rate of a tier holds for the whole position, as on OKX', () => {
    const flat = ladder([1000, 1, 50], [Infinity, 5, 10]).map((row) => ({ ...row, deduction: 0 }));
    const held = { contract: 'linear', size: 1, entry: 1100, tiers: flat } as const;

    it('a long that both tiers fit is liquidated at the price that comes first', () => {
      const margin = 1100 - 1000 * 0.97;
      expect(tieredLiquidation({ ...held, side: 'long', margin }).price).toBeCloseTo(970 / 0.95, 9);
    });

    it('so is a coin-margined short, whose value falls as price rises', () => {
      const short = { ...held, contract: 'inverse', side: 'short', size: 1100, entry: 1 } as const;
      const { price, tier } = tieredLiquidation({ ...short, margin: 1100 - 970 });
      expect(tier).toBe(flat[1]);
      expect(price).toBeCloseTo((1100 * 0.95) / 970, 9);
    });

    it('a short that no tier fits is judged by the tier of its value at entry', () => {
      const short = { ...held, side: 'short', entry: 900, margin: 130 } as const;
      const { price, tier } = tieredLiquidation(short);
      expect(tier).toBe(flat[0]);
      expect(price).toBeCloseTo(1030 / 1.01, 9);
    });
  });

  it('is the last one for a short whose value grows beyond the last cap', () => {
    const held = { contract: 'linear', side: 'short', size: 1e5, entry: 3000, tiers: etherTiers } as const;
    const { price, tier } = tieredLiquidation({ ...held, margin: 1e8 });
    expect(valueAt(held, price!)).toBeGreaterThan(3.2e8);
    expect(tier).toBe(etherTiers.at(-1));
  });
});

describe('one maintenance rate for a leverage bucket', () => {
  const bucket = {
    tiers: etherTiers,
    contract: 'linear',
    side: 'long',
    leverage: 20,
    entryPrice: 3000,
  } as const;

  it('is the rate of the first tier when all positions are small', () => {
    const sizePrior = [{ notionalUsd: 1000, share: 1 }];
    expect(effectiveMaintenanceRate({ ...bucket, sizePrior })).toBeCloseTo(0.004, 12);
  });

  it('is unknown when no size may use the leverage', () => {
    expect(effectiveMaintenanceRate({ ...bucket, leverage: 126 })).toBeUndefined();
    const sizePrior = [{ notionalUsd: 1e9, share: 1 }];
    expect(effectiveMaintenanceRate({ ...bucket, leverage: 2, sizePrior })).toBeUndefined();
  });

  it('leaves out sizes that may not use the leverage', () => {
    const small = { notionalUsd: 1e4, share: 0.01 };
    const large = { notionalUsd: 1e8, share: 0.99 };
    const rate = (sizePrior: typeof defaultSizePrior) => effectiveMaintenanceRate({ ...bucket, sizePrior });
    expect(rate([small, large])).toBe(rate([small]));
  });

  it('gives each size the level that its own tiers give it', () => {
    const sizes = fc.tuple(contract, side, number(2, 100), number(2, 7));
    fc.assert(
      fc.property(sizes, ([contract, side, leverage, usdLog]) => {
        const tiers = contract === 'linear' ? etherTiers : coinTiers;
        const entryPrice = contract === 'linear' ? 3000 : 60_000;
        const notionalUsd = 10 ** usdLog;
        const ofSize = { ...bucket, tiers, contract, side, leverage, entryPrice };
        const rate = effectiveMaintenanceRate({ ...ofSize, sizePrior: [{ notionalUsd, share: 0.3 }] });
        fc.pre(rate !== undefined);
        const size = contract === 'linear' ? notionalUsd / entryPrice : notionalUsd;
        const held = { contract, side, size, entry: entryPrice };
        const price = liquidationPriceTiered({
          ...held,
          margin: isolatedMargin({ ...held, leverage }),
          tiers,
        })!;
        const factor = levelFactor({ contract, side, leverage, rate })!;
        expect((contract === 'linear' ? entryPrice * factor : entryPrice / factor) / price).toBeCloseTo(1, 9);
      }),
    );
  });

  it('grows with the size of the positions', () => {
    fc.assert(
      fc.property(contract, side, number(3, 7), number(0.01, 1), (contract, side, usdLog, more) => {
        const tiers = contract === 'linear' ? etherTiers : coinTiers;
        const rate = (log: number) =>
          effectiveMaintenanceRate({
            ...bucket,
            tiers,
            contract,
            side,
            leverage: 5,
            sizePrior: [{ notionalUsd: 10 ** log, share: 1 }],
          });
        const larger = rate(usdLog + more);
        fc.pre(larger !== undefined);
        expect(larger).toBeGreaterThanOrEqual(rate(usdLog)! * (1 - 1e-9));
      }),
    );
  });

  it('exists for positions that cannot be liquidated', () => {
    expect(effectiveMaintenanceRate({ ...bucket, leverage: 1 })).toBeGreaterThan(0);
  });

  it('refuses a share that is no number', () => {
    const sizePrior = [{ notionalUsd: 1000, share: Number.NaN }];
    expect(() => effectiveMaintenanceRate({ ...bucket, sizePrior })).toThrow('NaN');
  });

  it('rests by default on shares that sum to one', () => {
    expect(defaultSizePrior.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});
