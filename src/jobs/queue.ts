import { setMaxListeners } from 'node:events';
import { z } from 'zod';
import { unlessAborted, within } from '../deadline.ts';
import { errorText, UserError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type JobsOptions, Queue } from './bullmq.ts';
import { JobLost, JobOutcomes } from './job-outcomes.ts';
import { type JobReport, JobWorkers } from './job-workers.ts';
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

export type QueueDepth = Readonly<Record<'waiting' | 'active' | 'delayed' | 'failed', number>>;

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
  /** What they are told who wait for a job when the service ends. */
  readonly goodbye?: string;
};

type Ending = {
  readonly sinceMs: number;
  readonly timer: NodeJS.Timeout;
  readonly quiet: Promise<void>;
};

type KindName = Pick<AnyJobKind, 'name' | 'queue'>;

/** What a handler gave: its result, or what it had to say to the person who asked. */
const answer = z.union([z.object({ refused: z.string() }), z.object({ value: z.unknown() })]);

const closeMs = 1_000;
/** At the end of the service, whoever waits for a job waits this long at most, and what runs has a while more. */
const windDownMs = { waiting: 2_000, running: 3_000 };
/** Clocks of machines differ by seconds. */
const skewMs = 60_000;

/** Jobs in Redis: added here, done by whichever process works on their queue. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #queues: ReadonlyMap<QueueName, Queue>;
  readonly #outcomes: JobOutcomes;
  readonly #workers: JobWorkers;
  readonly #joined = new Map<string, Promise<unknown>>();
  readonly #givenUp = new AbortController();
  #stopped: Promise<void> | undefined;
  #ending: Ending | undefined;

  constructor(options: JobQueueOptions) {
    const { connections, log, prefix = 'liqmap', lostAfterMs = 15_000, onReport = () => undefined } = options;
    const onTrouble = (queue: QueueName, error: unknown) => this.#note(queue, error);
    const connection = connections.patient('queue');
    connection.setMaxListeners(50);
    const open = (name: QueueName): Queue => {
      const queue = new Queue(name, { connection, prefix, streams: { events: { maxLen: 500 } } });
      queue.on('error', (error) => onTrouble(name, error));
      return queue;
    };
    this.#options = options;
    // As many as there are requests.
    setMaxListeners(0, this.#givenUp.signal);
    this.#queues = new Map(queueNames.map((name) => [name, open(name)]));
    const queueOf = (name: QueueName) => this.#queues.get(name)!;
    this.#outcomes = new JobOutcomes({ connections, prefix, queueOf, onTrouble });
    this.#workers = new JobWorkers({ connections, prefix, log, onReport, onTrouble, lostAfterMs });
  }

  /**
   * Begins to do jobs, so many at once in each queue named.
   *
   * @returns what ends the work on these queues, for what this process does only for a time.
   * @throws Error when a kind of one of these queues has no handler or two.
   */
  work(
    handlers: readonly JobHandler[],
    concurrency: Readonly<Partial<Record<QueueName, number>>>,
  ): () => Promise<void> {
    const worked = queueNames.filter((name) => concurrency[name] !== undefined);
    const kinds = this.#options.kinds.filter(({ queue }) => worked.includes(queue));
    const matched = matchHandlers(kinds, handlers);
    const ends = worked.map((name) => this.#workers.start(name, matched, concurrency[name]!));
    return async () => {
      await Promise.all(ends.map((end) => end()));
    };
  }

  /** Adds a job. Of those with the same key only one waits or runs at a time. Resolves to the job's id. */
  async add<Payload>(
    kind: JobKind<Payload, unknown>,
    payload: Payload,
    how: { readonly key?: string; readonly delayMs?: number; readonly urgent?: true } = {},
  ): Promise<string> {
    const job = await this.#queueOf(kind).add(kind.name, kind.payload.parse(payload), {
      ...this.#jobOptions(anyKind(kind)),
      ...(how.key !== undefined && { deduplication: { id: idOf(kind, how.key) } }),
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
    const id = idOf(kind, key);
    const joined = this.#joined.get(id);
    if (joined) return joined as Promise<Result>;
    const late = `${kind.name} was not done within ${timeLimitMs / 1000} s`;
    const deadline = { atMs: performance.now() + timeLimitMs, late };
    const answered = within(this.#ask(kind, key, payload, deadline), timeLimitMs, late);
    const asked = unlessAborted(answered, this.#givenUp.signal);
    const gone = () => this.#joined.delete(id);
    asked.then(gone, gone);
    this.#joined.set(id, asked);
    return asked;
  }

  /** Has a job done every so often, by one worker each time, until told otherwise; once set it stays in Redis. */
  async schedule<Payload>(
    kind: JobKind<Payload, unknown>,
    key: string,
    everyMs: number,
    payload: Payload,
  ): Promise<void> {
    const opts = this.#jobOptions(anyKind(kind));
    const template = { name: kind.name, data: kind.payload.parse(payload), opts };
    const queue = this.#queueOf(kind);
    const known = await queue.getJobScheduler(idOf(kind, key));
    // Set anew it would keep its next time.
    if (known && isTooFarOff(known)) await queue.removeJobScheduler(idOf(kind, key));
    await queue.upsertJobScheduler(idOf(kind, key), { every: everyMs }, template);
  }

  async unschedule(kind: KindName, key: string): Promise<void> {
    await this.#queueOf(kind).removeJobScheduler(idOf(kind, key));
  }

  /** The keys for which a kind is scheduled, with their intervals; without those that the clock was set back from. */
  async schedules(kind: KindName): Promise<ReadonlyMap<string, number>> {
    const all = await this.#queueOf(kind).getJobSchedulers(0, -1);
    const prefix = idOf(kind, '');
    const own = all.filter((one) => one.key.startsWith(prefix) && !isTooFarOff(one));
    return new Map(own.map(({ key, every }) => [key.slice(prefix.length), Number(every)]));
  }

  async depth(name: QueueName): Promise<QueueDepth> {
    const counts = await this.#queues.get(name)!.getJobCounts('waiting', 'active', 'delayed', 'failed');
    const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
    return { waiting, active, delayed, failed };
  }

  /** For those who look at all there is. */
  get queues(): readonly Queue[] {
    return [...this.#queues.values()];
  }

  /**
   * The service is to end. Work that nobody waits for is handed back at once, so that there is time for the rest: people
   * are answered for a little longer. Then whoever still waits gets `goodbye`, and `stop` begins by itself.
   *
   * @returns resolves when none of the work that asks venues is left
   */
  windDown(): Promise<void> {
    this.#ending ??= this.#beginToEnd();
    return this.#ending.quiet;
  }

  /** Takes no new jobs, gives those that run a while to end and hands the rest back to the queue. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  #beginToEnd(): Ending {
    const end = () => {
      this.#givenUp.abort(new UserError(this.#options.goodbye ?? 'The service is stopping.'));
      // Whoever stops us hears of it.
      this.stop().catch(() => undefined);
    };
    return {
      sinceMs: performance.now(),
      timer: setTimeout(end, windDownMs.waiting),
      quiet: this.#workers.windDown(['collect', 'compute']),
    };
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#ending?.timer);
    const endMs = this.#ending && this.#ending.sinceMs + windDownMs.running;
    await this.#workers.stop(endMs === undefined ? undefined : endMs - performance.now());
    const queues = [...this.#queues.values()].map((queue) => queue.close());
    // They wait for a Redis that is away; their connections are closed by whoever opened them.
    await within(Promise.all([this.#outcomes.stop(), ...queues]), closeMs, 'Redis is away').catch((error) =>
      this.#options.log.debug('queues left open', { reason: errorText(error) }),
    );
  }

  async #ask<Payload, Result>(
    kind: JobKind<Payload, Result>,
    key: string,
    payload: Payload,
    deadline: { readonly atMs: number; readonly late: string },
  ): Promise<Result> {
    for (;;) {
      const id = await this.add(kind, payload, { key, urgent: true });
      const leftMs = Math.max(1, deadline.atMs - performance.now());
      try {
        return resultOf(kind, await within(this.#outcomes.of(kind.queue, id), leftMs, deadline.late));
      } catch (error) {
        if (!(error instanceof JobLost)) throw error;
        this.#options.log.info('a job was lost with Redis and is asked for again', { kind: kind.name });
        await this.#queueOf(kind).removeDeduplicationKey(idOf(kind, key));
      } finally {
        this.#outcomes.forget(kind.queue, id);
      }
    }
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

function resultOf<Result>(kind: { readonly result: z.ZodType<Result> }, outcome: unknown): Result {
  const given = answer.parse(outcome);
  if ('refused' in given) throw new UserError(given.refused);
  return kind.result.parse(given.value);
}

/** Its next time was set before the clock was set back: it would be silent until then. */
function isTooFarOff({ every, next = 0 }: { readonly every?: number; readonly next?: number }): boolean {
  return next - Date.now() > 2 * Number(every) + skewMs;
}

function idOf({ name }: { readonly name: string }, key: string): string {
  return `${name}/${key}`;
}
