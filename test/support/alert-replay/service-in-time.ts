import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type ServiceStart = {
  readonly settings: Readonly<Record<string, string>>;
  /** Folder of the recorded files. */
  readonly data: string;
  readonly coins: readonly string[];
  readonly nowMs: number;
};
export type Order = {
  readonly moveTo?: number /** Let the engine look at everything once. */;
  readonly round?: true;
};
export type Report = { readonly started?: true; readonly done?: true };

const entry = fileURLToPath(new URL('./service.ts', import.meta.url));

/** The service as a process of its own, with its time in our hand. */
export class ServiceInTime {
  readonly #start: ServiceStart;
  readonly #onLog: (line: string) => void;
  #child: ChildProcess | undefined;

  constructor(start: ServiceStart, onLog: (line: string) => void) {
    this.#start = start;
    this.#onLog = onLog;
  }

  /** Resolves when everything is up and the engine has begun. */
  async start(nowMs: number): Promise<void> {
    const child = fork(entry, [], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line !== '') this.#onLog(line);
    });
    const started = this.#report(child);
    child.send({ ...this.#start, nowMs } satisfies ServiceStart);
    await started;
  }

  async tell(order: Order): Promise<void> {
    const child = this.#child!;
    const done = this.#report(child);
    child.send(order);
    await done;
  }

  /** Ends it at once, whatever it is doing. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async #report(child: ChildProcess): Promise<void> {
    const over = new AbortController();
    try {
      await Promise.race([
        once(child, 'message', over),
        once(child, 'exit', over).then(() => Promise.reject(new Error('the service ended'))),
      ]);
    } finally {
      over.abort();
    }
  }
}
