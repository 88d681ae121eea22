import { z } from 'zod';
import type { LiquidationMap } from '../core/liquidation-map.ts';
import type { MapAnswer } from '../maps.ts';
import { alertClusterSchema } from './payload.ts';

const cluster = alertClusterSchema.extend({
  distancePct: z.number(),
  distanceAtr: z.number().exactOptional(),
  rank: z.number(),
});

/** What alerts need of a map, short enough to be told to another process every few seconds. */
export const alertSheetSchema = z.object({
  symbol: z.string(),
  timeMs: z.number(),
  provenance: z.enum(['live', 'recorded', 'simulated']),
  priceUsd: z.number().positive(),
  atrPct: z.number().exactOptional(),
  openInterestUsd: z.number(),
  unknownAgeShare: z.number(),
  /** Within 10 % of the price. */
  nearLongUsd: z.number(),
  nearShortUsd: z.number(),
  clusters: z.array(cluster).readonly(),
  venues: z
    .array(
      z.object({
        venue: z.string(),
        market: z.string(),
        included: z.boolean(),
        dataAgeMs: z.number().exactOptional(),
        openInterestUsd: z.number().exactOptional(),
        note: z.string().exactOptional(),
      }),
    )
    .readonly(),
});
export type AlertSheet = z.output<typeof alertSheetSchema>;

/** Where whoever makes maps leaves what alerts need of them. */
export interface AlertSheets {
  put(sheet: AlertSheet): Promise<void>;
  /** Those that were put since the last time it was asked, one a coin. */
  news(): Promise<readonly AlertSheet[]>;
}

const nearFraction = 0.1;

/** What alerts need of a map that was made. */
export function alertSheet({ map, clusters }: MapAnswer): AlertSheet {
  const { symbol, timeMs, provenance, priceUsd, atrPct, openInterestUsd, unknownAgeShare } = map;
  return {
    symbol,
    timeMs,
    provenance,
    priceUsd,
    ...(atrPct !== undefined && { atrPct }),
    openInterestUsd,
    unknownAgeShare,
    nearLongUsd: nearUsd(map, map.longUsd),
    nearShortUsd: nearUsd(map, map.shortUsd),
    clusters,
    venues: map.venues.map(({ venue, market, included, dataAgeMs, openInterestUsd: usd, note }) => ({
      venue,
      market,
      included,
      ...(dataAgeMs !== undefined && { dataAgeMs }),
      ...(usd !== undefined && { openInterestUsd: usd }),
      ...(note !== undefined && { note }),
    })),
  };
}

function nearUsd({ edges, priceUsd }: LiquidationMap, usd: Float64Array): number {
  const [low, high] = [priceUsd * (1 - nearFraction), priceUsd * (1 + nearFraction)];
  return usd.reduce((sum, one, bin) => (edges[bin]! >= low && edges[bin + 1]! <= high ? sum + one : sum), 0);
}
