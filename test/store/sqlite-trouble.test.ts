import { closeSync, mkdirSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'libsql';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { candleRecords } from '../../src/store/candles.ts';
import { connectDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { explained, openSqlite } from '../../src/store/sqlite-engine.ts';
import { openStore } from '../../src/store/store.ts';
import { type StoreTrouble, StoreUnavailable } from '../../src/store/store-error.ts';
import { WriteAlarm } from '../../src/store/write-alarm.ts';
import { listeningLog, storeOpener, temporaryFolder } from './places.ts';

const folder = temporaryFolder();
const open = storeOpener();
const key = { venue: 'one', symbol: 'ETH', price: 'last', timeframe: '5m' } as const;
const always = { fromMs: 0, toMs: 1e13 };
const candles = Array.from({ length: 3000 }, (_, i) => ({
  openMs: i * 300_000,
  open: 1,
  high: 2,
  low: 0.5,
  close: 1.5,
  volume: i,
}));

/** A migrated file whose one connection the test may bend with a pragma. */
async function bendable(name: string) {
  const path = join(folder, name);
  const engine = openSqlite(path);
  const db = connectDatabase(engine);
  onTestFinished(() => db.destroy());
  await migrate(db, engine, 0);
  const bend = async (pragma: string) => {
    const session = await engine.session();
    await session.run(`pragma ${pragma}`, []);
    session.release({ broken: false });
  };
  return { path, records: candleRecords(db), bend };
}

async function expectTrouble(failing: Promise<unknown>, trouble: StoreTrouble, path: string): Promise<void> {
  await expect(failing).rejects.toMatchObject({
    name: 'StoreUnavailable',
    trouble,
    message: expect.stringContaining(path),
  });
}

describe('an SQLite file', () => {
  it('is made, with its folders, where there is none', async () => {
    const path = join(folder, 'new', 'and', 'deep.db');
    await open({ path });
    expect(statSync(path).isFile()).toBe(true);
  });

  it('that is no database is left as it is, with word of what to do', async () => {
    const path = join(folder, 'letter.db');
    writeFileSync(path, 'Dear store, '.repeat(500));
    await expectTrouble(openStore({ path }), 'damaged', path);
    await expect(openStore({ path })).rejects.toThrow('move it away');
    expect(statSync(path).size).toBe(6000);
  });

  it('that cannot be opened is named', async () => {
    const path = join(folder, 'folder.db');
    mkdirSync(path);
    await expectTrouble(openStore({ path }), 'refused', path);
    writeFileSync(join(folder, 'file'), '');
    await expectTrouble(openStore({ path: join(folder, 'file', 'a.db') }), 'refused', 'a.db');
  });

  it('on a full disk keeps nothing of a write, and all of what was there, and recovers', async () => {
    const { path, records, bend } = await bendable('full.db');
    await records.write(key, candles.slice(0, 10), { covers: { fromMs: 0, toMs: 10 } });
    await bend('max_page_count = 30');
    const covers = { fromMs: 0, toMs: 3000 * 300_000 };
    await expectTrouble(records.write(key, candles, { covers }), 'full', path);
    const held = { rows: candles.slice(0, 10), covered: [{ fromMs: 0, toMs: 10 }] };
    expect(await records.read(key, always)).toEqual(held);
    await bend('max_page_count = 1000000');
    await records.write(key, candles);
    expect((await records.read(key, always)).rows).toHaveLength(3000);
  });

  it('on a full disk is not well until a minute after the last failed write, and says so in the log', async () => {
    const { log, lines } = listeningLog();
    let steadyMs = 0;
    const alarm = new WriteAlarm(log, () => steadyMs);
    const trouble = new StoreUnavailable('full', 'a.db: the disk is full');
    const run = vi.fn(async () => ({ rows: [], changed: 0 }));
    const engine = alarm.over({ session: async () => ({ run, release: () => undefined }) } as never);
    const session = await engine.session();
    alarm.check();
    run.mockRejectedValue(trouble);
    for (const atMs of [0, 1_000, 59_000, 61_000]) {
      steadyMs = atMs;
      await expect(session.run('insert', [])).rejects.toBe(trouble);
      expect(() => alarm.check()).toThrow(trouble);
    }
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(2);
    steadyMs = 122_000;
    alarm.check();
    run.mockRejectedValue(new StoreUnavailable('busy', 'a.db is locked'));
    await expect(session.run('insert', [])).rejects.toThrow('locked');
    alarm.check();
  });

  it('that may not be written says so, and can be read', async () => {
    const { path, records, bend } = await bendable('read-only.db');
    await records.write(key, candles.slice(0, 10));
    await bend('query_only = 1');
    await expectTrouble(records.write(key, candles), 'read-only', path);
    expect((await records.read(key, always)).rows).toHaveLength(10);
  });

  it('damaged in the middle says so', async () => {
    const path = join(folder, 'damaged.db');
    const store = await openStore({ path });
    await store.candles.write(key, candles);
    await store.close();
    const file = openSync(path, 'r+');
    // The first pages hold the tables' definitions, without which it would not open at all.
    for (let at = 163_840; at < statSync(path).size; at += 4096)
      writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, at);
    closeSync(file);
    const damaged = await open({ path });
    await expectTrouble(damaged.candles.read(key, always), 'damaged', path);
  });

  it('locked by another process for a moment is waited for, without standing still', async () => {
    const { path, records } = await bendable('locked.db');
    const other = new Sqlite(path);
    other.exec('begin immediate');
    const writing = records.write(key, candles.slice(0, 10));
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect((await Promise.race([writing, 'waiting'])) as unknown).toBe('waiting');
    other.exec('commit');
    other.close();
    await writing;
    expect((await records.read(key, always)).rows).toHaveLength(10);
  });

  it('takes no value that libsql would choke on', async () => {
    const engine = openSqlite(join(folder, 'values.db'));
    onTestFinished(() => engine.close());
    const session = await engine.session();
    for (const value of [true, undefined, Number.NaN, new Date(0), 1n, {}]) {
      await expect(session.run('select ?', [value])).rejects.toThrow(TypeError);
    }
    session.release({ broken: false });
  });
});

describe('an SQLite error', () => {
  it.each([
    ['SQLITE_BUSY', 'busy'],
    ['SQLITE_IOERR_WRITE', 'damaged'],
    ['SQLITE_READONLY_DBMOVED', 'read-only'],
    ['SQLITE_CORRUPT_VTAB', 'damaged'],
    ['ENOSPC', 'full'],
    ['EACCES', 'refused'],
  ])('%s means that the store is %s', (code, trouble) => {
    expect(explained({ code }, 'a.db')).toMatchObject({ trouble, message: expect.stringContaining('a.db') });
  });

  it('of our own making is not blamed on the store', () => {
    for (const error of [
      { code: 'SQLITE_CONSTRAINT_NOTNULL' },
      { code: 'SQLITE_ERROR' },
      new TypeError('x'),
      undefined,
    ]) {
      expect(explained(error, 'a.db')).toBeUndefined();
    }
  });
});
