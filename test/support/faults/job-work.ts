import { makeMapKind } from '../../../src/jobs/map-kinds.ts';
import type { JobQueue } from '../../../src/jobs/queue.ts';
import type { RedisClient } from '../../../src/jobs/redis-client.ts';
import { until } from '../jobs/process.ts';
import type { Tally, Work } from './tally.ts';

const lookEveryMs = 1_000;
const doneMs = 120_000;
/** Where BullMQ tells what becomes of jobs; of the last 500 events or so. */
const events = 'liqmap:compute:events';

/** Maps to be made, each a job of its own. */
export class JobWork implements Work {
  readonly #queue: JobQueue;
  readonly #redis: RedisClient;
  readonly #added: Promise<string>[] = [];
  readonly #ends: { readonly id: string; readonly event: string }[] = [];
  readonly #looking: NodeJS.Timeout;
  #last = '-';
  /** A Redis that was emptied numbers jobs from one again. */
  #emptied = 0;
  #reading = Promise.resolve();

  constructor(queue: JobQueue, redis: RedisClient) {
    this.#queue = queue;
    this.#redis = redis;
    this.#looking = setInterval(() => this.#look(), lookEveryMs);
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    await this.#reading;
  }

  round(): void {
    for (let i = 0; i < 2; i += 1) this.add();
  }

  add(): Promise<string> {
    const key = `ETH/24h/fault-${this.#added.length}`;
    const request = { symbol: 'ETH', window: '24h', venues: ['hyperliquid'] } as const;
    const named = (id: string) => this.#named(id);
    const added = this.#queue.add(makeMapKind, { key, request }, { key }).then(named);
    this.#added.push(added);
    return added;
  }

  /** To be told before Redis is emptied. */
  emptied(): void {
    this.#emptied += 1;
  }

  isDone(id: string): boolean {
    return this.#ends.some((end) => end.id === id && end.event === 'completed');
  }

  async settle(): Promise<void> {
    const ids = await Promise.all(this.#added);
    const hasEnded = (id: string) => this.#ends.some((end) => end.id === id);
    await until(() => ids.every(hasEnded), doneMs, 'an end of every job').catch(() => undefined);
  }

  async count(): Promise<readonly Tally[]> {
    const ids = await Promise.all(this.#added);
    const endsOf = (id: string, event: string) =>
      this.#ends.filter((end) => end.id === id && end.event === event).length;
    const done = ids.filter((id) => endsOf(id, 'completed') > 0).length;
    const givenUp = ids.filter((id) => endsOf(id, 'completed') === 0 && endsOf(id, 'failed') > 0).length;
    return [
      {
        what: 'jobs done',
        given: ids.length,
        there: done,
        lost: ids.length - done - givenUp,
        twice: ids.filter((id) => endsOf(id, 'completed') > 1).length,
        unknown: givenUp,
        note: 'unknown: given up after three killed workers',
      },
    ];
  }

  #named(id: string): string {
    return `${this.#emptied}/${id}`;
  }

  #look(): void {
    const read = async () => {
      const entries = await this.#redis.xrange(events, this.#last === '-' ? '-' : `(${this.#last}`, '+');
      for (const [stamp, fields] of entries) {
        this.#last = stamp;
        const of = (name: string) => fields[fields.indexOf(name) + 1] ?? '';
        const event = of('event');
        if (event !== 'completed' && event !== 'failed') continue;
        this.#ends.push({ id: this.#named(of('jobId')), event });
      }
    };
    // What could not be read now is read the next time.
    this.#reading = this.#reading.then(read).catch(() => undefined);
  }
}
