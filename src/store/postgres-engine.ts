import { Pool, type PoolClient, types } from 'pg';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { SqlEngine, SqlSession } from './engine.ts';
import { Sessions } from './sessions.ts';
import { StoreUnavailable } from './store-error.ts';

const connectTimeoutMs = 5_000;
/** The server gives up first, so that it can say so. */
const statementTimeoutMs = 30_000;
const answerTimeoutMs = 35_000;
const mostConnections = 8;
/** Any number, the same in all versions. */
const tableLock = 7_142_536_172;

/**
 * A pool of connections to PostgreSQL. Connects at the first use; connections that break are thrown away and made anew.
 *
 * @throws TypeError if the address is none
 */
export function openPostgres({ url, log }: { readonly url: string; readonly log?: Log }): SqlEngine {
  const name = nameOf(url);
  const pool = new Pool({
    connectionString: url,
    application_name: 'liqmap',
    max: mostConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
    types: { getTypeParser },
  });
  const onLost = (error: Error) => log?.debug('a connection was lost', { store: name, error: error.message });
  // Idle connections report to the pool, those in use to themselves; unheard, either would end the process.
  pool.on('error', onLost);
  pool.on('connect', (client) => client.on('error', onLost));
  const sessions = new Sessions();
  let closing: Promise<void> | undefined;
  return {
    kind: 'postgres',
    name,
    ddl: {
      countedId: 'bigint generated always as identity primary key',
      blob: 'bytea',
      clustered: '',
    },
    begin: {
      read: 'start transaction isolation level repeatable read, read only',
      write: 'start transaction',
    },
    lockTables: `select pg_advisory_xact_lock(${tableLock})`,
    async session() {
      const end = sessions.begin();
      try {
        return sessionOver(await pool.connect(), name, end);
      } catch (error) {
        end();
        throw explained(error, name) ?? error;
      }
    },
    close: () => {
      closing ??= sessions.ended().then(() => pool.end());
      return closing;
    },
  };
}

function sessionOver(client: PoolClient, name: string, end: () => void): SqlSession {
  let isHanging = false;
  return {
    async run(statement, values) {
      try {
        const { rows, rowCount, command } = await client.query(statement, [...values]);
        // A transaction in which a statement failed ends like this, and without a complaint.
        if (statement === 'commit' && command === 'ROLLBACK') throw new Error('the transaction had failed');
        return { rows: rows ?? [], changed: rowCount ?? 0 };
      } catch (error) {
        // The answer may come yet, and would be taken for that to the next question.
        isHanging ||= /^Query read timeout/.test(errorText(error));
        throw explained(error, name) ?? error;
      }
    },
    release({ broken }) {
      client.release(broken || isHanging);
      end();
    },
  };
}

/** Milliseconds since 1970 and counts fit a number; pg would give a string. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === types.builtins.INT8) return Number;
  return format === 'binary' ? types.getTypeParser(oid, 'binary') : types.getTypeParser(oid, 'text');
}

function nameOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `PostgreSQL at ${hostname || 'localhost'}:${port || '5432'}${pathname}`;
}

/** The error in words, where the server or the way to it is to blame. */
export function explained(error: unknown, name: string): StoreUnavailable | undefined {
  const code = String((error as { readonly code?: unknown } | undefined)?.code ?? '');
  const text = errorText(error);
  const found = troubles.find(({ codes, texts }) => codes.test(code) || texts?.test(text));
  return (
    found &&
    new StoreUnavailable(found.trouble, `${name}: ${found.advice} (${text || code})`, { cause: error })
  );
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, and what Node and pg say themselves. */
const troubles = [
  {
    codes: /^(08...|57P0.|53300|25006|E(CONN|HOST|NET|ADDR).*|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN)$/,
    texts:
      /^Connection terminated|timeout exceeded when trying to connect|connection error|Client was closed/i,
    trouble: 'unreachable',
    advice: 'it does not answer; look whether it runs and can be reached',
  },
  {
    codes: /^(57014|55P03|40...)$/,
    texts: /^Query read timeout/,
    trouble: 'busy',
    advice: 'it took too long; look what else it is doing',
  },
  {
    codes: /^(53100|53200)$/,
    texts: undefined,
    trouble: 'full',
    advice: 'its disk or memory is full; make room, nothing already stored is lost',
  },
  {
    codes: /^(28...|3D000|42501)$/,
    texts: undefined,
    trouble: 'refused',
    advice: 'it refuses us; check user, password, database and rights in the address',
  },
  {
    codes: /^(XX001|XX002|58030)$/,
    texts: undefined,
    trouble: 'damaged',
    advice: 'it reports damaged data or a failing disk; look at its log before anything else',
  },
] as const;
