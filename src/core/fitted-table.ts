import type { Uncertainty } from './ensemble.ts';
import type { LeverageBucket, OpeningWeights } from './weights.ts';

/** Of one coin: what is opened at each leverage. */
export type FittedRows = readonly (readonly [
  leverage: number,
  longShare: number,
  longFastShare: number,
  shortShare: number,
  shortFastShare: number,
])[];

/** How the weights that were fitted to the earlier snapshots alone did on the later ones. */
export type FittedScore = {
  readonly coin: string;
  readonly p10: number;
  readonly emdPct: number;
  readonly logGain: number;
  /** Sides of snapshots, and positions in them within 30 % of the mark. */
  readonly sides: number;
  readonly positions: number;
};

/** Weights fitted to real positions of one venue, as `npm run liqmap -- fit` writes them. */
export type FittedTable = {
  readonly venue: string;
  readonly trainedFrom: string;
  readonly trainedUntil: string;
  readonly snapshots: number;
  readonly churn: number;
  readonly fastHazardRatio: number;
  /** How far the weights may be off, by a bootstrap over days and traders. */
  readonly uncertainty: Uncertainty;
  /** Positions seen, counted once a snapshot. */
  readonly positions: Readonly<Record<string, number>>;
  /** By coin; `pooled` is fitted to all of them together. */
  readonly rows: { readonly pooled: FittedRows } & Readonly<Record<string, FittedRows>>;
};

/** Weights of one coin of a table, or of all coins together where it has none of that coin. */
export function weightsOfTable(table: FittedTable, coin: string): OpeningWeights {
  const own = coin !== 'pooled' && Object.hasOwn(table.rows, coin);
  const rows = own ? table.rows[coin]! : table.rows.pooled;
  const span = `${table.trainedFrom.slice(0, 10)} to ${table.trainedUntil.slice(0, 10)}`;
  const what = own ? `${coin} positions` : `positions of ${Object.keys(table.positions).join(', ')}`;
  return {
    source: `fitted to real ${table.venue} ${what} of ${span}`,
    buckets: bucketsOf(rows),
    churn: table.churn,
    fastHazardRatio: table.fastHazardRatio,
    uncertainty: table.uncertainty,
  };
}

/** The rows of a table from weights, rounded to what the data could ever tell. */
export function rowsOfWeights({ buckets }: OpeningWeights): FittedRows {
  return buckets.map((bucket) => [
    bucket.leverage,
    rounded(bucket.longShare),
    rounded(bucket.longFastShare),
    rounded(bucket.shortShare),
    rounded(bucket.shortFastShare),
  ]);
}

/** Shares were rounded when the table was written: they are made to sum to 1 again. */
function bucketsOf(rows: FittedRows): LeverageBucket[] {
  const longs = rows.reduce((sum, [, longShare]) => sum + longShare, 0);
  const shorts = rows.reduce((sum, [, , , shortShare]) => sum + shortShare, 0);
  return rows.map(([leverage, longShare, longFastShare, shortShare, shortFastShare]) => ({
    leverage,
    longShare: longShare / longs,
    longFastShare,
    shortShare: shortShare / shorts,
    shortFastShare,
  }));
}

function rounded(share: number): number {
  return Math.round(share * 1e5) / 1e5;
}
