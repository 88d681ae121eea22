import { z } from 'zod';
import type { Side } from '../core/market-data.ts';
import type { Database, Tables } from './database.ts';
import type { StoredJson } from './stored-json.ts';

/**
 * `approach`, `touch`, `built` and `dissolved` are what alerts tell. For the score, each day's large clusters are written
 * down as they are (`case`), together with the band that lies as far from the price on the other side, which nobody
 * chose; `reached` and `chance` say that price came to the one and the other that day.
 */
const clusterStages = ['approach', 'touch', 'built', 'dissolved', 'case', 'reached', 'chance'] as const;
export type StageName = (typeof clusterStages)[number];
export const receiptMinutes = [15, 60] as const;
export type ReceiptMinutes = (typeof receiptMinutes)[number];

export type StageKey = {
  readonly symbol: string;
  readonly clusterId: string;
  readonly stage: StageName;
  readonly arming: number;
};

/** Something that happened to a large cluster, alerted or not. */
export type ClusterStage<Receipt> = StageKey & {
  readonly side: Side;
  readonly atMs: number;
  readonly priceUsd: number;
  /** The band, and the USD that the map had in it. */
  readonly low: number;
  readonly high: number;
  readonly usd: number;
  /** Prices since then, as far as it was followed. */
  readonly lowestUsd: number;
  readonly highestUsd: number;
  /** How many were told. */
  readonly alerts: number;
  readonly receipts: Readonly<Partial<Record<ReceiptMinutes, Receipt>>>;
};

export interface ClusterStages<Receipt> {
  /** Writes it down, without receipts, unless it is there. */
  note(stage: Omit<ClusterStage<Receipt>, 'receipts'>): Promise<void>;
  /** Adds to the number of those who were told. */
  told(key: StageKey, alerts: number): Promise<void>;
  /** Widens the range of prices since then. */
  follow(key: StageKey, range: { readonly lowestUsd: number; readonly highestUsd: number }): Promise<void>;
  receipt(key: StageKey, minutes: ReceiptMinutes, receipt: Receipt): Promise<void>;
  /** Levels that price has come to since the time and that lack a receipt, oldest first. */
  open(sinceMs: number): Promise<readonly ClusterStage<Receipt>[]>;
  /** All since the time, oldest first. */
  since(sinceMs: number, symbol?: string): Promise<readonly ClusterStage<Receipt>[]>;
}

export function clusterStageRecords<Receipt>(
  db: Database,
  { json }: { readonly json: StoredJson<Receipt> },
): ClusterStages<Receipt> {
  const change = ({ symbol, clusterId, stage, arming }: StageKey) =>
    db
      .updateTable('cluster_stages')
      .where('symbol', '=', symbol)
      .where('cluster_id', '=', clusterId)
      .where('stage', '=', stage)
      .where('arming', '=', arming);
  const read = (rows: readonly Row[]) => rows.map((row) => stageOf(row, json));
  return {
    async note({ symbol, clusterId, stage, arming, side, atMs, priceUsd, ...rest }) {
      const { low, high, usd, lowestUsd, highestUsd, alerts } = rest;
      await db
        .insertInto('cluster_stages')
        .values({
          symbol,
          cluster_id: clusterId,
          stage,
          arming,
          side,
          at_ms: atMs,
          price: priceUsd,
          low,
          high,
          usd,
          lowest: lowestUsd,
          highest: highestUsd,
          receipt_15: null,
          receipt_60: null,
          alerts,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async told(key, alerts) {
      await change(key)
        .set(({ eb }) => ({ alerts: eb('alerts', '+', alerts) }))
        .execute();
    },

    async follow(key, { lowestUsd, highestUsd }) {
      await change(key).set({ lowest: lowestUsd }).where('lowest', '>', lowestUsd).execute();
      await change(key).set({ highest: highestUsd }).where('highest', '<', highestUsd).execute();
    },

    async receipt(key, minutes, receipt) {
      const text = json.write(receipt);
      await change(key)
        .set(minutes === 15 ? { receipt_15: text } : { receipt_60: text })
        .execute();
    },

    async open(sinceMs) {
      const query = db
        .selectFrom('cluster_stages')
        .selectAll()
        .where('stage', 'in', ['touch', 'reached', 'chance'])
        .where('at_ms', '>=', sinceMs)
        .where('receipt_60', 'is', null);
      return read(await query.orderBy('at_ms').orderBy('cluster_id').execute());
    },

    async since(sinceMs, symbol) {
      let query = db.selectFrom('cluster_stages').selectAll().where('at_ms', '>=', sinceMs);
      if (symbol !== undefined) query = query.where('symbol', '=', symbol);
      return read(await query.orderBy('at_ms').orderBy('symbol').orderBy('cluster_id').execute());
    },
  };
}

type Row = Tables['cluster_stages'];

const names = z.enum(clusterStages);
const sides = z.enum(['long', 'short']);

function stageOf<Receipt>(row: Row, json: StoredJson<Receipt>): ClusterStage<Receipt> {
  const { symbol, arming, low, high, usd, alerts } = row;
  const read = (text: string | null) =>
    text === null ? undefined : json.read(text, `a receipt of ${symbol} ${row.cluster_id}`);
  const [after15, after60] = [read(row.receipt_15), read(row.receipt_60)];
  return {
    symbol,
    clusterId: row.cluster_id,
    stage: names.parse(row.stage),
    arming,
    side: sides.parse(row.side),
    atMs: row.at_ms,
    priceUsd: row.price,
    low,
    high,
    usd,
    lowestUsd: row.lowest,
    highestUsd: row.highest,
    alerts,
    receipts: {
      ...(after15 !== undefined && { 15: after15 }),
      ...(after60 !== undefined && { 60: after60 }),
    },
  };
}
