import { type Database, writing } from './database.ts';

/** The book of one market, folded from the start of its window. */
export type CheckpointKey = {
  readonly venue: string;
  readonly symbol: string;
  readonly windowStartMs: number;
  /** Of the blob; one of another version is as good as none. */
  readonly schemaVersion: number;
};

export type Checkpoint = { readonly timeMs: number; readonly book: Uint8Array };

/** Books written down, so that a restart need not fold them from the first candle. */
export interface BookCheckpoints {
  /** Keeps it in the place of all older ones of its market and window. */
  put(key: CheckpointKey, checkpoint: Checkpoint): Promise<void>;
  /** The last one at or before the time. */
  latest(key: CheckpointKey, atMs: number): Promise<Checkpoint | undefined>;
}

export function bookCheckpoints(db: Database): BookCheckpoints {
  return {
    async put({ venue, symbol, windowStartMs, schemaVersion }, { timeMs, book }) {
      const row = {
        venue,
        symbol,
        window_start_ms: windowStartMs,
        time_ms: timeMs,
        schema_version: schemaVersion,
        book,
      };
      await writing(db, async (tx) => {
        await tx
          .insertInto('book_checkpoints')
          .values(row)
          .onConflict((conflict) =>
            conflict
              .columns(['venue', 'symbol', 'window_start_ms', 'time_ms'])
              .doUpdateSet({ schema_version: schemaVersion, book }),
          )
          .execute();
        await tx
          .deleteFrom('book_checkpoints')
          .where('venue', '=', venue)
          .where('symbol', '=', symbol)
          .where('window_start_ms', '=', windowStartMs)
          .where('time_ms', '<', timeMs)
          .execute();
      });
    },

    async latest({ venue, symbol, windowStartMs, schemaVersion }, atMs) {
      const found = await db
        .selectFrom('book_checkpoints')
        .select(['time_ms', 'book'])
        .where('venue', '=', venue)
        .where('symbol', '=', symbol)
        .where('window_start_ms', '=', windowStartMs)
        .where('schema_version', '=', schemaVersion)
        .where('time_ms', '<=', atMs)
        .orderBy('time_ms', 'desc')
        .limit(1)
        .executeTakeFirst();
      // One driver gives a Buffer, the other an ArrayBuffer.
      return found && { timeMs: found.time_ms, book: new Uint8Array(found.book) };
    },
  };
}
