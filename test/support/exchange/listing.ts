import type { MarginTier } from '../../../src/core/market-data.ts';
import type { Coin, SeriesPlan } from './synthetic-series.ts';
import { yymmdd } from './wire.ts';
import type { WorldMarket } from './world.ts';

/** A market before it has a history: what it is, and the size and look of the history to make. */
export type Listing = Omit<WorldMarket, 'series'> & { readonly plan: Omit<SeriesPlan, 'id' | 'seed'> };

export type Times = { readonly expiryMs: number; readonly listedMs: number };

const hourMs = 3_600_000;

/** What sets a market apart from the usual one of its venue. */
export type Sketch = {
  readonly id: string;
  readonly coin: Coin;
  readonly quote?: string;
  readonly settle?: string;
  readonly multiplier?: number;
  /** In units of the quoted price for linear contracts, as venues state it; USD for inverse ones. */
  readonly contractSize?: number;
  /** Contracts in the smallest step. */
  readonly lot?: number;
  /** Of the quoted price. */
  readonly tick: number;
  readonly dated?: boolean;
  readonly delisted?: boolean;
  readonly taker: number;
  readonly tiers: readonly MarginTier[];
  readonly tierUnit?: 'settle' | 'contracts';
  readonly fundingHours?: number;
  /** Millions of USD of open interest. */
  readonly millions: number;
};

export function listing(sketch: Sketch, times: Times): Listing {
  const { coin, quote = 'USDT', multiplier = 1, dated = false } = sketch;
  const settle = sketch.settle ?? quote;
  const inverse = settle === coin.base;
  const contractSize = (sketch.contractSize ?? 1) * (inverse ? 1 : multiplier);
  const lotSize = contractSize * (sketch.lot ?? 1);
  const tickUsd = sketch.tick / multiplier;
  const name = `${multiplier === 1 ? '' : sketch.id.startsWith('k') ? 'K' : multiplier}${coin.base}`;
  const fundingHours = sketch.fundingHours ?? 8;
  return {
    id: sketch.id,
    symbol: `${name}/${quote}:${settle}${dated ? `-${yymmdd(times.expiryMs)}` : ''}`,
    base: coin.base,
    quote,
    settle,
    contract: inverse ? 'inverse' : 'linear',
    multiplier,
    contractSize,
    lotSize,
    kind: dated ? 'future' : 'perpetual',
    status: sketch.delisted ? 'delisted' : 'trading',
    ...(dated ? { expiryMs: times.expiryMs } : { fundingIntervalMs: fundingHours * hourMs }),
    listedMs: times.listedMs,
    tickUsd,
    takerFeeRate: sketch.taker,
    maxLeverage: sketch.tiers[0]?.maxLeverage ?? 1,
    tiers: sketch.tiers,
    tierUnit: sketch.tierUnit ?? 'settle',
    plan: {
      coin,
      inverse,
      tickUsd,
      lotSize,
      openInterestUsd: sketch.millions * 1e6,
      minuteVolumeUsd: sketch.millions * 4e3,
      basis: dated ? 0.012 : 0,
      fundingRate: (0.0001 * fundingHours) / 8,
    },
  };
}
