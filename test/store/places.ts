import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import type { Log } from '../../src/log.ts';
import { openStore, type Store, type StoreOptions } from '../../src/store/store.ts';

/** Where a store is: an SQLite file or a schema in PostgreSQL. */
export type Place = Pick<StoreOptions, 'url' | 'path'>;

/** Gives an empty one. */
export type NewPlace = () => Promise<Place>;

/** A folder for the files of one test file, deleted at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'liqmap-store-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens stores and closes them after each test. */
export function storeOpener(): (options: StoreOptions) => Promise<Store> {
  const opened: Store[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });
  return async (options) => {
    const store = await openStore(options);
    opened.push(store);
    return store;
  };
}

export type LogLine = { readonly level: string; readonly message: string };

/** A log that keeps its lines. */
export function listeningLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const writer = (level: string) => (message: string) => void lines.push({ level, message });
  const log: Log = {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    with: () => log,
  };
  return { log, lines };
}
