import { pause } from './deadline.ts';
import { errorText } from './errors.ts';
import type { Log } from './log.ts';
import type { LiquidationEvent } from './market/streams.ts';
import type { Store } from './store/store.ts';

type Deps = {
  readonly store: Pick<Store, 'liquidations'>;
  readonly log: Log;
  readonly writeEveryMs?: number;
};

/** What waits while the store is away, at most: an hour of the worst minutes there were. */
const mostWaiting = 100_000;

/** At the end the store gets so many chances, so far apart. */
const lastAttempts = 3;
const lastWaitMs = 1_000;

/**
 * Writes liquidations down as they stream by, many at a time. While the store is away they wait; beyond a bound the
 * newest are lost, which is counted and told.
 */
export class LiquidationRecorder {
  readonly #deps: Deps;
  readonly #timer: NodeJS.Timeout;
  #waiting: LiquidationEvent[] = [];
  #writing: Promise<void> = Promise.resolve();
  #lost = 0;
  #failing = false;
  #isStopped = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#timer = setInterval(() => void this.#flush(), deps.writeEveryMs ?? 1_000);
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  take(event: LiquidationEvent): void {
    if (this.#waiting.length < mostWaiting && !this.#isStopped) this.#waiting.push(event);
    else this.#lost += 1;
  }

  /** Writes what is left; rejects, with how many are lost, if that cannot be done. Close the streams first. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    for (let attempt = 1; attempt <= lastAttempts; attempt += 1) {
      if (attempt > 1) await pause(lastWaitMs);
      await this.#flush();
      if (this.#waiting.length === 0) return;
    }
    throw new Error(`${this.#waiting.length} liquidations were never written`);
  }

  #flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { log } = this.#deps;
    const batch = this.#waiting;
    this.#waiting = [];
    const rest = [...byMarket(batch).values()];
    try {
      for (let events = rest[0]; events !== undefined; events = rest[0]) {
        await this.#writeMarket(events);
        rest.shift();
      }
      if (this.#failing) log.info('liquidations are written again', { lost: this.#lost });
      this.#failing = false;
    } catch (error) {
      // What was not confirmed is written again later; the same row twice is one.
      this.#waiting = [...rest.flat(), ...this.#waiting];
      if (!this.#failing) log.error('liquidations cannot be written and wait', { reason: errorText(error) });
      this.#failing = true;
    }
  }

  async #writeMarket(events: readonly LiquidationEvent[]): Promise<void> {
    const { venue, symbol } = events[0]!.market;
    const rows = events.map(({ liquidation }) => liquidation);
    await this.#deps.store.liquidations.write({ venue, symbol, from: 'seen' }, rows);
  }
}

function byMarket(events: readonly LiquidationEvent[]): Map<string, LiquidationEvent[]> {
  const groups = new Map<string, LiquidationEvent[]>();
  for (const event of events) {
    const name = `${event.market.venue} ${event.market.symbol}`;
    groups.set(name, [...(groups.get(name) ?? []), event]);
  }
  return groups;
}
