import { dayMs } from './core/durations.ts';
import { resolveSymbol } from './core/symbols.ts';
import { pause, unlessAborted } from './deadline.ts';
import { errorText } from './errors.ts';
import { HeardSpans } from './heard-spans.ts';
import type { LiquidationRecorder } from './liquidation-recorder.ts';
import { LivePrices, type LiveVenueStatus, type Tick } from './live-prices.ts';
import type { Log } from './log.ts';
import { type Clock, systemClock } from './market/clock.ts';
import type { Market, MarketSource } from './market/source.ts';
import type { MarketStreams, StreamHandle, StreamStatus } from './market/streams.ts';
import type { PriceTicks } from './price-ticks.ts';
import { freshBookMs, type MarketBoard } from './shared-market.ts';
import type { LiquidationRecords } from './store/liquidations.ts';

type Deps = {
  /** Writes down what it is told: see `recordingSource`. */
  readonly source: MarketSource;
  readonly streams?: MarketStreams;
  readonly board: MarketBoard;
  readonly recorder: Pick<LiquidationRecorder, 'take'>;
  /** Hears every price that is fresh and believed. */
  readonly ticks: Pick<PriceTicks, 'publish'>;
  /** Told of which spans every liquidation that the venue pushes was heard. */
  readonly records: Pick<LiquidationRecords, 'write'>;
  /** Coins that somebody looks at, as people write them. */
  readonly symbols: () => Promise<readonly string[]>;
  readonly nowMs: () => number;
  readonly log: Log;
};

export type CollectorStatus = {
  readonly venue: string;
  readonly markets: number;
  readonly prices?: LiveVenueStatus;
  readonly liquidations?: StreamStatus;
};

type Task = {
  readonly what: string;
  readonly everyMs: number;
  /** Not done while there is no market to do it for, which is looked for so often. */
  readonly idleMs?: number;
  readonly work: () => Promise<void>;
};

const idleMs = 1_000;
/** How often it is looked which markets to watch. */
const lookEveryMs = 30_000;
/** So that none is older than the limit when a map is made. */
const bookEveryMs = 0.8 * freshBookMs;
/** How often it is written down that liquidations were listened to. */
const claimEveryMs = 30_000;
/** Venues that keep no history of open interest have ours. */
const openInterestEveryMs = 60_000;
/** Venues that serve a history of liquidations are asked for it: a stream may have been down, or leaves some out. */
const historyEveryMs = 300_000;
const historyMs = dayMs;
/** Listens to one venue, and asks it for what it does not push, for the coins that somebody looks at. */
export class VenueCollector {
  readonly #deps: Deps;
  readonly #heard: HeardSpans;
  #markets: readonly Market[] = [];
  #prices: LivePrices | undefined;
  #liquidations: StreamHandle | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#heard = new HeardSpans({ records: deps.records, clock: this.#clock });
  }

  get #clock(): Clock {
    return { ...systemClock, nowMs: this.#deps.nowMs };
  }

  get venue(): string {
    return this.#deps.source.venue;
  }

  /** What somebody looks at. */
  get markets(): readonly Market[] {
    return this.#markets;
  }

  status(): CollectorStatus {
    const prices = this.#prices?.status()[0];
    return {
      venue: this.venue,
      markets: this.#markets.length,
      ...(prices && { prices }),
      ...(this.#liquidations && { liquidations: this.#liquidations.status() }),
    };
  }

  /** Collects until the signal is aborted; what goes wrong is logged and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const { streams, recorder } = this.#deps;
    this.#prices = streams && this.#livePrices(streams);
    this.#prices?.onTick((tick) => this.#tell(tick));
    this.#liquidations = streams?.watchLiquidations([], (event) => recorder.take(event));
    try {
      const tasks: readonly Task[] = [
        { what: 'the list of markets', everyMs: lookEveryMs, work: () => this.#look() },
        {
          what: 'order books',
          everyMs: bookEveryMs,
          idleMs,
          work: () => this.#each((market) => this.#askBook(market), signal),
        },
        {
          what: 'open interest',
          everyMs: openInterestEveryMs,
          idleMs,
          work: () => this.#each((market) => this.#deps.source.openInterest(market), signal),
        },
        {
          what: 'the history of liquidations',
          everyMs: historyEveryMs,
          idleMs,
          work: () => this.#each((market) => this.#askLiquidations(market), signal),
        },
        {
          what: 'what was listened to',
          everyMs: claimEveryMs,
          work: () => this.#heard.claim(this.#markets, this.#liquidations?.status()),
        },
      ];
      await Promise.all(tasks.map((task) => this.#repeat(task, signal)));
    } finally {
      await Promise.all([this.#prices?.close(), this.#liquidations?.close()]);
      this.#prices = undefined;
      this.#liquidations = undefined;
    }
  }

  #livePrices(streams: MarketStreams): LivePrices {
    const { log } = this.#deps;
    return new LivePrices({
      streams: [streams],
      clock: this.#clock,
      onListenerError: (error) => log.error('a price was not noted', { venue: this.venue, error }),
    });
  }

  #tell({ market, price }: Tick): void {
    const { venue, symbol, base, contract } = market;
    this.#deps.board.notePrice(market, price);
    const { timeMs, mark: priceUsd } = price;
    this.#deps.ticks.publish({ venue, market: symbol, symbol: base, contract, priceUsd, timeMs });
  }

  async #look(): Promise<void> {
    const [symbols, markets] = await Promise.all([this.#deps.symbols(), this.#deps.source.markets()]);
    const perpetuals = markets.filter(({ kind }) => kind === 'perpetual');
    const wanted = symbols.flatMap((symbol) => {
      const resolved = resolveSymbol(symbol, perpetuals);
      return resolved.found ? resolved.markets : [];
    });
    const chosen = [...new Set(wanted)];
    const isNew =
      chosen.length !== this.#markets.length || chosen.some((market) => !this.#markets.includes(market));
    this.#markets = chosen;
    if (!isNew) return;
    this.#prices?.watch(chosen);
    this.#liquidations?.watch(chosen);
  }

  async #askBook(market: Market): Promise<void> {
    const book = await this.#deps.source.orderBook(market);
    if (book) await this.#deps.board.noteOrderBook(market, book);
  }

  /** What is new in it is written down by the source. */
  async #askLiquidations(market: Market): Promise<void> {
    const toMs = this.#deps.nowMs();
    await this.#deps.source.liquidations(market, { fromMs: toMs - historyMs, toMs });
  }

  /** One market after the other: a venue's limits are shared with the makers of maps. */
  async #each(ask: (market: Market) => Promise<unknown>, signal: AbortSignal): Promise<void> {
    const failed: string[] = [];
    for (const market of this.#markets) {
      if (signal.aborted) return;
      try {
        await ask(market);
      } catch (error) {
        failed.push(`${market.symbol}: ${errorText(error)}`);
      }
    }
    if (failed.length > 0)
      throw new Error(`${failed.length} of ${this.#markets.length} markets; ${failed[0]}`);
  }

  async #repeat(task: Task, signal: AbortSignal): Promise<void> {
    let failing = false;
    while (!signal.aborted) {
      if (task.idleMs !== undefined && this.#markets.length === 0) {
        await pause(task.idleMs, signal);
        continue;
      }
      try {
        // A venue's answer may be long in coming: at the stop it is not waited for.
        await unlessAborted(task.work(), signal);
        failing = false;
      } catch (error) {
        // Told once: a venue that is away for a day would fill the log.
        const level = failing || signal.aborted ? 'debug' : 'warn';
        const reason = errorText(error);
        this.#deps.log[level]('not collected', { venue: this.venue, what: task.what, reason });
        failing = true;
      }
      await pause(task.everyMs, signal);
    }
  }
}
