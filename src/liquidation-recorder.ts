import type { Liquidation } from './core/market-data.ts';
import { errorText } from './errors.ts';
import type { Clock } from './market/clock.ts';
import type { Market } from './market/source.ts';
import type { LiquidationEvent } from './market/streams.ts';

/** Liquidations of one market in the order in which they were heard. */
export type MarketLiquidations = { readonly market: Market; readonly liquidations: readonly Liquidation[] };

export type LiquidationRecorderOptions = {
  /**
   * Writes a batch for good. It is given again, with what came since, if it rejects: rows that are there already must
   * not count twice. Equal rows of one market in one batch are as many liquidations.
   */
  readonly sink: (batch: readonly MarketLiquidations[]) => Promise<void>;
  readonly clock: Clock;
  /** Told when a batch could not be written, and when events had to be dropped. */
  readonly onProblem: (problem: string) => void;
  /** Events that are kept while the sink fails; 100,000 if absent. */
  readonly mostWaiting?: number;
};

export type RecorderStatus = {
  readonly waiting: number;
  readonly written: number;
  /** Lost: more came than could be kept while nothing could be written, or they came after the end. */
  readonly dropped: number;
};

/** How long an event waits for others to be written with it. */
const gatherMs = 1_000;
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;
const lastAttempts = 3;

/** Gathers liquidations as they are heard and hands them on in batches, one at a time and none twice at once. */
export class LiquidationRecorder {
  readonly #options: LiquidationRecorderOptions;
  #waiting: LiquidationEvent[] = [];
  #writing: Promise<void> | undefined;
  #callOff: (() => void) | undefined;
  #failures = 0;
  #written = 0;
  #dropped = 0;
  #closing: Promise<void> | undefined;

  constructor(options: LiquidationRecorderOptions) {
    this.#options = options;
  }

  record(event: LiquidationEvent): void {
    const { mostWaiting = 100_000 } = this.#options;
    if (this.#closing || this.#waiting.length >= mostWaiting) {
      this.#drop();
      return;
    }
    this.#waiting.push(event);
    if (!this.#callOff && !this.#writing) this.#writeIn(gatherMs);
  }

  status(): RecorderStatus {
    return { waiting: this.#waiting.length, written: this.#written, dropped: this.#dropped };
  }

  /** Writes what waits; rejects, with how many are lost, if that cannot be done. Close the streams first. */
  close(): Promise<void> {
    this.#closing ??= this.#writeTheRest();
    return this.#closing;
  }

  /** Never at once: the equal rows of one message have to be in one batch. */
  #writeIn(ms: number): void {
    this.#callOff = this.#options.clock.after(ms, () => {
      this.#callOff = undefined;
      void this.#write();
    });
  }

  async #write(): Promise<void> {
    const batch = this.#waiting.slice();
    this.#writing = this.#options.sink(byMarket(batch)).then(
      () => this.#succeed(batch.length),
      (error) => this.#fail(batch.length, error),
    );
    await this.#writing;
    this.#writing = undefined;
    if (this.#waiting.length > 0 && !this.#closing) this.#writeIn(this.#waitMs());
  }

  #succeed(rows: number): void {
    this.#waiting.splice(0, rows);
    this.#written += rows;
    this.#failures = 0;
  }

  #fail(rows: number, error: unknown): void {
    this.#failures += 1;
    this.#options.onProblem(`${rows} liquidations could not be written (${errorText(error)})`);
  }

  #waitMs(): number {
    if (this.#failures === 0) return gatherMs;
    return Math.min(longestRetryMs, firstRetryMs * 2 ** (this.#failures - 1));
  }

  async #writeTheRest(): Promise<void> {
    this.#callOff?.();
    await this.#writing;
    for (let attempt = 1; this.#waiting.length > 0 && attempt <= lastAttempts; attempt += 1) {
      if (attempt > 1) await this.#sleep(firstRetryMs);
      await this.#write();
    }
    const lost = this.#waiting.length;
    if (lost > 0) throw new Error(`${lost} liquidations were never written`);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.after(ms, resolve));
  }

  #drop(): void {
    this.#dropped += 1;
    // The first of a row tells; a line for each would fill the disk that is perhaps full already.
    if (this.#dropped === 1) this.#options.onProblem('liquidations are dropped: more wait than can be kept');
  }
}

function byMarket(events: readonly LiquidationEvent[]): MarketLiquidations[] {
  const batches = new Map<string, { market: Market; liquidations: Liquidation[] }>();
  for (const { market, liquidation } of events) {
    const name = `${market.venue} ${market.symbol}`;
    const batch = batches.get(name) ?? { market, liquidations: [] };
    batches.set(name, batch);
    batch.liquidations.push(liquidation);
  }
  return [...batches.values()];
}
