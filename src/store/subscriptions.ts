import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Database, type Tables, writing } from './database.ts';
import { type StoredJson, storedReason } from './stored-json.ts';

/** `broken`: the platform refuses to deliver there. */
export type SubscriptionState = 'active' | 'paused' | 'broken';

/** Where alerts go, and for whom. */
export type Destination = {
  readonly platform: string;
  /** The server or group; absent in a private chat. */
  readonly communityId?: string;
  readonly chatId: string;
  readonly threadId?: string;
};

export type NewSubscription<Settings> = Destination & {
  /** Id of the user; the platform's own. */
  readonly createdBy?: string;
  readonly settings: Settings;
};

export type Subscription<Settings> = NewSubscription<Settings> & {
  readonly id: string;
  readonly state: SubscriptionState;
  /** Why it is paused or broken. */
  readonly reason?: string;
  readonly createdMs: number;
  readonly updatedMs: number;
};

export type SubscriptionFilter = {
  readonly platform?: string;
  readonly communityId?: string;
  readonly chatId?: string;
  readonly createdBy?: string;
  readonly state?: SubscriptionState;
};

/** One whose settings the schema refuses is left out of every answer and named in the log. */
export interface Subscriptions<Settings> {
  create(subscription: NewSubscription<Settings>): Promise<Subscription<Settings>>;
  find(id: string): Promise<Subscription<Settings> | undefined>;
  /** Oldest first. */
  list(filter?: SubscriptionFilter): Promise<readonly Subscription<Settings>[]>;
  /** Those made or changed since the time, in any state. Of those removed nothing is told. */
  changedSince(sinceMs: number): Promise<readonly Subscription<Settings>[]>;
  /** Whether there was one to change. */
  changeSettings(id: string, settings: Settings): Promise<boolean>;
  /** Whether this changed its state. */
  setState(id: string, state: SubscriptionState, reason?: string): Promise<boolean>;
  /** Marks all of a chat, or of one topic in it, as broken; returns how many had not been. */
  breakChat(
    chat: { readonly platform: string; readonly chatId: string; readonly threadId?: string },
    reason: string,
  ): Promise<number>;
  /** Takes its alerts along. Whether there was one. */
  remove(id: string): Promise<boolean>;
}

let made = 0;

/** Nobody guesses it, and of two made in the same millisecond the older one's sorts first. */
function nextId(): string {
  made += 1;
  return made.toString(16).padStart(8, '0') + randomUUID().slice(8);
}

export function subscriptions<Settings>(
  db: Database,
  { json, nowMs }: { readonly json: StoredJson<Settings>; readonly nowMs: () => number },
): Subscriptions<Settings> {
  const read = (rows: readonly SubscriptionRow[]) => rows.flatMap((row) => fromRow(row, json) ?? []);
  return {
    async create({ platform, communityId, chatId, threadId, createdBy, settings }) {
      const row: SubscriptionRow = {
        id: nextId(),
        platform,
        community_id: communityId ?? null,
        chat_id: chatId,
        thread_id: threadId ?? null,
        created_by: createdBy ?? null,
        settings: json.write(settings),
        state: 'active',
        reason: null,
        created_ms: nowMs(),
        updated_ms: nowMs(),
      };
      const [created] = read([row]);
      if (!created) throw new TypeError(`settings of a subscription that do not fit: ${row.settings}`);
      await db.insertInto('subscriptions').values(row).execute();
      return created;
    },

    async find(id) {
      return read(await db.selectFrom('subscriptions').selectAll().where('id', '=', id).execute())[0];
    },

    async list(filter = {}) {
      let query = db.selectFrom('subscriptions').selectAll();
      for (const [column, value] of conditions(filter)) query = query.where(column, '=', value);
      return read(await query.orderBy('created_ms').orderBy('id').execute());
    },

    async changedSince(sinceMs) {
      const query = db.selectFrom('subscriptions').selectAll().where('updated_ms', '>=', sinceMs);
      return read(await query.orderBy('updated_ms').orderBy('id').execute());
    },

    changeSettings: async (id, settings) => {
      const change = { settings: json.write(settings), updated_ms: nowMs() };
      return some(await db.updateTable('subscriptions').set(change).where('id', '=', id).executeTakeFirst());
    },

    setState: async (id, state, reason) => {
      const change = { state, reason: storedReason(reason), updated_ms: nowMs() };
      const update = db
        .updateTable('subscriptions')
        .set(change)
        .where('id', '=', id)
        .where('state', '!=', state);
      return some(await update.executeTakeFirst());
    },

    async breakChat({ platform, chatId, threadId }, reason) {
      let update = db
        .updateTable('subscriptions')
        .set({ state: 'broken', reason: storedReason(reason), updated_ms: nowMs() })
        .where('platform', '=', platform)
        .where('chat_id', '=', chatId)
        .where('state', '!=', 'broken');
      if (threadId !== undefined) update = update.where('thread_id', '=', threadId);
      const { numUpdatedRows } = await update.executeTakeFirst();
      return Number(numUpdatedRows);
    },

    remove: (id) =>
      writing(db, async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom('subscriptions')
          .where('id', '=', id)
          .executeTakeFirst();
        return numDeletedRows > 0n;
      }),
  };
}

type SubscriptionRow = Tables['subscriptions'];

const states = z.enum(['active', 'paused', 'broken']);

function conditions({ platform, communityId, chatId, createdBy, state }: SubscriptionFilter) {
  const all = [
    ['platform', platform],
    ['community_id', communityId],
    ['chat_id', chatId],
    ['created_by', createdBy],
    ['state', state],
  ] as const;
  return all.flatMap(([column, value]) => (value === undefined ? [] : [[column, value] as const]));
}

function fromRow<Settings>(
  row: SubscriptionRow,
  json: StoredJson<Settings>,
): Subscription<Settings> | undefined {
  const settings = json.read(row.settings, `the settings of subscription ${row.id}`);
  if (settings === undefined) return undefined;
  return {
    id: row.id,
    platform: row.platform,
    ...(row.community_id !== null && { communityId: row.community_id }),
    chatId: row.chat_id,
    ...(row.thread_id !== null && { threadId: row.thread_id }),
    ...(row.created_by !== null && { createdBy: row.created_by }),
    settings,
    state: states.parse(row.state),
    ...(row.reason !== null && { reason: row.reason }),
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
  };
}

function some({ numUpdatedRows }: { readonly numUpdatedRows: bigint }): boolean {
  return numUpdatedRows > 0n;
}
