import { type Database, writing } from './database.ts';

/** Short texts that this installation keeps for itself, by name. */
export interface InstallationNotes {
  get(name: string): Promise<string | undefined>;
  put(name: string, value: string): Promise<void>;
  /** What is kept, or `value`, which is then kept. Whoever asks at the same time gets the same. */
  getOrPut(name: string, value: string): Promise<string>;
}

export function installationNotes(db: Database): InstallationNotes {
  const get = async (name: string) => {
    const query = db.selectFrom('installation').select('value').where('name', '=', name);
    return (await query.executeTakeFirst())?.value;
  };
  const put = (name: string, value: string, isKept: boolean) =>
    writing(db, (tx) =>
      tx
        .insertInto('installation')
        .values({ name, value })
        .onConflict((conflict) => {
          const taken = conflict.column('name');
          return isKept ? taken.doNothing() : taken.doUpdateSet({ value });
        })
        .execute(),
    );
  return {
    get,
    async put(name, value) {
      await put(name, value, false);
    },
    async getOrPut(name, value) {
      await put(name, value, true);
      return (await get(name))!;
    },
  };
}
