import { type Database, writing } from './database.ts';

/** What became of an account when it was looked at. */
export type SweptAccount = {
  readonly address: string;
  /** When to look again. */
  readonly dueMs: number;
  /** How much of it could be liquidated soon, USD over distance, 0 without positions; as before if absent. */
  readonly heat?: number;
  /** It stays on the list at least until then. */
  readonly expiresMs?: number;
};

/**
 * Public addresses whose positions are looked at, and when to look again. The only place where addresses are kept; they
 * leave it when they expire, and all of it can be thrown away: the venue tells them again.
 */
export interface SweepList {
  /** Puts accounts on the list, due at once, or keeps those that are on it longer. */
  add(venue: string, addresses: readonly string[], listed: ListedFor): Promise<void>;
  /** Up to so many that are due: the hottest first, then those that have waited longest. */
  due(venue: string, ask: DueQuery): Promise<string[]>;
  swept(venue: string, accounts: readonly SweptAccount[]): Promise<void>;
  counts(venue: string, ask: Omit<DueQuery, 'limit' | 'hotLimit'>): Promise<SweepCounts>;
}

type ListedFor = { readonly nowMs: number; readonly expiresMs: number };
export type DueQuery = {
  readonly nowMs: number;
  readonly limit: number;
  /** Heat from which an account is hot, and how many of those at most. */
  readonly hot: number;
  readonly hotLimit: number;
};
export type SweepCounts = { readonly known: number; readonly due: number; readonly hot: number };

/** Within the variables that a statement may have. */
const batch = 1_000;

export function sweepList(db: Database): SweepList {
  const dueOf = (venue: string, nowMs: number) =>
    db
      .selectFrom('sweep_list')
      .select('address')
      .where('venue', '=', venue)
      .where('due_ms', '<=', nowMs)
      .where('expires_ms', '>', nowMs);
  return {
    async add(venue, addresses, { nowMs, expiresMs }) {
      for (let from = 0; from < addresses.length; from += batch) {
        const rows = addresses.slice(from, from + batch).map((address) => ({
          venue,
          address,
          due_ms: nowMs,
          heat: 0,
          expires_ms: expiresMs,
        }));
        await writing(db, (tx) =>
          tx
            .insertInto('sweep_list')
            .values(rows)
            .onConflict((conflict) =>
              conflict.columns(['venue', 'address']).doUpdateSet({ expires_ms: expiresMs }),
            )
            .execute(),
        );
        // An SQLite file does it without letting go of the thread; now others get their turn.
        await new Promise(setImmediate);
      }
    },

    async due(venue, { nowMs, limit, hot, hotLimit }) {
      const hottest = await dueOf(venue, nowMs)
        .where('heat', '>=', hot)
        .orderBy('heat', 'desc')
        .limit(Math.min(hotLimit, limit))
        .execute();
      const longest = await dueOf(venue, nowMs).orderBy('due_ms').limit(limit).execute();
      const addresses = [...hottest, ...longest].map(({ address }) => address);
      return [...new Set(addresses)].slice(0, limit);
    },

    swept: (venue, accounts) =>
      writing(db, async (tx) => {
        for (const { address, dueMs, heat, expiresMs } of accounts) {
          await tx
            .updateTable('sweep_list')
            .set({
              due_ms: dueMs,
              ...(heat !== undefined && { heat }),
              ...(expiresMs !== undefined && { expires_ms: expiresMs }),
            })
            .where('venue', '=', venue)
            .where('address', '=', address)
            .execute();
        }
      }),

    async counts(venue, { nowMs, hot }) {
      const alive = () =>
        db
          .selectFrom('sweep_list')
          .select(({ fn }) => fn.countAll<number | string>().as('count'))
          .where('venue', '=', venue)
          .where('expires_ms', '>', nowMs);
      const [known, due, hottest] = await Promise.all(
        [alive(), alive().where('due_ms', '<=', nowMs), alive().where('heat', '>=', hot)].map((query) =>
          query.executeTakeFirstOrThrow(),
        ),
      );
      return { known: Number(known!.count), due: Number(due!.count), hot: Number(hottest!.count) };
    },
  };
}
