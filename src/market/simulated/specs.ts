import type { Contract, MarginRules } from '../../core/market-data.ts';
import { withDeductions } from '../../core/tiers.ts';

/** What a simulated coin is like on all venues together. */
export type CoinSpec = {
  readonly name: string;
  readonly startPrice: number;
  /** Standard deviation of daily log returns. */
  readonly dailyVolatility: number;
  /** One-sided, all venues, that the number and size of traders aim at. */
  readonly openInterestUsd: number;
  /** Base units of the smallest order on linear venues. */
  readonly lotBase: number;
  /** Bounds of margin tiers relative to those of the largest coin. */
  readonly tierScale: number;
};

export type VenueSpec = {
  readonly name: string;
  readonly contract: Contract;
  /** Of a coin's open interest, volume and depth. */
  readonly share: number;
  /** Open positions of one coin at a time, roughly. */
  readonly positions: number;
  readonly fundingHours: number;
  readonly feeRate: number;
  readonly liquidationPriceKind: 'fill' | 'bankruptcy';
  /** Share of new positions that are shorts without leverage against coins held: never liquidated. */
  readonly carryShare: number;
  /** Lower bound in USD, maintenance rate and highest leverage of each tier, for a tier scale of 1. */
  readonly tiers: readonly (readonly [floorUsd: number, maintenanceRate: number, maxLeverage: number])[];
};

/** One coin on one venue. */
export type MarketSpec = {
  readonly index: number;
  readonly coinIndex: number;
  readonly venueIndex: number;
  readonly coin: CoinSpec;
  readonly venue: VenueSpec;
  /** Size of one lot: base units (linear) or USD (inverse). Sizes are whole lots, so that sums are exact. */
  readonly lot: number;
  /** +1 linear, -1 inverse: the sign of a long's profit when `y` rises, see `ledger.ts`. */
  readonly direction: 1 | -1;
  readonly rules: MarginRules;
};

/** Volatilities of BTC, ETH and SOL from March 2025 to March 2026 were 2.4, 3.9 and 4.1 % a day. */
export const coinSpecs: readonly CoinSpec[] = [
  {
    name: 'BTC',
    startPrice: 95_000,
    dailyVolatility: 0.025,
    openInterestUsd: 5e9,
    lotBase: 0.001,
    tierScale: 1,
  },
  {
    name: 'ETH',
    startPrice: 3_300,
    dailyVolatility: 0.035,
    openInterestUsd: 3e9,
    lotBase: 0.01,
    tierScale: 0.8,
  },
  {
    name: 'SOL',
    startPrice: 160,
    dailyVolatility: 0.045,
    openInterestUsd: 8e8,
    lotBase: 0.1,
    tierScale: 0.25,
  },
];

const lotUsd = 10;

export const venueSpecs: readonly VenueSpec[] = [
  {
    name: 'sim-alpha',
    contract: 'linear',
    share: 0.55,
    positions: 2000,
    fundingHours: 8,
    feeRate: 0,
    liquidationPriceKind: 'fill',
    carryShare: 0,
    tiers: [
      [0, 0.004, 125],
      [5e5, 0.005, 100],
      [2e6, 0.01, 50],
      [1e7, 0.02, 25],
      [4e7, 0.05, 10],
      [1.2e8, 0.1, 5],
    ],
  },
  {
    name: 'sim-beta',
    contract: 'linear',
    share: 0.3,
    positions: 1200,
    fundingHours: 4,
    feeRate: 0.0006,
    liquidationPriceKind: 'bankruptcy',
    carryShare: 0,
    tiers: [
      [0, 0.005, 100],
      [2e6, 0.01, 50],
      [6e6, 0.02, 25],
      [2e7, 0.04, 12],
      [6e7, 0.08, 6],
    ],
  },
  {
    name: 'sim-coin',
    contract: 'inverse',
    share: 0.15,
    positions: 700,
    fundingHours: 8,
    feeRate: 0,
    liquidationPriceKind: 'fill',
    carryShare: 0.05,
    tiers: [
      [0, 0.004, 125],
      [5e5, 0.01, 50],
      [4e6, 0.025, 20],
      [2e7, 0.05, 10],
    ],
  },
];

/** Every coin on every venue, venue by venue. */
export function marketSpecs(coins: readonly CoinSpec[], venues: readonly VenueSpec[]): MarketSpec[] {
  return venues.flatMap((venue, venueIndex) =>
    coins.map((coin, coinIndex): MarketSpec => {
      const linear = venue.contract === 'linear';
      return {
        index: venueIndex * coins.length + coinIndex,
        coinIndex,
        venueIndex,
        coin,
        venue,
        lot: linear ? coin.lotBase : lotUsd,
        direction: linear ? 1 : -1,
        rules: marginRules(coin, venue),
      };
    }),
  );
}

function marginRules(coin: CoinSpec, venue: VenueSpec): MarginRules {
  const settlePrice = venue.contract === 'linear' ? 1 : coin.startPrice;
  const floors = venue.tiers.map(([floorUsd]) => (floorUsd * coin.tierScale) / settlePrice);
  return {
    tiers: withDeductions(
      venue.tiers.map(([, maintenanceRate, maxLeverage], i) => ({
        floor: floors[i]!,
        cap: floors[i + 1] ?? Number.POSITIVE_INFINITY,
        maintenanceRate,
        maxLeverage,
      })),
    ),
    feeRate: venue.feeRate,
    fundingMovesMargin: true,
    source: 'simulated venue',
  };
}
