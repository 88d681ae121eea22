import { AwaitedJobs } from './awaited.ts';
import { type Queue, QueueEvents } from './bullmq.ts';
import type { QueueName } from './kind.ts';
import type { RedisConnections } from './redis-client.ts';

type Options = {
  readonly connections: RedisConnections;
  readonly prefix: string;
  readonly queueOf: (name: QueueName) => Queue;
  readonly onTrouble: (queue: QueueName, error: unknown) => void;
};

type Listener = { readonly events: QueueEvents; readonly awaited: AwaitedJobs };

/** The job is not in Redis any more, and nobody said what became of it. */
export class JobLost extends Error {
  override readonly name = 'JobLost';
}

/** How often the jobs waited for are looked up, in case the word of their end was lost with Redis. */
const lookUpMs = 2_000;

/** Tells what becomes of jobs, whichever process does them. Listens to a queue from the first question on. */
export class JobOutcomes {
  readonly #options: Options;
  readonly #listeners = new Map<QueueName, Listener>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** What the worker returned; rejects with the reason when the job failed for good, and with JobLost. */
  of(queue: QueueName, id: string): Promise<unknown> {
    const outcome = this.#listenerOf(queue).awaited.outcome(id);
    // It may have ended before anybody listened.
    this.#lookUp(queue, id);
    return outcome;
  }

  forget(queue: QueueName, id: string): void {
    this.#listeners.get(queue)?.awaited.forget(id);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#listeners.values()].map(({ events }) => events.close()));
  }

  #listenerOf(name: QueueName): Listener {
    const known = this.#listeners.get(name);
    if (known) return known;
    const { connections, prefix, onTrouble } = this.#options;
    const connection = connections.patient(`${name}-events`);
    // From the oldest event kept: what ends while the listener is being set up would be missed otherwise.
    const events = new QueueEvents(name, { connection, prefix, lastEventId: '0' });
    const awaited = new AwaitedJobs();
    events.on('error', (error) => onTrouble(name, error));
    events.on('completed', ({ jobId, returnvalue }) => awaited.completed(jobId, returnvalue));
    events.on('failed', ({ jobId, failedReason }) => awaited.failed(jobId, new Error(failedReason)));
    this.#timer ??= setInterval(() => this.#lookUpAll(), lookUpMs);
    const made = { events, awaited };
    this.#listeners.set(name, made);
    return made;
  }

  #lookUpAll(): void {
    for (const [name, { awaited }] of this.#listeners) {
      for (const id of awaited.ids()) this.#lookUp(name, id);
    }
  }

  #lookUp(name: QueueName, id: string): void {
    this.#read(name, id).catch((error) => this.#options.onTrouble(name, error));
  }

  async #read(name: QueueName, id: string): Promise<void> {
    const job = await this.#options.queueOf(name).getJob(id);
    const { awaited } = this.#listenerOf(name);
    if (!job) awaited.failed(id, new JobLost());
    else if (job.finishedOn !== undefined && job.failedReason)
      awaited.failed(id, new Error(job.failedReason));
    else if (job.finishedOn !== undefined) awaited.completed(id, job.returnvalue);
  }
}
