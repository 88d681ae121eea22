import { Worker } from 'node:worker_threads';
import type { Chart } from './chart.ts';
import type { RenderResult, RenderTask } from './render-worker.ts';

/**
 * More than twice what any picture of the gallery takes. Without a limit a thread holds hundreds of megabytes before it collects
 * its garbage: after 200 maps in two threads the process has 785 MB, with it 500, in the same time.
 */
const resourceLimits = { maxOldGenerationSizeMb: 256 };

type Waiting = { readonly chart: Chart; resolve(png: Buffer): void; reject(error: Error): void };
type Thread = {
  readonly worker: Worker;
  task?: { readonly waiting: Waiting; readonly timer: NodeJS.Timeout };
};

export type RenderPoolOptions = {
  readonly threads: number;
  /** A picture that takes longer costs its thread; 20 s unless told. */
  readonly timeLimitMs?: number;
};

/**
 * Draws charts in threads, first come first served. Threads start with the first pictures; one that dies or hangs
 * fails its picture and is replaced. Call `setUpFonts()` in the main thread before: in a thread it comes too late.
 */
export class RenderPool {
  readonly #options: RenderPoolOptions;
  readonly #threads: Thread[] = [];
  readonly #queue: Waiting[] = [];
  #lastId = 0;
  #closed = false;

  /** @throws RangeError unless there is at least one thread */
  constructor(options: RenderPoolOptions) {
    if (!(options.threads >= 1)) throw new RangeError(`threads must be at least 1, got ${options.threads}`);
    this.#options = options;
  }

  /** The chart as PNG. Rejects when it cannot be drawn or the pool is closed. */
  draw(chart: Chart): Promise<Buffer> {
    if (this.#closed) return Promise.reject(new Error('the render pool is closed'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ chart, resolve, reject });
      this.#dispatch();
    });
  }

  /** Ends the threads; what was being drawn is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const error = new Error('the render pool is closed');
    for (const waiting of this.#queue.splice(0)) waiting.reject(error);
    await Promise.all(this.#threads.splice(0).map((thread) => this.#end(thread, error)));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const thread = this.#threads.find(({ task }) => task === undefined) ?? this.#startThread();
      if (!thread) return;
      this.#give(thread, this.#queue.shift()!);
    }
  }

  #startThread(): Thread | undefined {
    if (this.#threads.length >= this.#options.threads) return undefined;
    const worker = startWorker();
    const thread: Thread = { worker };
    worker.on('message', (result: RenderResult) => this.#take(thread, result));
    worker.on('error', (error) => this.#lose(thread, error));
    worker.on('exit', (code) => this.#lose(thread, new Error(`a render thread ended with code ${code}`)));
    // An idle pool keeps nobody awake.
    worker.unref();
    this.#threads.push(thread);
    return thread;
  }

  #give(thread: Thread, waiting: Waiting): void {
    const { timeLimitMs = 20_000 } = this.#options;
    const late = () => this.#lose(thread, new Error(`a picture took longer than ${timeLimitMs} ms`));
    thread.task = { waiting, timer: setTimeout(late, timeLimitMs) };
    thread.worker.ref();
    this.#lastId += 1;
    thread.worker.postMessage({ id: this.#lastId, chart: waiting.chart } satisfies RenderTask);
  }

  #take(thread: Thread, result: RenderResult): void {
    const { task } = thread;
    if (!task) return;
    clearTimeout(task.timer);
    delete thread.task;
    thread.worker.unref();
    if ('png' in result) task.waiting.resolve(Buffer.from(result.png.buffer));
    else task.waiting.reject(new Error(`not drawn: ${result.error}`));
    this.#dispatch();
  }

  #lose(thread: Thread, error: Error): void {
    const index = this.#threads.indexOf(thread);
    if (index < 0) return;
    this.#threads.splice(index, 1);
    void this.#end(thread, error);
    this.#dispatch();
  }

  async #end({ worker, task }: Thread, error: Error): Promise<void> {
    if (task) {
      clearTimeout(task.timer);
      task.waiting.reject(error);
    }
    await worker.terminate();
  }
}

/**
 * Built, a thread runs the file. From source it first needs what loads TypeScript: Node 20 hands a thread neither the
 * loader of its parent nor one named in `execArgv`.
 */
function startWorker(): Worker {
  // By name, as it is called `.ts` here and `.js` where it was built.
  const file = new URL(import.meta.url.replace('render-pool', 'render-worker'));
  if (file.pathname.endsWith('.js')) return new Worker(file, { resourceLimits });
  const loader = import.meta.resolve('tsx/esm/api');
  const text = `import('${loader}').then(({ register }) => { register(); return import('${file}'); })`;
  return new Worker(text, { eval: true, execArgv: [], resourceLimits });
}
