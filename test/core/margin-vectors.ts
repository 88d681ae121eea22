import type { MarginRequirement, Position } from '../../src/core/margin.ts';

/** A liquidation price that a venue printed, with what goes into it, re-entered by hand from the source named. */
export type LiquidationVector = {
  readonly name: string;
  readonly position: Position & MarginRequirement;
  readonly price: number;
  /** Largest difference allowed, as a price: half of the last digit printed, or what the source's rounding explains. */
  readonly tolerance: number;
  readonly source: string;
};

const binanceFaq = 'https://www.binance.com/en/support/faq/b3c689c1f50a44cabb3a84e663b81d93';
const binanceApi = 'https://binance-docs.github.io/apidocs/futures/en/#position-information-v2-user_data';
const bybitInverse =
  'https://www.kbybit.com/en/help-center/article/Liquidation-Price-Calculation-under-Isolated-Mode-Unified-Trading-Account';
const dydx = 'https://docs.dydx.xyz/concepts/trading/liquidations';
const phemex = 'https://phemex.com/help-center/liq-price-for-USDTM';
const hyperliquid =
  'https://github.com/freqtrade/freqtrade/blob/3b1fb5af/tests/exchange/test_hyperliquid.py (real positions, autumn 2024)';

export const publishedVectors: readonly LiquidationVector[] = [
  {
    name: 'Binance USD-M, isolated ETH long whose tier at the level is a lower one than at entry',
    position: linear('long', 3683.979, 1456.84, {
      margin: 1_535_443.01,
      maintenanceRate: 0.1,
      deduction: 135_365,
    }),
    price: 1114.78,
    tolerance: 0.005,
    source: binanceFaq,
  },
  {
    name: 'Binance USD-M, isolated BTC long',
    position: linear('long', 109.488, 32_481.98, {
      margin: 1_535_443.01,
      maintenanceRate: 0.025,
      deduction: 16_300,
    }),
    price: 18_778.73,
    tolerance: 0.005,
    source: binanceFaq,
  },
  {
    name: 'Binance USD-M, cross ETH long (wallet - maintenance margin + unrealised profit of the other position)',
    position: linear('long', 3683.979, 1456.84, {
      margin: 1_535_443.01 - 71_200.81144 - 56_354.57,
      maintenanceRate: 0.1,
      deduction: 135_365,
    }),
    price: 1153.26,
    tolerance: 0.005,
    source: binanceFaq,
  },
  {
    name: 'Binance USD-M, cross BTC long',
    position: linear('long', 109.488, 32_481.98, {
      margin: 1_535_443.01 - 356_512.508 - 448_192.89,
      maintenanceRate: 0.025,
      deduction: 16_300,
    }),
    price: 26_316.89,
    tolerance: 0.005,
    source: binanceFaq,
  },
  {
    name: 'Binance USD-M, the long of the API document (its isolated margin includes unrealised profit)',
    position: linear('long', 20, 6563.665, {
      margin: 15_517.54150468 - 2316.8342356,
      maintenanceRate: 0.005,
      deduction: 50,
    }),
    price: 5930.78,
    tolerance: 0.005,
    source: binanceApi,
  },
  {
    name: 'Binance USD-M, the short of the API document (entry from its mark price and unrealised loss)',
    position: linear('short', 10, 6679.50671178 - 115.64671178, {
      margin: 5413.95799991 + 1156.4671178,
      maintenanceRate: 0.005,
      deduction: 50,
    }),
    price: 7189.95,
    tolerance: 0.005,
    source: binanceApi,
  },
  {
    name: 'Bybit inverse, 60,000 USD short at 10x',
    position: {
      contract: 'inverse',
      side: 'short',
      size: 60_000,
      entry: 50_000,
      margin: 60_000 / 50_000 / 10,
      maintenanceRate: 0.005,
    },
    price: 55_277.78,
    tolerance: 0.005,
    source: bybitInverse,
  },
  {
    name: 'dYdX, 3 ETH short on 1,000 USD',
    position: linear('short', 3, 3000, { margin: 1000, maintenanceRate: 0.05 }),
    price: 3174.6,
    tolerance: 0.005,
    source: dydx,
  },
  {
    name: 'Phemex, long with the taker fee in the trigger',
    position: linear('long', 500, 0.4, { margin: 40.096, maintenanceRate: 0.01, feeRate: 0.0006 }),
    price: 0.3232,
    tolerance: 0.0001,
    source: phemex,
  },
];

/** Hyperliquid asks for half of the initial margin at the market's highest leverage. */
export const realPositions: readonly LiquidationVector[] = [
  real('ETH', 'long', 0.015, 2458.5, 36.864593, 50, 0.86915825),
  real('SOL', 'long', 0.16, 146.82, 23.482979, 20, 0.05269872),
  real('SOL', 'long', 0.33, 145.83, 24.045107, 20, 74.83696193),
  real('BTC', 'long', 0.00077, 62739, 24.137992, 50, 31708.03843631),
  real('DOGE', 'long', 437, 0.11586, 25.29769, 20, 0.05945697),
  real('ETH', 'short', 0.019, 2642.8, 25.091876, 50, 3924.18322043),
  real('DOGE', 'short', 351, 0.14333, 25.136807, 20, 0.20970228),
  real('BTC', 'short', 0.00069, 68595, 23.64871, 50, 101849.99354283),
  real('BTC', 'short', 0.00099, 65536, 21.604172, 50, 86493.46174617),
  real('SOL', 'long', 0.6, 173.06, 20.735658, 20, 142.05186667),
  real('BTC', 'short', 0.00031, 67400, 20.887308, 50, 133443.97317151),
  real('ETH', 'short', 0.0327, 2552, 20.833393, 50, 3157.53150453),
  real('BTC', 'long', 0.0015, 66930, 20.043862, 50, 54108.51043771),
  real('BTC', 'long', 0.00121, 67033, 20.251817, 50, 50804.00091827),
  real('ETH', 'long', 0.0237, 2521.9, 19.902091, 50, 1699.14071943),
  real('SOL', 'short', 0.11, 178.29, 19.605036, 20, 347.82205322),
  real('SOL', 'long', 0.33, 176.23, 19.364946, 20, 120.56240404),
  real('SOL', 'short', 0.33, 173.08, 19.01881, 20, 225.08561715),
  real('BTC', 'short', 0.00105, 68240, 17.887922, 50, 84431.79820839),
  real('ETH', 'short', 0.007, 2518.4, 17.62263, 50, 4986.05799151),
  real('ETH', 'long', 0.0347, 2533.2, 17.555195, 50, 2047.7642302),
  real('SOL', 'short', 0.48, 163.11, 15.650731, 20, 190.94213618),
  real('BTC', 'long', 0.00067, 67141, 14.979079, 50, 45236.52992613),
];

function linear(
  side: Position['side'],
  size: number,
  entry: number,
  rest: { readonly margin: number } & MarginRequirement,
): Position & MarginRequirement {
  return { contract: 'linear', side, size, entry, ...rest };
}

// Positions, so that one row is one line: coin, side, size, entry, margin, highest leverage, liquidation price.
function real(
  coin: string,
  side: Position['side'],
  size: number,
  entry: number,
  margin: number,
  maxLeverage: number,
  price: number,
): LiquidationVector {
  return {
    name: `Hyperliquid, ${coin} ${side} of ${size} at ${entry}`,
    position: linear(side, size, entry, { margin, maintenanceRate: 1 / (2 * maxLeverage) }),
    price,
    tolerance: entry * 1e-7,
    source: hyperliquid,
  };
}
