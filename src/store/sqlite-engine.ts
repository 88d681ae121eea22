import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'libsql';
import { pause } from '../deadline.ts';
import { errorText } from '../errors.ts';
import type { SqlEngine, SqlResult } from './engine.ts';
import { Sessions } from './sessions.ts';
import { StoreUnavailable } from './store-error.ts';

/** How long SQLite itself may wait for another process: all of ours stands still meanwhile. */
const blockingWaitMs = 50;
/** How long to go on asking, letting others work in between. */
const busyDeadlineMs = 10_000;

/**
 * Opens or creates an SQLite file. Calls are synchronous underneath; write transactions begin as such, so that none
 * fails half-way because another process wrote first.
 *
 * @throws StoreUnavailable naming the path and what to do
 */
export function openSqlite(path: string): SqlEngine {
  const database = openFile(path);
  const sessions = new Sessions();
  return {
    kind: 'sqlite',
    name: `SQLite file ${path}`,
    ddl: { countedId: 'integer primary key', blob: 'blob', clustered: 'without rowid' },
    begin: { read: 'begin', write: 'begin immediate' },
    lockTables: undefined,
    async session() {
      const end = sessions.begin();
      return { run: (statement, values) => run(database, path, { statement, values }), release: end };
    },
    async close() {
      await sessions.ended();
      closeFile(database);
    },
  };
}

function openFile(path: string): Sqlite.Database {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const database = new Sqlite(path);
    try {
      database.pragma(`busy_timeout = ${blockingWaitMs}`);
      // Readers and one writer do not wait for each other; a crash of the process loses nothing committed.
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = NORMAL');
      database.pragma('foreign_keys = ON');
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  } catch (error) {
    throw explained(error, path) ?? cannotOpen(path, error);
  }
}

function closeFile(database: Sqlite.Database): void {
  if (!database.open) return;
  try {
    // libsql closes the file in truth only once its statements are garbage; until then all would stay in the -wal file.
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

type Command = { readonly statement: string; readonly values: readonly unknown[] };

/**
 * Only the begin of a transaction ever waits for another process, so every write is in one. (A statement of libsql that
 * was turned away stays open until it is collected as garbage, and keeps all others from being committed.)
 */
async function run(database: Sqlite.Database, path: string, command: Command): Promise<SqlResult> {
  const { statement } = command;
  try {
    if (statement.startsWith('begin')) return await begin(database, path, statement);
    if (database.inTransaction || statement.startsWith('select')) return execute(database, command);
    await begin(database, path, 'begin immediate');
    return executeAlone(database, command);
  } catch (error) {
    throw explained(error, path) ?? error;
  }
}

async function begin(database: Sqlite.Database, path: string, statement: string): Promise<SqlResult> {
  const deadlineMs = performance.now() + busyDeadlineMs;
  for (let waitMs = 5; ; waitMs = Math.min(100, waitMs * 2)) {
    try {
      database.exec(statement);
      return nothing;
    } catch (error) {
      if (explained(error, path)?.trouble !== 'busy' || performance.now() > deadlineMs) throw error;
    }
    await pause(waitMs);
  }
}

function executeAlone(database: Sqlite.Database, command: Command): SqlResult {
  try {
    const result = execute(database, command);
    database.exec('commit');
    return result;
  } catch (error) {
    // Some failures, such as a full disk, have ended the transaction themselves.
    if (database.inTransaction) database.exec('rollback');
    throw error;
  }
}

function execute(database: Sqlite.Database, { statement, values }: Command): SqlResult {
  const checked = values.map(checkedValue);
  const prepared = database.prepare(statement);
  if (!prepared.reader) return { rows: [], changed: prepared.run(checked).changes };
  const rows = prepared.all(checked) as Record<string, unknown>[];
  return { rows, changed: rows.length };
}

const nothing: SqlResult = { rows: [], changed: 0 };

/** libsql ends the process over a value of another type, and silently makes NULL of NaN. */
function checkedValue(value: unknown): unknown {
  const fits =
    typeof value === 'string' ||
    (typeof value === 'number' && !Number.isNaN(value)) ||
    value === null ||
    value instanceof Uint8Array;
  if (!fits) throw new TypeError(`${String(value)} (${typeof value}) is no value for SQL`);
  return value;
}

/** The error in words, where the file is to blame: https://sqlite.org/rescode.html */
export function explained(error: unknown, path: string): StoreUnavailable | undefined {
  const code = String((error as { readonly code?: unknown } | undefined)?.code ?? '');
  const found = troubles.find(({ codes }) => codes.test(code));
  return found && new StoreUnavailable(found.trouble, `${path}: ${found.advice}`, { cause: error });
}

const troubles = [
  {
    codes: /^SQLITE_(BUSY|LOCKED)/,
    trouble: 'busy',
    advice: `another process has kept it locked for ${busyDeadlineMs / 1000} s; stop that process if it hangs`,
  },
  {
    codes: /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    trouble: 'full',
    advice: 'the disk is full; make room on it, nothing already stored is lost',
  },
  {
    codes: /^(SQLITE_READONLY|SQLITE_PERM|EROFS)/,
    trouble: 'read-only',
    advice: 'it cannot be written; let this user write the file and its folder',
  },
  {
    codes: /^SQLITE_(CORRUPT|NOTADB)/,
    trouble: 'damaged',
    advice:
      'it is damaged or no SQLite database; stop everything that uses it, move it away together with its -wal and ' +
      '-shm files, and put a copy back or start afresh',
  },
  {
    codes: /^SQLITE_IOERR/,
    trouble: 'damaged',
    advice: 'the disk fails to read or write it; look at the disk before anything else',
  },
  {
    codes: /^(SQLITE_CANTOPEN|EACCES|EPERM|ENOTDIR|EEXIST|EISDIR)/,
    trouble: 'refused',
    advice: 'it cannot be opened; it must be a file that this user may write, in a folder that it may write',
  },
] as const;

/** libsql gives no code when it cannot open a file. */
function cannotOpen(path: string, cause: unknown): unknown {
  const isOpening = /unable to open/i.test(errorText(cause));
  return isOpening ? explained({ code: 'SQLITE_CANTOPEN', cause }, path) : cause;
}
