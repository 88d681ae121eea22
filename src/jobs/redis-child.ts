import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { pause } from '../deadline.ts';
import type { Log } from '../log.ts';
import { askRedis } from './redis-wire.ts';
import { folderOf, isAlive } from './running-process.ts';

export type RedisChild = {
  readonly url: string;
  /** "redis-server 7.0.15" */
  readonly program: string;
  stop(): Promise<void>;
};

type Place = { readonly port: number; readonly password: string };
type Child = ChildProcessByStdio<Writable, Readable, null>;

const programs = ['redis-server', 'valkey-server'];
const startMs = 10_000;
/** All that it was told is with the kernel by then: it loses nothing by being killed. */
const stopMs = 2_000;
const longestRestartMs = 5_000;

const record = z.object({ pid: z.number().int(), port: z.number().int(), password: z.string() });

/**
 * Starts a Redis or Valkey found on PATH as our child: on a free loopback port, with a password of its own and its
 * files in `folder`. One left there by a killed service is stopped first, and one that dies is started again on the
 * same port. Resolves to undefined where neither program is installed. The folder must be locked by the caller.
 */
export async function startRedisChild(options: {
  readonly folder: string;
  readonly log: Log;
}): Promise<RedisChild | undefined> {
  const found = await findRedisProgram();
  if (!found) return undefined;
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const folder = realpathSync(options.folder);
  const file = join(folder, 'child.json');
  await stopLeftOver(file, folder, options.log);
  const place = { port: await freePort(), password: randomBytes(24).toString('hex') };
  const tether = await findTether();
  const keeper = new ChildKeeper({ program: found.program, tether, folder, file, place, log: options.log });
  await keeper.start();
  return {
    url: `redis://:${place.password}@127.0.0.1:${place.port}`,
    program: `${found.program} ${found.version}`,
    stop: () => keeper.stop(),
  };
}

type KeeperOptions = {
  readonly program: string;
  readonly tether: readonly string[];
  readonly folder: string;
  readonly file: string;
  readonly place: Place;
  readonly log: Log;
};

class ChildKeeper {
  readonly #options: KeeperOptions;
  #child: Child | undefined;
  readonly #stopping = new AbortController();
  #restarting: Promise<void> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { program, tether, folder, file, place, log } = this.#options;
    const [command = program, ...args] = [...tether, program, '-'];
    // A process group of its own: Ctrl-C is meant for us, who still need Redis to hand back what runs.
    const child = spawn(command, args, { cwd: folder, detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    const said: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => said.splice(0, said.length - 20, chunk.toString('utf8')));
    child.on('error', (error) => log.error('Redis could not be started', { error }));
    child.stdin.on('error', (error) => log.debug('Redis took no settings', { error }));
    child.stdin.end(settingsOf(place));
    writeFileSync(file, JSON.stringify({ pid: child.pid, ...place }), { mode: 0o600 });
    await this.#untilItAnswers(child, said);
    child.once('exit', (code, signal) => this.#hasDied(child, { code, signal }));
    if (child.exitCode !== null || child.signalCode !== null) this.#hasDied(child, {});
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    // At once: past its deadline the process may end before the next line is reached.
    this.#child?.kill('SIGTERM');
    await this.#restarting;
    const child = this.#child;
    if (child?.pid !== undefined && isAlive(child.pid)) await end(child.pid, 'SIGTERM');
    rmSync(this.#options.file, { force: true });
  }

  async #untilItAnswers(child: Child, said: readonly string[]): Promise<void> {
    const { place, program } = this.#options;
    for (let waitedMs = 0; waitedMs < startMs; waitedMs += 50) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) break;
      if (this.#stopping.signal.aborted) break;
      const answer = await askRedis(place, 'PING').catch(() => '');
      if (answer.startsWith('+PONG')) return;
      await sleep(50);
    }
    if (child.pid !== undefined && isAlive(child.pid)) await end(child.pid, 'SIGKILL');
    throw new Error(`${program} does not start: ${said.join('').trim().slice(-500)}`);
  }

  #hasDied(child: Child, how: object): void {
    if (this.#stopping.signal.aborted || child !== this.#child) return;
    this.#child = undefined;
    this.#options.log.error('Redis, our child, has died; it is started again', { how });
    this.#restarting = this.#restart();
  }

  async #restart(): Promise<void> {
    const { signal } = this.#stopping;
    for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, longestRestartMs)) {
      await pause(pauseMs, signal);
      if (signal.aborted) return;
      try {
        return await this.start();
      } catch (error) {
        if (signal.aborted) return;
        this.#options.log.error('Redis could not be started again', { error });
      }
    }
  }
}

/** `appendfsync everysec`: what is in Redis may be lost by a second, see docs/decisions. */
function settingsOf({ port, password }: Place): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    'daemonize no',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    'loglevel warning',
    '',
  ].join('\n');
}

/** The Redis or Valkey that would be started; undefined where neither is installed. */
export async function findRedisProgram(): Promise<{ program: string; version: string } | undefined> {
  for (const program of programs) {
    try {
      const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: 5_000 });
      return { program, version: /v=([\d.]+)/.exec(stdout)?.[1] ?? '' };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }
  return undefined;
}

/**
 * What to put before a command so that it is told to end when we die, be it by SIGKILL. Empty where Linux' setpriv is
 * not to be had: there the next start on the same folder stops what is left over.
 * https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
 */
async function findTether(): Promise<readonly string[]> {
  const tether = ['setpriv', '--pdeathsig', 'TERM', '--'] as const;
  try {
    await promisify(execFile)(tether[0], [...tether.slice(1), 'true'], { timeout: 5_000 });
    return tether;
  } catch (error) {
    if (error instanceof Error) return [];
    throw error;
  }
}

async function stopLeftOver(file: string, folder: string, log: Log): Promise<void> {
  if (!existsSync(file)) return;
  const left = readRecord(file);
  if (left !== undefined && isAlive(left.pid)) {
    if (await answersAs(left)) {
      log.warn('a Redis of ours was left running; it is stopped', { pid: left.pid });
      await end(left.pid, 'SIGTERM');
    } else if (folderOf(left.pid) === folder) {
      log.warn('a Redis of ours was left hanging; it is killed', { pid: left.pid });
      await end(left.pid, 'SIGKILL');
    }
  }
  rmSync(file, { force: true });
}

/** The number may belong to another process by now: only ours knows the password and says the same number. */
async function answersAs(left: z.output<typeof record>): Promise<boolean> {
  const info = await askRedis(left, 'INFO server').catch(() => '');
  return info.includes(`process_id:${left.pid}\r\n`);
}

function readRecord(file: string): z.output<typeof record> | undefined {
  try {
    return record.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

async function end(pid: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  process.kill(pid, signal);
  for (let waitedMs = 0; waitedMs < stopMs; waitedMs += 20) {
    if (!isAlive(pid)) return;
    await sleep(20);
  }
  if (signal === 'SIGTERM') return end(pid, 'SIGKILL');
  throw new Error(`process ${pid} survives SIGKILL`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
