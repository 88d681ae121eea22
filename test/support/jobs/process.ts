import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { LogLine } from './redis.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export type ServiceProcess = {
  readonly child: ChildProcess;
  readonly lines: readonly LogLine[];
  /** Resolves to the first line with this message, also one that was there before. */
  line(message: string, timeoutMs?: number): Promise<LogLine>;
  /** Ends it by a signal; resolves to its exit code, null when the signal killed it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
};

/** `npm start` as it is, in a process of its own, with nothing of our environment but the paths. */
export function startService(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  /** Put before the command line. */
  prefix: readonly string[] = [],
): ServiceProcess {
  const words = [...prefix, process.execPath, '--import', 'tsx', 'src/main.ts', ...args];
  const child = spawn(words[0]!, words.slice(1), {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      LOG_LEVEL: 'debug',
      HTTP_PORT: '0',
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines: LogLine[] = [];
  let rest = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts.map(parsed));
  });
  return {
    child,
    lines,
    async line(message, timeoutMs = 30_000) {
      const found = () => lines.find(({ msg }) => typeof msg === 'string' && msg.includes(message));
      await until(
        () => found() !== undefined || child.exitCode !== null,
        timeoutMs,
        `"${message}" in the log`,
      );
      const line = found();
      if (!line) throw new Error(`it ended without "${message}": ${JSON.stringify(lines.slice(-5))}`);
      return line;
    },
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exit = once(child, 'exit');
      child.kill(signal);
      const [code] = (await exit) as [number | null];
      return code;
    },
  };
}

function parsed(line: string): LogLine {
  return line.startsWith('{') ? (JSON.parse(line) as LogLine) : { msg: line };
}

export async function until(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: string,
): Promise<void> {
  const startMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - startMs > timeoutMs) throw new Error(`after ${timeoutMs} ms still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
