import {
  type Job,
  type JobsOptions,
  Queue,
  QueueEvents,
  UnrecoverableError,
  WaitingError,
  Worker,
} from 'bullmq';
import { z } from 'zod';
import { unlessAborted, within } from '../deadline.ts';
import { errorText, UserError } from '../errors.ts';
import type { Log } from '../log.ts';
import { AwaitedJobs } from './awaited.ts';
import {
  type AnyJobKind,
  anyKind,
  type JobHandler,
  type JobKind,
  matchHandlers,
  type QueueName,
  queueNames,
} from './kind.ts';
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

export type QueueDepth = Readonly<Record<'waiting' | 'active' | 'delayed' | 'failed', number>>;

export type FailedJob = {
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
  readonly atMs: number;
};

export type JobQueueOptions = {
  readonly connections: RedisConnections;
  readonly kinds: readonly AnyJobKind[];
  /** How many finished and failed jobs of each queue are kept to be looked at. */
  readonly keep: { readonly completed: number; readonly failed: number };
  readonly log: Log;
  readonly onReport?: (report: JobReport) => void;
  /** After this long without a sign of life from its worker a job is given to another; 15 s unless told. */
  readonly lostAfterMs?: number;
  /** What Redis' keys begin with; `liqmap` unless told. */
  readonly prefix?: string;
};

/** What a handler gave: its result, or what it had to say to the person who asked. */
const answer = z.union([z.object({ refused: z.string() }), z.object({ value: z.unknown() })]);

/** How often the jobs waited for are looked up, in case the word of their end was lost with Redis. */
const lookUpMs = 2_000;
/** What runs at the stop has this long before it is handed back. */
const finishMs = 3_000;
const closeMs = 1_000;

/** Jobs in Redis: added here, done by whichever process works on their queue. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #queues: ReadonlyMap<QueueName, Queue>;
  readonly #events = new Map<QueueName, { readonly events: QueueEvents; readonly awaited: AwaitedJobs }>();
  readonly #joined = new Map<string, Promise<unknown>>();
  readonly #workers: Worker[] = [];
  readonly #stopping = new AbortController();
  #lookUp: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    const connection = options.connections.patient('queue');
    connection.setMaxListeners(50);
    this.#queues = new Map(
      queueNames.map((name) => {
        const queue = new Queue(name, {
          connection,
          prefix: this.#prefix,
          streams: { events: { maxLen: 500 } },
        });
        queue.on('error', (error) => this.#note(name, error));
        return [name, queue];
      }),
    );
  }

  /**
   * Begins to do jobs, so many at once in each queue named.
   *
   * @throws Error when a kind of one of these queues has no handler or two.
   */
  work(handlers: readonly JobHandler[], concurrency: Readonly<Partial<Record<QueueName, number>>>): void {
    const worked = queueNames.filter((name) => concurrency[name] !== undefined);
    const kinds = this.#options.kinds.filter(({ queue }) => worked.includes(queue));
    const matched = matchHandlers(kinds, handlers);
    for (const name of worked) this.#startWorker(name, matched, concurrency[name]!);
  }

  /** Adds a job. Of those with the same key only one waits or runs at a time. Resolves to the job's id. */
  async add<Payload>(
    kind: JobKind<Payload, unknown>,
    payload: Payload,
    how: { readonly key?: string; readonly delayMs?: number; readonly urgent?: true } = {},
  ): Promise<string> {
    const job = await this.#queueOf(kind).add(kind.name, kind.payload.parse(payload), {
      ...this.#jobOptions(anyKind(kind)),
      ...(how.key !== undefined && { deduplication: { id: idOf(kind.name, how.key) } }),
      ...(how.delayMs !== undefined && { delay: how.delayMs }),
      ...(how.urgent && { lifo: true }),
    });
    return job.id!;
  }

  /**
   * The result of a job. Whoever asks with the same key while it waits or runs, in this process or another, gets
   * the result of that one job.
   *
   * @throws UserError of the handler, and Error when the job failed for good or took longer than `timeLimitMs`.
   */
  request<Payload, Result>(
    kind: JobKind<Payload, Result>,
    key: string,
    payload: Payload,
    timeLimitMs: number,
  ): Promise<Result> {
    const id = idOf(kind.name, key);
    const joined = this.#joined.get(id);
    if (joined) return joined as Promise<Result>;
    const asked = this.#ask(kind, key, payload, timeLimitMs).finally(() => this.#joined.delete(id));
    this.#joined.set(id, asked);
    return asked;
  }

  /** Has a job done every so often, by one worker each time, until told otherwise; once it is set it stays in Redis. */
  async schedule<Payload>(
    kind: JobKind<Payload, unknown>,
    key: string,
    everyMs: number,
    payload: Payload,
  ): Promise<void> {
    const template = {
      name: kind.name,
      data: kind.payload.parse(payload),
      opts: this.#jobOptions(anyKind(kind)),
    };
    await this.#queueOf(kind).upsertJobScheduler(idOf(kind.name, key), { every: everyMs }, template);
  }

  async unschedule(kind: Pick<AnyJobKind, 'name' | 'queue'>, key: string): Promise<void> {
    await this.#queueOf(kind).removeJobScheduler(idOf(kind.name, key));
  }

  /** The keys for which a kind is scheduled, with their intervals. */
  async schedules(kind: Pick<AnyJobKind, 'name' | 'queue'>): Promise<ReadonlyMap<string, number>> {
    const all = await this.#queueOf(kind).getJobSchedulers(0, -1);
    const prefix = idOf(kind.name, '');
    return new Map(
      all
        .filter(({ key }) => key.startsWith(prefix))
        .map(({ key, every }) => [key.slice(prefix.length), Number(every)]),
    );
  }

  async depth(name: QueueName): Promise<QueueDepth> {
    const counts = await this.#queues
      .get(name)!
      .getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed');
    const { waiting = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
    return { waiting: waiting + prioritized, active, delayed, failed };
  }

  /** The last jobs that failed for good, newest first. */
  async failed(name: QueueName, count = 20): Promise<readonly FailedJob[]> {
    const jobs = await this.#queues.get(name)!.getFailed(0, count - 1);
    return jobs.map(({ id, name: kind, failedReason, finishedOn }) => ({
      id: id ?? '',
      kind,
      reason: failedReason,
      atMs: finishedOn ?? 0,
    }));
  }

  /** Takes no new jobs, gives those that run a while to end and hands the rest back to the queue. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  get #prefix(): string {
    return this.#options.prefix ?? 'liqmap';
  }

  async #stop(): Promise<void> {
    clearInterval(this.#lookUp);
    const handBack = setTimeout(() => this.#stopping.abort(), finishMs);
    // A worker waits for Redis to close in order; while Redis is away there is nothing to hand back to.
    const force = !this.#options.connections.health().ok;
    await Promise.all(this.#workers.map((worker) => worker.close(force)));
    clearTimeout(handBack);
    const readers = Promise.all([...this.#events.values()].map(({ events }) => events.close()));
    const queues = Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    // They wait for a Redis that is away; their connections are closed by whoever opened them.
    await within(Promise.all([readers, queues]), closeMs, 'Redis is away').catch((error) =>
      this.#options.log.debug('queues left open', { reason: errorText(error) }),
    );
  }

  #startWorker(name: QueueName, handlers: ReadonlyMap<string, JobHandler>, concurrency: number): void {
    const { connections, lostAfterMs = 15_000 } = this.#options;
    const worker = new Worker(name, (job: Job, token?: string) => this.#run(name, handlers, job, token), {
      connection: connections.patient(`${name}-worker`),
      prefix: this.#prefix,
      concurrency,
      lockDuration: lostAfterMs,
      stalledInterval: lostAfterMs / 2,
      maxStalledCount: 2,
      runRetryDelay: 1_000,
    });
    worker.on('error', (error) => this.#note(name, error));
    worker.on('stalled', (id) =>
      this.#options.log.warn('a job whose worker is gone is given to another', { queue: name, id }),
    );
    this.#workers.push(worker);
  }

  async #run(
    queue: QueueName,
    handlers: ReadonlyMap<string, JobHandler>,
    job: Job,
    token?: string,
  ): Promise<unknown> {
    const handler = handlers.get(job.name);
    if (!handler) throw new UnrecoverableError(`no handler for jobs named ${job.name}`);
    const startMs = performance.now();
    const waitedMs = Math.max(0, (job.processedOn ?? 0) - job.timestamp - (job.opts.delay ?? 0));
    const report = (outcome: JobOutcome) =>
      this.#options.onReport?.({
        kind: job.name,
        queue,
        outcome,
        tookMs: performance.now() - startMs,
        waitedMs,
      });
    try {
      const value = await this.#try(handler, job);
      report('done');
      return { value };
    } catch (error) {
      if (error instanceof UserError) {
        report('refused');
        return { refused: error.message };
      }
      if (this.#stopping.signal.aborted) {
        await job.moveToWait(token);
        report('handed back');
        throw new WaitingError();
      }
      report('failed');
      this.#options.log.warn('a job failed', {
        kind: job.name,
        id: job.id,
        attempt: job.attemptsMade + 1,
        error,
      });
      throw error;
    }
  }

  async #try({ kind, run }: JobHandler, job: Job): Promise<unknown> {
    const payload = kind.payload.safeParse(job.data);
    if (!payload.success) throw new UnrecoverableError(`payload: ${z.prettifyError(payload.error)}`);
    const tooLong = new AbortController();
    const timer = setTimeout(
      () => tooLong.abort(new Error(`${kind.name} took longer than ${kind.timeLimitMs} ms`)),
      kind.timeLimitMs,
    );
    const signal = AbortSignal.any([tooLong.signal, this.#stopping.signal]);
    try {
      const value = await unlessAborted(run(payload.data, { signal, attempt: job.attemptsMade + 1 }), signal);
      return kind.result.parse(value);
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask<Payload, Result>(
    kind: JobKind<Payload, Result>,
    key: string,
    payload: Payload,
    timeLimitMs: number,
  ): Promise<Result> {
    const untilMs = performance.now() + timeLimitMs;
    const late = `${kind.name} was not done within ${timeLimitMs / 1000} s`;
    for (;;) {
      const leftMs = Math.max(1, untilMs - performance.now());
      const id = await within(this.add(kind, payload, { key, urgent: true }), leftMs, late);
      try {
        const outcome = this.#outcome(kind.queue, id);
        return resultOf(kind, await within(outcome, Math.max(1, untilMs - performance.now()), late));
      } catch (error) {
        if (!(error instanceof JobLost)) throw error;
        this.#options.log.info('a job was lost with Redis and is asked for again', { kind: kind.name });
        await within(this.#queueOf(kind).removeDeduplicationKey(idOf(kind.name, key)), leftMs, late);
      } finally {
        this.#events.get(kind.queue)?.awaited.forget(id);
      }
    }
  }

  #outcome(queue: QueueName, id: string): Promise<unknown> {
    const { awaited } = this.#eventsOf(queue);
    const outcome = awaited.outcome(id);
    // It may have ended before anybody listened.
    this.#lookUpJob(queue, id).catch((error) => this.#note(queue, error));
    return outcome;
  }

  #eventsOf(name: QueueName) {
    const known = this.#events.get(name);
    if (known) return known;
    // From the oldest event kept: what ends while the reader is being set up would be missed otherwise.
    const connection = this.#options.connections.patient(`${name}-events`);
    const events = new QueueEvents(name, { connection, prefix: this.#prefix, lastEventId: '0' });
    const awaited = new AwaitedJobs();
    events.on('error', (error) => this.#note(name, error));
    events.on('completed', ({ jobId, returnvalue }) => awaited.completed(jobId, returnvalue));
    events.on('failed', ({ jobId, failedReason }) => awaited.failed(jobId, new Error(failedReason)));
    this.#lookUp ??= setInterval(() => this.#lookUpAll(), lookUpMs);
    const made = { events, awaited };
    this.#events.set(name, made);
    return made;
  }

  #lookUpAll(): void {
    for (const [name, { awaited }] of this.#events) {
      for (const id of awaited.ids()) this.#lookUpJob(name, id).catch((error) => this.#note(name, error));
    }
  }

  async #lookUpJob(name: QueueName, id: string): Promise<void> {
    const job = await this.#queues.get(name)!.getJob(id);
    const awaited = this.#events.get(name)!.awaited;
    if (!job) awaited.failed(id, new JobLost());
    else if (job.finishedOn !== undefined && job.failedReason)
      awaited.failed(id, new Error(job.failedReason));
    else if (job.finishedOn !== undefined) awaited.completed(id, job.returnvalue);
  }

  #queueOf({ queue }: { readonly queue: QueueName }): Queue {
    return this.#queues.get(queue)!;
  }

  #jobOptions(
    kind: AnyJobKind,
  ): Pick<JobsOptions, 'attempts' | 'backoff' | 'removeOnComplete' | 'removeOnFail'> {
    const { completed, failed } = this.#options.keep;
    return {
      attempts: kind.attempts,
      backoff: { type: 'exponential', delay: kind.backOffMs, jitter: 0.5 },
      removeOnComplete: { count: completed },
      removeOnFail: { count: failed },
    };
  }

  /** That Redis is away is told once elsewhere. */
  #note(queue: QueueName, error: unknown): void {
    const level = this.#options.connections.health().ok && !this.#stopped ? 'warn' : 'debug';
    this.#options.log[level]('trouble in a queue', { queue, reason: errorText(error) });
  }
}

class JobLost extends Error {
  override readonly name = 'JobLost';
}

function resultOf<Result>(kind: { readonly result: z.ZodType<Result> }, outcome: unknown): Result {
  const given = answer.parse(outcome);
  if ('refused' in given) throw new UserError(given.refused);
  return kind.result.parse(given.value);
}

function idOf(kind: string, key: string): string {
  return `${kind}/${key}`;
}
