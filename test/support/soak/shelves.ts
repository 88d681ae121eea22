import type { RedisClient } from '../../../src/jobs/redis-client.ts';
import type { SqlEngine } from '../../../src/store/engine.ts';
import { openSqlite } from '../../../src/store/sqlite-engine.ts';
import { databasePath } from '../../../src/store/store.ts';

/** What lies in Redis and in SQL. */
export type Shelves = {
  readonly redisBytes: number;
  /** By sort: those that stay until somebody takes them away, and those that expire. */
  readonly lastingKeys: Readonly<Record<string, number>>;
  readonly passingKeys: Readonly<Record<string, number>>;
  /** Pages in use. */
  readonly sqlBytes: number;
  readonly rows: Readonly<Record<string, number>>;
};

/** Leases and locks live by the machine's clock; what lives longer than this lives by the market's. */
const shortMs = 90_000;

/** So much of the time that keys have left is gone. */
const ageScript = `
local cursor = '0'
repeat
  local found = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = found[1]
  for _, key in ipairs(found[2]) do
    local left = redis.call('PTTL', key)
    if left > tonumber(ARGV[1]) then redis.call('PEXPIRE', key, math.max(1, left - tonumber(ARGV[2]))) end
  end
until cursor == '0'`;

/** Looks at what the service has stored, from outside. */
export class SoakShelves {
  readonly #redis: RedisClient;
  readonly #sql: SqlEngine;

  constructor(redis: RedisClient, dataFolder: string) {
    this.#redis = redis;
    this.#sql = openSqlite(databasePath(dataFolder));
  }

  /** Has keys expire as they do when market time goes by, of which Redis knows nothing. */
  async age(ms: number): Promise<void> {
    await this.#redis.eval(ageScript, 0, shortMs, ms);
  }

  async look(): Promise<Shelves> {
    const memory = await this.#redis.info('memory');
    const keys = await this.#keys();
    const session = await this.#sql.session();
    try {
      const ask = async (statement: string) =>
        (await session.run(statement, [])).rows as Record<string, unknown>[];
      const tables = await ask("select name from sqlite_master where type = 'table' order by name");
      const rows: Record<string, number> = {};
      for (const { name } of tables) {
        const [counted] = await ask(`select count(*) as count from "${name}"`);
        rows[`${name}`] = Number(counted!['count']);
      }
      const [size] = await ask(
        'select (page_count - freelist_count) * page_size as bytes from pragma_page_count, pragma_freelist_count, pragma_page_size',
      );
      return {
        redisBytes: Number(/used_memory:(\d+)/.exec(memory)?.[1]),
        ...keys,
        sqlBytes: Number(size!['bytes']),
        rows,
      };
    } finally {
      session.release({ broken: false });
    }
  }

  async close(): Promise<void> {
    await this.#sql.close();
  }

  async #keys(): Promise<Pick<Shelves, 'lastingKeys' | 'passingKeys'>> {
    const [lastingKeys, passingKeys]: Record<string, number>[] = [{}, {}];
    let cursor = '0';
    do {
      const [next, keys] = await this.#redis.scan(cursor, 'COUNT', 1_000);
      cursor = next;
      const left = await Promise.all(keys.map((key) => this.#redis.pttl(key)));
      for (const [i, key] of keys.entries()) {
        const counts = left[i] === -1 ? lastingKeys! : passingKeys!;
        const sort = sortOf(key);
        counts[sort] = (counts[sort] ?? 0) + 1;
      }
    } while (cursor !== '0');
    return { lastingKeys: lastingKeys!, passingKeys: passingKeys! };
  }
}

/** `liqmap:compute:123` is one of `liqmap:compute:*`. */
function sortOf(key: string): string {
  return key.replace(/(:|\/)[^:]*\d[^:]*/g, '$1*');
}
