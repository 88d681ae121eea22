import { setMaxListeners } from 'node:events';
import { z } from 'zod';
import { ownSignal, unlessAborted, within } from '../deadline.ts';
import { errorText, UserError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Job, UnrecoverableError, WaitingError, Worker } from './bullmq.ts';
import type { JobHandler, QueueName } from './kind.ts';
import type { RedisConnections } from './redis-client.ts';

export type JobOutcome = 'done' | 'refused' | 'failed' | 'handed back';

/** What became of one try of a job. */
export type JobReport = {
  readonly kind: string;
  readonly queue: QueueName;
  readonly outcome: JobOutcome;
  /** From its start to its end. */
  readonly tookMs: number;
  /** From when it was due to its start. */
  readonly waitedMs: number;
};

type Options = {
  readonly connections: RedisConnections;
  readonly prefix: string;
  readonly log: Log;
  readonly onReport: (report: JobReport) => void;
  readonly onTrouble: (queue: QueueName, error: unknown) => void;
  readonly lostAfterMs: number;
};

type Handlers = ReadonlyMap<string, JobHandler>;

/** What runs at the stop has this long before it is handed back. */
const finishMs = 3_000;
/** For jobs to come to their end where nobody hands them back, and for Redis to be told. */
const endMs = 4_000;
const tellMs = 1_000;
/** So often a job may lose its worker before it is taken for what kills them. */
const mostLosses = 2;

/** Does the jobs of some queues in this process. */
export class JobWorkers {
  readonly #options: Options;
  readonly #workers: Worker[] = [];
  readonly #stopping = new AbortController();
  readonly #running = new Set<{ readonly job: Job; readonly ending: AbortController }>();

  constructor(options: Options) {
    this.#options = options;
    // One for each job that runs.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** @returns what ends the work on this queue: nothing new is taken, and what runs comes to its end. */
  start(queue: QueueName, handlers: Handlers, concurrency: number): () => Promise<void> {
    const { connections, prefix, lostAfterMs, log, onTrouble } = this.#options;
    const worker = new Worker(queue, (job: Job, token?: string) => this.#run(queue, handlers, job, token), {
      connection: connections.patient(`${queue}-worker`),
      prefix,
      concurrency,
      lockDuration: lostAfterMs,
      stalledInterval: lostAfterMs / 2,
      maxStalledCount: mostLosses,
      runRetryDelay: 1_000,
    });
    worker.on('error', (error) => onTrouble(queue, error));
    worker.on('stalled', (id) => log.warn('a job whose worker is gone is given to another', { queue, id }));
    this.#workers.push(worker);
    return () => this.#end(worker);
  }

  /**
   * Takes no new jobs of these queues, hands back at once what runs without anybody waiting for it, and resolves when the
   * rest has come to its end.
   */
  async windDown(queues: readonly QueueName[]): Promise<void> {
    const ended = this.#workers.filter(({ name }) => queues.some((queue) => queue === name));
    const closed = ended.map((worker) => this.#end(worker));
    for (const { job, ending } of this.#running) {
      if (queues.some((queue) => queue === job.queueName) && !isWaitedFor(job)) ending.abort();
    }
    await Promise.all(closed);
  }

  /** Takes no new jobs, gives those that run a while to end and hands the rest back to the queue. */
  async stop(withinMs = finishMs): Promise<void> {
    const leftMs = Math.max(0, Math.min(withinMs, finishMs));
    const handBack = setTimeout(() => this.#stopping.abort(), leftMs);
    await Promise.all(this.#workers.map((worker) => this.#end(worker, leftMs + tellMs)));
    clearTimeout(handBack);
  }

  /**
   * A worker waits for Redis to close in order; while Redis is away there is nothing to hand back to, and if it goes
   * away meanwhile, jobs are given to others as those of a worker that was killed.
   */
  async #end(worker: Worker, withinMs = endMs): Promise<void> {
    const { connections, log } = this.#options;
    const closed = worker.close(!connections.health().ok);
    await within(closed, withinMs, `not closed within ${withinMs} ms`).catch((error) =>
      log.warn('a worker is left to itself', { queue: worker.name, reason: errorText(error) }),
    );
    const place = this.#workers.indexOf(worker);
    if (place >= 0) this.#workers.splice(place, 1);
  }

  async #run(queue: QueueName, handlers: Handlers, job: Job, token: string | undefined): Promise<unknown> {
    const handler = handlers.get(job.name);
    if (!handler) throw new UnrecoverableError(`no handler for jobs named ${job.name}`);
    const startMs = performance.now();
    const running = { job, ending: new AbortController() };
    const { signal, release } = ownSignal(running.ending.signal, this.#stopping.signal);
    this.#running.add(running);
    const waitedMs = Math.max(0, (job.processedOn ?? 0) - job.timestamp - (job.opts.delay ?? 0));
    const report = (outcome: JobOutcome) => {
      const tookMs = performance.now() - startMs;
      this.#options.onReport({ kind: job.name, queue, outcome, tookMs, waitedMs });
    };
    try {
      const value = await this.#try(handler, job, signal);
      report('done');
      return { value };
    } catch (error) {
      if (error instanceof UserError) {
        report('refused');
        return { refused: error.message };
      }
      if (signal.aborted) {
        await job.moveToWait(token);
        report('handed back');
        throw new WaitingError();
      }
      report('failed');
      const attempt = job.attemptsMade + 1;
      this.#options.log.warn('a job failed', { kind: job.name, id: job.id, attempt, error });
      throw error;
    } finally {
      release();
      this.#running.delete(running);
    }
  }

  async #try({ kind, run }: JobHandler, job: Job, ending: AbortSignal): Promise<unknown> {
    const payload = kind.payload.safeParse(job.data);
    if (!payload.success) throw new UnrecoverableError(`payload: ${z.prettifyError(payload.error)}`);
    const { signal, abort, release } = ownSignal(ending);
    const late = () => abort(new Error(`${kind.name} took longer than ${kind.timeLimitMs} ms`));
    const timer = setTimeout(late, kind.timeLimitMs);
    try {
      const value = await unlessAborted(run(payload.data, { signal, attempt: job.attemptsMade + 1 }), signal);
      return kind.result.parse(value);
    } finally {
      clearTimeout(timer);
      release();
    }
  }
}

/** What somebody asked for goes before what was merely due. */
function isWaitedFor({ opts }: Job): boolean {
  return opts.lifo === true;
}
