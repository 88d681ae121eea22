import { type Database, writing } from './database.ts';

/** Where the trigger of an alert stands, so that a restart neither forgets nor repeats anything. */
export type StoredArming = {
  readonly symbol: string;
  /** The cluster, or whatever else of the coin is watched. */
  readonly subject: string;
  readonly name: string;
  readonly armed: boolean;
  /** How often it has been armed again. */
  readonly arming: number;
  readonly firedMs?: number;
  /** Whatever the trigger compares with: the side that outweighed, the price that was. */
  readonly value?: number;
};

export interface Armings {
  put(armings: readonly StoredArming[]): Promise<void>;
  of(symbol: string): Promise<readonly StoredArming[]>;
  /** Forgets all about subjects that are no more. */
  forget(symbol: string, subjects: readonly string[]): Promise<void>;
}

export function armings(db: Database): Armings {
  return {
    put: (list) =>
      writing(db, async (tx) => {
        for (const { symbol, subject, name, armed, arming, firedMs, value } of list) {
          const now = { armed: armed ? 1 : 0, arming, fired_ms: firedMs ?? null, value: value ?? null };
          await tx
            .insertInto('armings')
            .values({ symbol, subject, name, ...now })
            .onConflict((conflict) => conflict.columns(['symbol', 'subject', 'name']).doUpdateSet(now))
            .execute();
        }
      }),

    async of(symbol) {
      const rows = await db.selectFrom('armings').selectAll().where('symbol', '=', symbol).execute();
      return rows.map(({ subject, name, armed, arming, fired_ms, value }) => ({
        symbol,
        subject,
        name,
        armed: armed !== 0,
        arming,
        ...(fired_ms !== null && { firedMs: fired_ms }),
        ...(value !== null && { value }),
      }));
    },

    async forget(symbol, subjects) {
      if (subjects.length === 0) return;
      await db
        .deleteFrom('armings')
        .where('symbol', '=', symbol)
        .where('subject', 'in', [...subjects])
        .execute();
    },
  };
}
