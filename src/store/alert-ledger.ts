import { z } from 'zod';
import { type Database, type Tables, writing } from './database.ts';
import { type StoredJson, storedReason } from './stored-json.ts';
import type { Destination } from './subscriptions.ts';

/** `unknown`: it left us, and no answer came. `dropped`: we chose not to send it. `failed`: the platform refused. */
export type AlertOutcome = 'sent' | 'unknown' | 'dropped' | 'failed';

export type NewAlert<Payload> = {
  /** The same for the same alert, however often and wherever it is found due. */
  readonly key: string;
  readonly subscriptionId: string;
  readonly symbol: string;
  readonly clusterId: string;
  /** How near: an alert of each stage is one of its own. */
  readonly stage: string;
  readonly payload: Payload;
};

export type Alert<Payload> = NewAlert<Payload> & {
  readonly state: 'pending' | AlertOutcome;
  /** The message in the platform's own terms, once there is one. */
  readonly messageRef?: string;
  readonly reason?: string;
  readonly createdMs: number;
  readonly updatedMs: number;
};

/** Whether it has reached somebody, may have, or still is to. */
export function countsAsTold({ state }: Pick<Alert<unknown>, 'state'>): boolean {
  return state !== 'dropped' && state !== 'failed';
}

/** `taken`: claimed before, by whomever. `inactive`: nobody is subscribed (any more). */
export type Claim = 'claimed' | 'taken' | 'inactive';

/** How many alerts there are in each state. */
export type AlertCounts = Readonly<Record<Alert<unknown>['state'], number>>;

/** What was sent, or is about to be. An alert is in it before it is sent, so that none is sent twice. */
export interface AlertLedger<Payload> {
  /**
   * Writes the alert down as pending, unless it is there. Who gets `claimed` has it delivered. Alerts of one
   * destination are delivered in the order of their claims.
   */
  claim(alert: NewAlert<Payload>): Promise<Claim>;
  /** Writes an alert down that we chose not to send, unless it is there: nobody ever sends it. */
  leaveOut(alert: NewAlert<Payload>, reason: string): Promise<Claim>;
  /**
   * A request for a pending alert is about to leave us: from now on it is unknown, without a reason, until it is
   * settled or called back. Whether it was pending.
   */
  depart(key: string): Promise<boolean>;
  /** The request surely did not arrive: the alert is pending again. Whether it had departed and was not settled. */
  callBack(key: string): Promise<boolean>;
  /** Pending and departed ones of a destination, in the order of their claims. */
  underWay(destination: Destination): Promise<readonly Alert<Payload>[]>;
  /** Pending and departed ones of a platform that have been so since before the time, in the order of their claims. */
  leftOver(platform: string, beforeMs: number): Promise<readonly Alert<Payload>[]>;
  /** Of the alerts claimed since the time. */
  counts(sinceMs: number): Promise<AlertCounts>;
  /** What became of it. Only pending and unknown ones take an outcome; returns whether this one did. */
  settle(
    key: string,
    outcome: { readonly state: AlertOutcome; readonly messageRef?: string; readonly reason?: string },
  ): Promise<boolean>;
  find(key: string): Promise<Alert<Payload> | undefined>;
  /** Pending and unknown ones from before the time, oldest first: after a crash, those nobody is at work on. */
  unsettled(beforeMs: number): Promise<readonly Alert<Payload>[]>;
  /** Of a subscription since the time, newest first; of one symbol or cluster only, if named. */
  recent(filter: {
    readonly subscriptionId: string;
    readonly sinceMs: number;
    readonly symbol?: string;
    readonly clusterId?: string;
  }): Promise<readonly Alert<Payload>[]>;
  /** All of one stage of a cluster since the time, whoever they are for, oldest first. */
  ofStage(filter: {
    readonly symbol: string;
    readonly clusterId: string;
    readonly stage: string;
    readonly sinceMs: number;
  }): Promise<readonly Alert<Payload>[]>;
  /** Those that were not sent since the time, with why; oldest first. */
  dropped(sinceMs: number): Promise<readonly Alert<Payload>[]>;
}

export function alertLedger<Payload>(
  db: Database,
  { json, nowMs }: { readonly json: StoredJson<Payload>; readonly nowMs: () => number },
): AlertLedger<Payload> {
  const read = (rows: readonly AlertRow[]) => rows.flatMap((row) => fromRow(row, json) ?? []);
  let lastClaimMs = 0;
  const claimMs = () => {
    // Two of the same millisecond would have no order.
    lastClaimMs = Math.max(nowMs(), lastClaimMs + 1);
    return lastClaimMs;
  };
  const enter = (row: AlertRow) =>
    writing(db, async (tx): Promise<Claim> => {
      const subscription = await tx
        .selectFrom('subscriptions')
        .select('state')
        .where('id', '=', row.subscription_id)
        .executeTakeFirst();
      if (subscription?.state !== 'active') return 'inactive';
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('alerts')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 0n ? 'taken' : 'claimed';
    });
  const underWay = () =>
    db
      .selectFrom('alerts')
      .innerJoin('subscriptions', 'subscriptions.id', 'alerts.subscription_id')
      .selectAll('alerts')
      .where(({ and, eb, or }) =>
        or([
          eb('alerts.state', '=', 'pending'),
          and([eb('alerts.state', '=', 'unknown'), eb('alerts.reason', 'is', null)]),
        ]),
      )
      .orderBy('alerts.created_ms')
      .orderBy('alerts.key');
  const move = async (key: string, from: 'pending' | 'unknown', to: 'pending' | 'unknown') => {
    const { numUpdatedRows } = await db
      .updateTable('alerts')
      .set({ state: to, updated_ms: nowMs() })
      .where('key', '=', key)
      .where('state', '=', from)
      .where('reason', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  };
  return {
    claim: (alert) => enter(newRow(alert, json, claimMs())),
    leaveOut: (alert, reason) =>
      enter({ ...newRow(alert, json, claimMs()), state: 'dropped', reason: storedReason(reason) }),

    depart: (key) => move(key, 'pending', 'unknown'),
    callBack: (key) => move(key, 'unknown', 'pending'),

    async underWay({ platform, chatId, threadId }) {
      return read(
        await underWay()
          .where('subscriptions.platform', '=', platform)
          .where('subscriptions.chat_id', '=', chatId)
          .where('subscriptions.thread_id', threadId === undefined ? 'is' : '=', threadId ?? null)
          .execute(),
      );
    },

    async leftOver(platform, beforeMs) {
      return read(
        await underWay()
          .where('subscriptions.platform', '=', platform)
          .where('alerts.updated_ms', '<', beforeMs)
          .execute(),
      );
    },

    async counts(sinceMs) {
      const rows = await db
        .selectFrom('alerts')
        .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
        .where('created_ms', '>=', sinceMs)
        .groupBy('state')
        .execute();
      const counted = new Map(rows.map(({ state, count }) => [state, Number(count)]));
      const of = (state: Alert<unknown>['state']) => counted.get(state) ?? 0;
      return {
        pending: of('pending'),
        sent: of('sent'),
        unknown: of('unknown'),
        dropped: of('dropped'),
        failed: of('failed'),
      };
    },

    async settle(key, { state, messageRef, reason }) {
      const { numUpdatedRows } = await db
        .updateTable('alerts')
        .set({ state, message_ref: messageRef ?? null, reason: storedReason(reason), updated_ms: nowMs() })
        .where('key', '=', key)
        .where('state', 'in', unsettledStates)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async find(key) {
      return read(await db.selectFrom('alerts').selectAll().where('key', '=', key).execute())[0];
    },

    async unsettled(beforeMs) {
      const query = db
        .selectFrom('alerts')
        .selectAll()
        .where('state', 'in', unsettledStates)
        .where('created_ms', '<', beforeMs)
        .orderBy('created_ms')
        .orderBy('key');
      return read(await query.execute());
    },

    async recent({ subscriptionId, sinceMs, symbol, clusterId }) {
      let query = db
        .selectFrom('alerts')
        .selectAll()
        .where('subscription_id', '=', subscriptionId)
        .where('created_ms', '>=', sinceMs);
      if (symbol !== undefined) query = query.where('symbol', '=', symbol);
      if (clusterId !== undefined) query = query.where('cluster_id', '=', clusterId);
      return read(await query.orderBy('created_ms', 'desc').orderBy('key').execute());
    },

    async ofStage({ symbol, clusterId, stage, sinceMs }) {
      const query = db
        .selectFrom('alerts')
        .selectAll()
        .where('symbol', '=', symbol)
        .where('cluster_id', '=', clusterId)
        .where('stage', '=', stage)
        .where('created_ms', '>=', sinceMs);
      return read(await query.orderBy('created_ms').orderBy('key').execute());
    },

    async dropped(sinceMs) {
      const query = db
        .selectFrom('alerts')
        .selectAll()
        .where('state', '=', 'dropped')
        .where('created_ms', '>=', sinceMs);
      return read(await query.orderBy('created_ms').orderBy('key').execute());
    },
  };
}

type AlertRow = Tables['alerts'];

const states = z.enum(['pending', 'sent', 'unknown', 'dropped', 'failed']);
const unsettledStates = ['pending', 'unknown'] as const;

function newRow<Payload>(alert: NewAlert<Payload>, json: StoredJson<Payload>, nowMs: number): AlertRow {
  return {
    key: alert.key,
    subscription_id: alert.subscriptionId,
    symbol: alert.symbol,
    cluster_id: alert.clusterId,
    stage: alert.stage,
    state: 'pending',
    message_ref: null,
    reason: null,
    payload: json.write(alert.payload),
    created_ms: nowMs,
    updated_ms: nowMs,
  };
}

function fromRow<Payload>(row: AlertRow, json: StoredJson<Payload>): Alert<Payload> | undefined {
  const payload = json.read(row.payload, `the payload of alert ${row.key}`);
  if (payload === undefined) return undefined;
  return {
    key: row.key,
    subscriptionId: row.subscription_id,
    symbol: row.symbol,
    clusterId: row.cluster_id,
    stage: row.stage,
    state: states.parse(row.state),
    ...(row.message_ref !== null && { messageRef: row.message_ref }),
    ...(row.reason !== null && { reason: row.reason }),
    payload,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
  };
}
