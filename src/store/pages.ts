import type { Database } from './database.ts';

export type PageRecord = {
  /** Nobody can guess it. */
  readonly id: string;
  /** The same for the same content. */
  readonly fingerprint: string;
  readonly madeMs: number;
  readonly expiresMs: number;
  readonly body: Uint8Array;
};

/** Pages that people share, until they expire. */
export interface PageRecords {
  /**
   * Keeps a page unless one of the same content is there, which then stays as long as the new one would have. Removes
   * those that have expired. Returns the id that the content has.
   */
  put(page: PageRecord): Promise<string>;
  /** Undefined for one that was never there or has expired. */
  find(id: string, nowMs: number): Promise<Pick<PageRecord, 'body' | 'expiresMs'> | undefined>;
}

export function pageRecords(db: Database): PageRecords {
  return {
    async put({ id, fingerprint, madeMs, expiresMs, body }) {
      await db.deleteFrom('pages').where('expires_ms', '<=', madeMs).execute();
      await db
        .insertInto('pages')
        .values({ id, fingerprint, expires_ms: expiresMs, body })
        .onConflict((conflict) => conflict.column('fingerprint').doUpdateSet({ expires_ms: expiresMs }))
        .execute();
      const kept = await db
        .selectFrom('pages')
        .select('id')
        .where('fingerprint', '=', fingerprint)
        .executeTakeFirstOrThrow();
      return kept.id;
    },

    async find(id, nowMs) {
      const found = await db
        .selectFrom('pages')
        .select(['expires_ms', 'body'])
        .where('id', '=', id)
        .where('expires_ms', '>', nowMs)
        .executeTakeFirst();
      // One driver gives a Buffer, the other an ArrayBuffer.
      return found && { expiresMs: found.expires_ms, body: new Uint8Array(found.body) };
    },
  };
}
