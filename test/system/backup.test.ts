import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { settingsSchema } from '../../src/settings.ts';
import { databasePath, openStore, type Store } from '../../src/store/store.ts';
import { ask } from '../store/postgres-place.ts';
import { temporaryFolder } from '../support/jobs/redis.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const scope = { platform: 'discord', kind: 'user', id: '7' } as const;

const folders: string[] = [];
const stores: Store[] = [];
const dropped: string[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const name of dropped.splice(0))
    await ask(process.env['LIQMAP_TEST_POSTGRES']!, `drop database ${name}`);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = temporaryFolder();
  folders.push(made);
  return made;
}

async function open(place: { readonly url?: string; readonly path?: string }): Promise<Store> {
  const store = await openStore({ url: place.url, path: place.path ?? '' });
  stores.push(store);
  return store;
}

function backup(words: readonly string[], settings: Readonly<Record<string, string>>) {
  const env = { PATH: process.env['PATH'], ...settings };
  const args = [join(root, 'deploy/backup.mjs'), ...words];
  return spawnSync(process.execPath, args, { cwd: folders[0] ?? root, env, encoding: 'utf8' });
}

async function theme(store: Store): Promise<string | undefined> {
  return (await store.settings(settingsSchema).get(scope))?.theme;
}

describe('a backup', () => {
  it('of SQLite is made while the service writes, and puts everything back as it was then', async () => {
    const [data, kept] = [folder(), folder()];
    const path = databasePath(data);
    const store = await open({ path });
    await store.settings(settingsSchema).put(scope, { theme: 'dark' });
    const saved = backup(['save', kept], { DATA_DIR: data });
    expect(saved.stderr).toBe('');
    await store.settings(settingsSchema).put(scope, { theme: 'light' });
    await store.close();
    const [file] = readdirSync(kept);
    expect(statSync(join(kept, file!)).mode & 0o777).toBe(0o600);

    const restored = backup(['restore', join(kept, file!)], { DATA_DIR: data });
    expect(restored.stderr).toBe('');
    expect(await theme(await open({ path }))).toBe('dark');
    expect(readdirSync(data).some((name) => name.includes('.before-'))).toBe(true);
  });

  it('that is damaged, or of another database, is refused before anything is touched', async () => {
    const data = folder();
    const path = databasePath(data);
    const store = await open({ path });
    await store.settings(settingsSchema).put(scope, { theme: 'dark' });
    writeFileSync(join(data, 'broken.db'), 'SQLite format 3\0 and then nothing of the kind');
    writeFileSync(join(data, 'other.dump'), 'PGDMP');
    for (const name of ['broken.db', 'other.dump', 'missing.db']) {
      expect(backup(['restore', join(data, name)], { DATA_DIR: data }).status).not.toBe(0);
    }
    expect(backup(['save'], { DATA_DIR: data }).status).toBe(2);
    expect(await theme(store)).toBe('dark');
  });

  const postgres = process.env['LIQMAP_TEST_POSTGRES'];
  it.skipIf(postgres === undefined || !hasPgDump())('of PostgreSQL does the same', async () => {
    const kept = folder();
    // A dump is of a whole database: one of its own.
    const name = `liqmap_backup_${process.pid}`;
    await ask(postgres!, `create database ${name}`);
    dropped.push(name);
    const place = new URL(postgres!);
    place.pathname = `/${name}`;
    const url = place.href;
    const store = await open({ url });
    await store.settings(settingsSchema).put(scope, { theme: 'dark' });
    const settings = { DATABASE_URL: url };
    const saved = backup(['save', kept], settings);
    expect(saved.stderr).toBe('');
    await store.settings(settingsSchema).put(scope, { theme: 'light' });
    await store.close();
    expect(backup(['restore', join(kept, readdirSync(kept)[0]!)], settings).stderr).toBe('');
    expect(await theme(await open({ url }))).toBe('dark');
  });
});

function hasPgDump(): boolean {
  try {
    execFileSync('pg_dump', ['--version']);
    return true;
  } catch (error) {
    console.warn(`no backup of PostgreSQL is tried: ${(error as Error).message}`);
    return false;
  }
}
