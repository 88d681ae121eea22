export type SqlResult = {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows inserted, updated or deleted. */
  readonly changed: number;
};

/** One connection, used by one caller at a time. Its errors are `StoreUnavailable` where the store is to blame. */
export interface SqlSession {
  run(statement: string, values: readonly unknown[]): Promise<SqlResult>;
  /** Hands the connection back; one that is broken is not used again. */
  release(state: { readonly broken: boolean }): void;
}

/** A database, and all in which one kind differs from the other. */
export interface SqlEngine {
  readonly kind: 'sqlite' | 'postgres';
  /** For messages; holds no secret. */
  readonly name: string;
  readonly ddl: {
    /** Type of a primary key that the database counts up itself. */
    readonly countedId: string;
    readonly blob: string;
    /** Ends the definition of a table whose rows are kept in the order of their primary key. */
    readonly clustered: string;
  };
  /** Begins to read one unchanging state, or to write. */
  readonly begin: { readonly read: string; readonly write: string };
  /** Keeps others from changing the tables until the transaction ends; undefined where `begin.write` does. */
  readonly lockTables: string | undefined;
  session(): Promise<SqlSession>;
  close(): Promise<void>;
}
