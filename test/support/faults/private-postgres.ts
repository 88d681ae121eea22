import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../../src/jobs/running-process.ts';
import { freePort, until } from '../jobs/process.ts';

/** A PostgreSQL of our own, which may be stopped and killed without harm to anybody. */
export type PrivatePostgres = {
  readonly url: string;
  /** Stops all of its processes in the middle of whatever they do; the returned function lets them go on. */
  pause(): () => void;
  /** Kills all of its processes. */
  kill(): void;
  /** Starts it again after it was killed. */
  start(): Promise<void>;
  close(): void;
};

const programs = '/usr/lib/postgresql';

/** Undefined where it is not installed, or we may not become its user, as it runs under no other. */
export async function startPrivatePostgres(): Promise<PrivatePostgres | undefined> {
  const version = versions().toSorted((a, b) => b - a)[0];
  const user = spawnSync('id', ['-u', 'postgres'], { encoding: 'utf8' });
  if (version === undefined || process.getuid?.() !== 0 || user.status !== 0) {
    console.warn('a PostgreSQL that is paused or killed is not tried: none can be started here');
    return undefined;
  }
  const uid = Number(user.stdout);
  const folder = mkdtempSync(join(tmpdir(), 'liqmap-postgres-'));
  chownSync(folder, uid, uid);
  const data = join(folder, 'data');
  const port = await freePort();
  const run = (program: string, args: readonly string[]) =>
    void execFileSync(join(programs, String(version), 'bin', program), args, {
      uid,
      stdio: 'ignore',
      cwd: folder,
    });
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`;
  const start = () => run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start']);
  run('initdb', ['-D', data, '-A', 'trust']);
  start();
  let killed: readonly number[] = [];
  const signal = (name: NodeJS.Signals) => {
    const pids = family(Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]));
    for (const pid of pids) process.kill(pid, name);
    return pids;
  };
  const kill = () => {
    killed = signal('SIGKILL');
  };
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    pause() {
      signal('SIGSTOP');
      return () => void signal('SIGCONT');
    },
    kill,
    async start() {
      await until(() => !killed.some(isAlive), 10_000, 'the end of the processes that were killed');
      // Who starts it takes one that nobody has buried yet for alive.
      rmSync(join(data, 'postmaster.pid'), { force: true });
      start();
    },
    close() {
      kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function versions(): readonly number[] {
  try {
    return readdirSync(programs).map(Number);
  } catch (error) {
    console.warn((error as Error).message);
    return [];
  }
}

/** A process and those that it has started. */
function family(pid: number): readonly number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return [pid, ...stdout.split('\n').filter(Boolean).map(Number)];
}
