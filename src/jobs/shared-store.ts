import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { RedisClient } from './redis-client.ts';

const key = 'liqmap:store';
/** Processes repeat their claim; this long after the last one another store may be used. */
const claimMs = 60_000;
const repeatMs = 20_000;

/** Which store a process uses, the same text for the same one wherever it is told. */
export function storeIdentity(options: {
  readonly databaseUrl?: string;
  readonly dataFolder: string;
}): string {
  if (options.databaseUrl === undefined) return `SQLite file ${folderId(options.dataFolder)}`;
  const { pathname } = new URL(options.databaseUrl);
  // Hosts go by different names on different machines; the database's name has to do.
  return `PostgreSQL database ${pathname.slice(1)}`;
}

/**
 * Makes sure that all processes on one Redis use one store: a SQLite file is seen by one machine only, and what one
 * process writes the others would miss. Repeats the claim until `stop`.
 */
export class SharedStore {
  readonly #redis: RedisClient;
  readonly #identity: string;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { readonly redis: RedisClient; readonly identity: string; readonly log: Log }) {
    this.#redis = options.redis;
    this.#identity = options.identity;
    this.#log = options.log;
  }

  /** @throws UserError when another process uses another store. */
  async claim(): Promise<void> {
    const other = await this.#repeat();
    if (other !== undefined) throw new UserError(text(other, this.#identity));
    this.#timer = setInterval(() => this.#check(), repeatMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    this.#repeat()
      .then((other) => other !== undefined && this.#log.error(text(other, this.#identity)))
      .catch((error) => this.#log.debug('the store was not claimed again', { error }));
  }

  /** Resolves to the other store that is claimed. */
  async #repeat(): Promise<string | undefined> {
    await this.#redis.set(key, this.#identity, 'PX', claimMs, 'NX');
    const claimed = await this.#redis.get(key);
    if (claimed !== null && claimed !== this.#identity) return claimed;
    await this.#redis.set(key, this.#identity, 'PX', claimMs);
    return undefined;
  }
}

function text(other: string, own: string): string {
  return `Another process on this Redis keeps its data in another place (${other}; here: ${own}). Parts on different machines need one PostgreSQL: set DATABASE_URL in all of them. Example: DATABASE_URL=postgres://liqmap:password@db.example:5432/liqmap`;
}

/** A name of its own for each data folder: paths are the same on many machines. */
function folderId(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'folder-id');
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, randomUUID());
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}
