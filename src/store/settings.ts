import type { Database } from './database.ts';
import type { StoredJson } from './stored-json.ts';

/** Whose settings: a user's, a chat's (channel) or a community's (server, group), by the platform's own id. */
export type SettingsScope = {
  readonly platform: string;
  readonly kind: 'user' | 'chat' | 'community';
  readonly id: string;
};

export interface SettingsRecords<Settings> {
  /** Undefined if there are none, or (with a word in the log) none that the schema takes. */
  get(scope: SettingsScope): Promise<Settings | undefined>;
  put(scope: SettingsScope, settings: Settings): Promise<void>;
  remove(scope: SettingsScope): Promise<void>;
}

export function settingsRecords<Settings>(
  db: Database,
  { json, nowMs }: { readonly json: StoredJson<Settings>; readonly nowMs: () => number },
): SettingsRecords<Settings> {
  return {
    async get({ platform, kind, id }) {
      const found = await db
        .selectFrom('settings')
        .select('value')
        .where('platform', '=', platform)
        .where('kind', '=', kind)
        .where('id', '=', id)
        .executeTakeFirst();
      return found && json.read(found.value, `settings of ${platform} ${kind} ${id}`);
    },

    async put({ platform, kind, id }, settings) {
      const change = { value: json.write(settings), updated_ms: nowMs() };
      await db
        .insertInto('settings')
        .values({ platform, kind, id, ...change })
        .onConflict((conflict) => conflict.columns(['platform', 'kind', 'id']).doUpdateSet(change))
        .execute();
    },

    async remove({ platform, kind, id }) {
      await db
        .deleteFrom('settings')
        .where('platform', '=', platform)
        .where('kind', '=', kind)
        .where('id', '=', id)
        .execute();
    },
  };
}
