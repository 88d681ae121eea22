import { type Database, sql, writing } from './database.ts';
import type { SqlEngine } from './engine.ts';
import { migrations } from './migrations.ts';
import { StoreUnavailable } from './store-error.ts';

/**
 * Brings the tables up to date, all steps or none. Of several processes that start at once, one does it and the others
 * wait for it.
 *
 * @throws StoreUnavailable if a newer version of the program has changed the tables
 */
export function migrate(db: Database, engine: SqlEngine, nowMs: number): Promise<void> {
  return writing(db, async (tx) => {
    if (engine.lockTables !== undefined) await sql.raw(engine.lockTables).execute(tx);
    await sql
      .raw('create table if not exists migrations (name text primary key, applied_ms bigint not null)')
      .execute(tx);
    const applied = await tx.selectFrom('migrations').select('name').execute();
    const done = new Set(applied.map(({ name }) => name));
    refuseNewer(done, engine);
    for (const { name, statements } of migrations.filter((migration) => !done.has(migration.name))) {
      for (const statement of statements(engine.ddl)) await sql.raw(statement).execute(tx);
      await tx.insertInto('migrations').values({ name, applied_ms: nowMs }).execute();
    }
  });
}

function refuseNewer(done: ReadonlySet<string>, engine: SqlEngine): void {
  const unknown = [...done].find((name) => !migrations.some((migration) => migration.name === name));
  if (unknown === undefined) return;
  throw new StoreUnavailable(
    'refused',
    `${engine.name}: a newer version has been at work here (${unknown}); start that version, or use another store`,
  );
}
