import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type Order = {
  readonly moveTo?: number;
  /** Let the engine look at everything once. */
  readonly round?: true;
};

type Options<Start> = {
  /** What runs as the process; it is sent `start` first, with the time, and answers each order once. */
  readonly entry: URL;
  readonly start: Omit<Start, 'nowMs'>;
  /** Of Node, besides what TypeScript needs. */
  readonly flags?: readonly string[];
  /** Besides that of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onLog: (line: string) => void;
};

/** The service as a process of its own, with its time in our hand. */
export class ServiceInTime<Start, Report = unknown> {
  readonly #options: Options<Start>;
  #child: ChildProcess | undefined;

  constructor(options: Options<Start>) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when everything is up and the engine has begun. */
  async start(nowMs: number): Promise<void> {
    const { entry, start, flags = [], env, onLog } = this.#options;
    const child = fork(fileURLToPath(entry), [], {
      execArgv: [...flags, '--import', 'tsx'],
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    createInterface({ input: child.stderr! }).on('line', onLog);
    const started = this.#report(child);
    child.send({ ...start, nowMs });
    await started;
  }

  async tell(order: Order & Readonly<Record<string, unknown>>): Promise<Report> {
    const child = this.#child!;
    const done = this.#report(child);
    child.send(order);
    return done;
  }

  /** Ends it at once, whatever it is doing. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async #report(child: ChildProcess): Promise<Report> {
    const over = new AbortController();
    try {
      const [report] = (await Promise.race([
        once(child, 'message', over),
        once(child, 'exit', over).then(() => Promise.reject(new Error('the service ended'))),
      ])) as [Report];
      return report;
    } finally {
      over.abort();
    }
  }
}
