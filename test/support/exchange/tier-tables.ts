import type { MarginTier } from '../../../src/core/market-data.ts';

/** Upper edge, maintenance rate and highest leverage of each tier. */
type Row = readonly [cap: number, maintenanceRate: number, maxLeverage: number];

/** Tiers of which each takes over where the last left off, so that the margin has no jump. */
function marginal(rows: readonly Row[]): readonly MarginTier[] {
  let floor = 0;
  let deduction = 0;
  let rateBefore: number | undefined;
  return rows.map(([cap, maintenanceRate, maxLeverage]) => {
    deduction += floor * (maintenanceRate - (rateBefore ?? maintenanceRate));
    const tier = { floor, cap, maintenanceRate, maxLeverage, deduction };
    floor = cap;
    rateBefore = maintenanceRate;
    return tier;
  });
}

/** Tiers whose rate holds for the whole position. */
function flat(rows: readonly Row[]): readonly MarginTier[] {
  return marginal(rows).map((tier) => ({ ...tier, deduction: 0 }));
}

/** Hyperliquid: the maintenance rate is half the initial rate at the highest leverage; no last cap. */
function hyperliquid(rows: readonly (readonly [cap: number, maxLeverage: number])[]): readonly MarginTier[] {
  return marginal(rows.map(([cap, maxLeverage]) => [cap, 1 / (2 * maxLeverage), maxLeverage]));
}

/**
 * In the settle currency, but OKX's in contracts. The values are of the venues' tables of autumn 2026 where
 * a recorded answer was at hand (Binance BTCUSDT 2026-08-02, Gate and Bitget BTCUSDT 2026-09-25, OKX
 * BTC-USDT 2026-08-31, Hyperliquid meta 2026-09-25); the rest are of the same build.
 */
export const tierTables = {
  binanceMajor: marginal([
    [300_000, 0.004, 150],
    [800_000, 0.005, 100],
    [3_000_000, 0.0065, 75],
    [12_000_000, 0.01, 50],
    [70_000_000, 0.02, 25],
    [100_000_000, 0.025, 20],
    [230_000_000, 0.05, 10],
    [480_000_000, 0.1, 5],
    [1_200_000_000, 0.25, 2],
    [1_800_000_000, 0.5, 1],
  ]),
  binanceAlt: marginal([
    [10_000, 0.01, 75],
    [60_000, 0.015, 50],
    [300_000, 0.02, 25],
    [1_200_000, 0.05, 10],
    [5_000_000, 0.125, 4],
    [12_000_000, 0.5, 1],
  ]),
  binanceFuture: marginal([
    [375_000, 0.02, 25],
    [2_000_000, 0.05, 10],
    [8_000_000, 0.1, 5],
    [20_000_000, 0.5, 1],
  ]),
  /** In coins. */
  binanceCoinBtc: marginal([
    [5, 0.004, 125],
    [10, 0.005, 100],
    [20, 0.01, 50],
    [50, 0.025, 20],
    [100, 0.05, 10],
    [200, 0.1, 5],
    [400, 0.125, 4],
    [1_000, 0.25, 2],
    [2_000, 0.5, 1],
  ]),
  bybitMajor: marginal([
    [2_000_000, 0.005, 100],
    [10_000_000, 0.01, 50],
    [20_000_000, 0.0125, 40],
    [50_000_000, 0.02, 25],
    [120_000_000, 0.05, 10],
    [400_000_000, 0.125, 4],
  ]),
  bybitAlt: marginal([
    [200_000, 0.01, 50],
    [1_000_000, 0.02, 25],
    [3_000_000, 0.05, 10],
    [8_000_000, 0.125, 4],
  ]),
  bybitCoin: marginal([
    [150, 0.005, 100],
    [300, 0.01, 50],
    [450, 0.015, 33],
    [900, 0.03, 16],
  ]),
  okxBtc: flat([
    [1_000, 0.004, 100],
    [5_000, 0.005, 66.66],
    [20_000, 0.0075, 50],
    [40_000, 0.0125, 40],
    [60_000, 0.0175, 33.33],
  ]),
  okxOther: flat([
    [5_000, 0.004, 100],
    [20_000, 0.01, 50],
    [80_000, 0.02, 25],
    [200_000, 0.05, 10],
  ]),
  okxFuture: flat([
    [4_000, 0.02, 20],
    [20_000, 0.05, 10],
  ]),
  gateMajor: marginal([
    [500_000, 0.003, 200],
    [1_000_000, 0.0035, 150.01],
    [1_500_000, 0.004, 125],
    [2_000_000, 0.0045, 110.01],
    [3_000_000, 0.005, 100],
    [20_000_000, 0.01, 50],
    [200_000_000, 0.05, 10],
  ]),
  gateAlt: marginal([
    [5_000, 0.01, 50],
    [50_000, 0.02, 25],
    [500_000, 0.05, 10],
    [2_500_000, 0.2, 3],
  ]),
  gateCoin: marginal([
    [3, 0.005, 100],
    [50, 0.01, 50],
    [500, 0.05, 10],
    [2_500, 0.2, 3],
  ]),
  bitgetMajor: marginal([
    [200_000, 0.004, 150],
    [1_000_000, 0.005, 100],
    [5_000_000, 0.007, 75],
    [15_000_000, 0.01, 50],
    [50_000_000, 0.02, 25],
    [100_000_000, 0.03, 20],
    [150_000_000, 0.06, 10],
    [300_000_000, 0.12, 5],
  ]),
  bitgetAlt: marginal([
    [20_000, 0.01, 50],
    [200_000, 0.02, 25],
    [2_000_000, 0.05, 10],
  ]),
  bitgetCoin: marginal([
    [20, 0.004, 125],
    [100, 0.01, 50],
    [500, 0.03, 20],
  ]),
  hyperliquidBtc: hyperliquid([
    [150_000_000, 40],
    [Number.POSITIVE_INFINITY, 20],
  ]),
  hyperliquidEth: hyperliquid([
    [100_000_000, 25],
    [Number.POSITIVE_INFINITY, 15],
  ]),
  hyperliquidSol: hyperliquid([
    [70_000_000, 20],
    [Number.POSITIVE_INFINITY, 10],
  ]),
  hyperliquidMeme: hyperliquid([
    [20_000_000, 10],
    [Number.POSITIVE_INFINITY, 5],
  ]),
  hyperliquidSingle20: hyperliquid([[Number.POSITIVE_INFINITY, 20]]),
  hyperliquidSingle5: hyperliquid([[Number.POSITIVE_INFINITY, 5]]),
};
