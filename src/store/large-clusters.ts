import { z } from 'zod';
import type { Side } from '../core/market-data.ts';
import { type Database, type Tables, writing } from './database.ts';

/** How it came to its end: its positions went, or it became part of another. */
export type ClusterEnding = 'gone' | 'merged';

/** A cluster that was large at some time, as it was last seen. */
export type LargeCluster = {
  readonly symbol: string;
  readonly id: string;
  readonly side: Side;
  readonly low: number;
  readonly high: number;
  readonly peak: number;
  readonly usd: number;
  readonly mostUsd: number;
  readonly shareOfOi: number;
  readonly leverage: number;
  /** When it was first seen to be large, and price and distance to the peak (a signed fraction) then. */
  readonly bornMs: number;
  readonly bornPriceUsd: number;
  readonly bornDistance: number;
  readonly seenMs: number;
  /** No alerts were sent about it. */
  readonly muted: boolean;
  readonly ended?: { readonly atMs: number; readonly ending: ClusterEnding };
};

/** A cluster at some time, as a fraction of one-sided open interest. */
export type ClusterSize = { readonly symbol: string; readonly id: string; readonly shareOfOi: number };

/** Every large cluster there ever was. */
export interface LargeClusters {
  /** Writes them down as they are now; what is told of a birth stays as it was told first. */
  put(clusters: readonly LargeCluster[]): Promise<void>;
  /** Those that have not ended. */
  standing(symbol: string): Promise<readonly LargeCluster[]>;
  /** Those born since the time, oldest first; of all coins unless one is named. */
  since(sinceMs: number, symbol?: string): Promise<readonly LargeCluster[]>;
  /** Notes what they hold at a time, once for each. */
  sample(timeMs: number, sizes: readonly ClusterSize[]): Promise<void>;
  /** What was noted of a coin since the time, in any order. */
  sizes(symbol: string, sinceMs: number): Promise<readonly number[]>;
  /** Drops what was noted before the time; the clusters themselves stay. */
  forgetSizes(beforeMs: number): Promise<void>;
}

export function largeClusters(db: Database): LargeClusters {
  return {
    put: (clusters) =>
      writing(db, async (tx) => {
        for (const cluster of clusters) {
          const row = rowOf(cluster);
          const { symbol, id, side, born_ms, born_price, born_distance, ...now } = row;
          await tx
            .insertInto('large_clusters')
            .values(row)
            .onConflict((conflict) => conflict.columns(['symbol', 'id']).doUpdateSet(now))
            .execute();
        }
      }),

    async standing(symbol) {
      const query = db
        .selectFrom('large_clusters')
        .selectAll()
        .where('symbol', '=', symbol)
        .where('ended_ms', 'is', null);
      return (await query.orderBy('born_ms').orderBy('id').execute()).map(clusterOf);
    },

    async since(sinceMs, symbol) {
      let query = db.selectFrom('large_clusters').selectAll().where('born_ms', '>=', sinceMs);
      if (symbol !== undefined) query = query.where('symbol', '=', symbol);
      return (await query.orderBy('born_ms').orderBy('symbol').orderBy('id').execute()).map(clusterOf);
    },

    async sample(timeMs, sizes) {
      if (sizes.length === 0) return;
      const rows = sizes.map(({ symbol, id, shareOfOi }) => ({
        symbol,
        time_ms: timeMs,
        cluster_id: id,
        share_of_oi: shareOfOi,
      }));
      const insert = db.insertInto('cluster_sizes').values(rows);
      await insert.onConflict((conflict) => conflict.doNothing()).execute();
    },

    async sizes(symbol, sinceMs) {
      const rows = await db
        .selectFrom('cluster_sizes')
        .select('share_of_oi')
        .where('symbol', '=', symbol)
        .where('time_ms', '>=', sinceMs)
        .execute();
      return rows.map(({ share_of_oi }) => share_of_oi);
    },

    async forgetSizes(beforeMs) {
      await db.deleteFrom('cluster_sizes').where('time_ms', '<', beforeMs).execute();
    },
  };
}

type Row = Tables['large_clusters'];

const sides = z.enum(['long', 'short']);
const endings = z.enum(['gone', 'merged']);

function rowOf(cluster: LargeCluster): Row {
  const { mostUsd, shareOfOi, bornMs, bornPriceUsd, bornDistance, seenMs, muted, ended, ...same } = cluster;
  return {
    ...same,
    most_usd: mostUsd,
    share_of_oi: shareOfOi,
    born_ms: bornMs,
    born_price: bornPriceUsd,
    born_distance: bornDistance,
    seen_ms: seenMs,
    ended_ms: ended?.atMs ?? null,
    ending: ended?.ending ?? null,
    muted: muted ? 1 : 0,
  };
}

function clusterOf(row: Row): LargeCluster {
  const { symbol, id, low, high, peak, usd, leverage } = row;
  return {
    symbol,
    id,
    side: sides.parse(row.side),
    low,
    high,
    peak,
    usd,
    mostUsd: row.most_usd,
    shareOfOi: row.share_of_oi,
    leverage,
    bornMs: row.born_ms,
    bornPriceUsd: row.born_price,
    bornDistance: row.born_distance,
    seenMs: row.seen_ms,
    muted: row.muted !== 0,
    ...(row.ended_ms !== null && { ended: { atMs: row.ended_ms, ending: endings.parse(row.ending) } }),
  };
}
