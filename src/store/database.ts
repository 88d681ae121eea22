import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type Generated,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely';
import type { SqlEngine, SqlSession } from './engine.ts';

export { sql } from 'kysely';

/** What may be asked of the database, in or outside a transaction. */
export type Database = Kysely<Tables>;

/**
 * Times are milliseconds UTC, prices and sizes as in `core/market-data.ts`, `settings`, `value` and `payload` JSON.
 * A series is one kind of rows of one market; `coverage` says of which spans of time all its rows are held.
 */
export type Tables = {
  migrations: { name: string; applied_ms: number };
  series: { id: Generated<number>; venue: string; symbol: string; kind: string };
  coverage: { series_id: number; from_ms: number; to_ms: number };
  candles: {
    series_id: number;
    open_ms: number;
    open: number;
    high: number;
    low: number;
    close: number;
    volume: number;
  };
  open_interest: { series_id: number; time_ms: number; size: number };
  funding: { series_id: number; time_ms: number; rate: number };
  liquidations: {
    series_id: number;
    time_ms: number;
    side: string;
    price: number;
    size: number;
    /** Counts rows that are alike in all of the above. */
    occurrence: number;
    price_kind: string;
    usd: number;
  };
  book_checkpoints: {
    venue: string;
    symbol: string;
    window_start_ms: number;
    time_ms: number;
    schema_version: number;
    book: Uint8Array;
  };
  fragility: { symbol: string; map_window: string; hour_ms: number; value: number };
  subscriptions: {
    id: string;
    platform: string;
    community_id: string | null;
    chat_id: string;
    thread_id: string | null;
    created_by: string | null;
    settings: string;
    state: string;
    reason: string | null;
    created_ms: number;
    updated_ms: number;
  };
  settings: { platform: string; kind: string; id: string; value: string; updated_ms: number };
  alerts: {
    key: string;
    subscription_id: string;
    symbol: string;
    cluster_id: string;
    stage: string;
    state: string;
    message_ref: string | null;
    reason: string | null;
    payload: string;
    created_ms: number;
    updated_ms: number;
  };
  /** Every cluster that was ever large, alerted or not; `born_distance` is from price to peak, a signed fraction. */
  large_clusters: {
    symbol: string;
    id: string;
    side: string;
    low: number;
    high: number;
    peak: number;
    usd: number;
    most_usd: number;
    share_of_oi: number;
    leverage: number;
    born_ms: number;
    born_price: number;
    born_distance: number;
    seen_ms: number;
    ended_ms: number | null;
    ending: string | null;
    muted: number;
  };
  /** What large clusters held, once an hour, as a fraction of open interest. */
  cluster_sizes: { symbol: string; time_ms: number; cluster_id: string; share_of_oi: number };
  /** What happened to a large cluster; `lowest` and `highest` are prices since then. Receipts are JSON. */
  cluster_stages: {
    symbol: string;
    cluster_id: string;
    stage: string;
    arming: number;
    side: string;
    at_ms: number;
    price: number;
    low: number;
    high: number;
    usd: number;
    lowest: number;
    highest: number;
    receipt_15: string | null;
    receipt_60: string | null;
    alerts: number;
  };
  /** What people share, packed; `fingerprint` is of the body. */
  pages: { id: string; fingerprint: string; expires_ms: number; body: Uint8Array };
  /** The only place where addresses are kept; see `sweep-list.ts`. */
  sweep_list: { venue: string; address: string; due_ms: number; heat: number; expires_ms: number };
  /** Real positions; `trader` is a keyed hash. */
  measured_positions: {
    venue: string;
    trader: string;
    symbol: string;
    time_ms: number;
    side: string;
    size: number;
    entry_price: number;
    leverage: number;
    liquidation_price: number | null;
    standing: string;
  };
  installation: { name: string; value: string };
  /** Where the triggers of alerts stand; `armed` is 0 or 1. */
  armings: {
    symbol: string;
    subject: string;
    name: string;
    armed: number;
    arming: number;
    fired_ms: number | null;
    value: number | null;
  };
};

/** Queries in the dialect of the engine, over its connections. Destroying it closes the engine. */
export function connectDatabase(engine: SqlEngine): Database {
  const createDriver = () => new EngineDriver(engine);
  if (engine.kind === 'sqlite') {
    return new Kysely({
      dialect: {
        createDriver,
        createAdapter: () => new SqliteAdapter(),
        createQueryCompiler: () => new SqliteQueryCompiler(),
        createIntrospector: (db) => new SqliteIntrospector(db),
      },
    });
  }
  return new Kysely({
    dialect: {
      createDriver,
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
  });
}

/** Writes all or nothing. */
export function writing<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return db.transaction().execute(work);
}

/** All reads see the same state. */
export function reading<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return db.transaction().setAccessMode('read only').execute(work);
}

class EngineDriver implements Driver {
  readonly #engine: SqlEngine;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
  }

  async init(): Promise<void> {
    // The engine is open already.
  }

  async acquireConnection(): Promise<EngineConnection> {
    return new EngineConnection(await this.#engine.session());
  }

  async beginTransaction(connection: EngineConnection, { accessMode }: TransactionSettings): Promise<void> {
    const { read, write } = this.#engine.begin;
    await connection.executeQuery(CompiledQuery.raw(accessMode === 'read only' ? read : write));
  }

  async commitTransaction(connection: EngineConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: EngineConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw('rollback'));
    } catch {
      // What made us roll back is what the caller has to hear of; this only tells that the connection is gone.
      connection.broken = true;
    }
  }

  async releaseConnection(connection: EngineConnection): Promise<void> {
    connection.release();
  }

  destroy(): Promise<void> {
    return this.#engine.close();
  }
}

class EngineConnection implements DatabaseConnection {
  readonly #session: SqlSession;
  broken = false;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  async executeQuery<Row>({ sql: statement, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changed } = await this.#session.run(statement, parameters);
    return { rows: rows as Row[], numAffectedRows: BigInt(changed) };
  }

  // biome-ignore lint/correctness/useYield: nobody streams
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('rows are not streamed');
  }

  release(): void {
    this.#session.release({ broken: this.broken });
  }
}
