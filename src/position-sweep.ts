import { hourMs, minuteMs } from './core/durations.ts';
import { standingsOf } from './core/measured/account-rule.ts';
import type { Log } from './log.ts';
import type { Clock } from './market/clock.ts';
import { MarketError } from './market/live/market-error.ts';
import type { Account, ListedAccount, PositionSource } from './market/positions.ts';
import type { Market } from './market/source.ts';
import { AccountFinder, listedMs } from './position-sweep/account-finder.ts';
import { openTraderNames, type TraderName } from './position-sweep/trader-names.ts';
import { VenueRest } from './position-sweep/venue-rest.ts';
import { WeightWindow } from './position-sweep/weight-window.ts';
import type { InstallationNotes } from './store/installation.ts';
import type { MeasuredPositions, SeenAccount } from './store/measured-positions.ts';
import type { SweepCounts, SweepList, SweptAccount } from './store/sweep-list.ts';

type Deps = {
  readonly source: PositionSource;
  /** Of the venue's weights, in any minute; no more than the source says. */
  readonly mostPerMinute: number;
  readonly list: SweepList;
  readonly positions: MeasuredPositions;
  readonly notes: InstallationNotes;
  /** Markets that somebody looks at. */
  readonly markets: () => Promise<readonly Market[]>;
  readonly clock: Pick<Clock, 'nowMs' | 'steadyMs'>;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log: Log;
};

/** What became of the accounts that were looked at. */
export type SweepOutcome = { swept: number; failed: number; positions: number; refused: number };

/** How soon an account is looked at again: hot, with positions, without, not answered, or when that made no sense. */
const again = {
  hot: 5 * minuteMs,
  holder: 20 * minuteMs,
  idle: 3 * hourMs,
  unanswered: 5 * minuteMs,
  senseless: hourMs,
};
/** USD over distance from which an account is hot: 100,000 at 1 % of price, a million at 10 %. */
const hotHeat = 1e7;
/** Nearer than that all are as hot. */
const nearest = 0.005;
/** Accounts looked at between two writes, how many of them for being hot, and how many at once. */
const batch = { size: 20, hot: 8, atOnce: 4 };
/** So many failures in a row are the venue's. */
const mostFailures = 5;
/** When nobody is due. */
const emptyMs = 20_000;

/**
 * Looks at the positions of public accounts in turn, the hot ones first, in slices that may be cut off and gone on with by
 * anybody: all that is to be remembered is in the store. Nothing that it logs or counts holds an address.
 */
export class PositionSweep {
  readonly #deps: Deps;
  readonly #window: WeightWindow;
  readonly #total: SweepOutcome = { swept: 0, failed: 0, positions: 0, refused: 0 };
  readonly #rest: VenueRest;
  readonly #finder: AccountFinder;
  #name: TraderName | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { source, clock, pause, log } = deps;
    const mostPerMinute = Math.min(deps.mostPerMinute, source.weights.mostPerMinute);
    this.#window = new WeightWindow({ mostPerMinute, clock, pause });
    this.#rest = new VenueRest({ venue: source.venue, clock, log });
    this.#finder = new AccountFinder({ ...deps, window: this.#window, rest: this.#rest });
  }

  get venue(): string {
    return this.#deps.source.venue;
  }

  /** Takes note of who trades, until `listHeard`. */
  hear(trader: ListedAccount): void {
    this.#finder.hear(trader);
  }

  /** Puts on the list who has traded enough since the last time. */
  async listHeard(): Promise<void> {
    await this.#finder.listHeard();
  }

  /** Since the start of the process. */
  get total(): Readonly<SweepOutcome> {
    return this.#total;
  }

  counts(): Promise<SweepCounts> {
    return this.#deps.list.counts(this.venue, { nowMs: this.#deps.clock.nowMs(), hot: hotHeat });
  }

  /** Sweeps for so long; sooner when aborted or when the venue asks for a rest. Rejects when the store fails. */
  async slice(lengthMs: number, signal: AbortSignal): Promise<SweepOutcome> {
    const { clock, pause, list, notes } = this.#deps;
    const before = { ...this.#total };
    this.#name ??= await openTraderNames(notes);
    const endMs = clock.steadyMs() + lengthMs;
    await this.#finder.find(signal);
    while (!signal.aborted && clock.steadyMs() < endMs) {
      const { leftMs } = this.#rest;
      if (leftMs > 0) {
        await pause(Math.min(leftMs, endMs - clock.steadyMs()), signal);
        continue;
      }
      const ask = { nowMs: clock.nowMs(), limit: batch.size, hot: hotHeat, hotLimit: batch.hot };
      const addresses = await list.due(this.venue, ask);
      if (addresses.length === 0) await pause(Math.min(emptyMs, endMs - clock.steadyMs()), signal);
      else await this.#sweep(addresses, signal);
    }
    const { swept, failed, positions, refused } = this.#total;
    return {
      swept: swept - before.swept,
      failed: failed - before.failed,
      positions: positions - before.positions,
      refused: refused - before.refused,
    };
  }

  /** Looks at some accounts, several at once, and writes down what it saw. */
  async #sweep(addresses: readonly string[], signal: AbortSignal): Promise<void> {
    const seen: SeenAccount[] = [];
    const swept: SweptAccount[] = [];
    const left = [...addresses];
    let failures = 0;
    const work = async () => {
      for (let address = left.shift(); address !== undefined; address = left.shift()) {
        if (signal.aborted || this.#rest.leftMs > 0 || failures >= mostFailures) return;
        try {
          const account = await this.#ask(address, signal);
          if (!account) return;
          const named = this.#seen(address, account);
          seen.push(named);
          swept.push(this.#swept(address, account, named));
          this.#total.swept += 1;
          this.#total.refused += account.refused;
          this.#total.positions += account.positions.length;
          failures = 0;
        } catch (error) {
          this.#rest.note(error, 'an account');
          if (this.#rest.leftMs > 0) return;
          failures += 1;
          this.#total.failed += 1;
          const soon = isSenseless(error) ? again.senseless : again.unanswered;
          swept.push({ address, dueMs: this.#deps.clock.nowMs() + soon });
        }
      }
    };
    await Promise.all(Array.from({ length: batch.atOnce }, work));
    const { positions, list } = this.#deps;
    await positions.replace(this.venue, seen);
    await list.swept(this.venue, swept);
    if (failures >= mostFailures) this.#rest.begin();
  }

  #ask(address: string, signal: AbortSignal): Promise<Account | undefined> {
    const { source } = this.#deps;
    return this.#window.spend(source.weights.account, () => source.account(address), signal);
  }

  #seen(address: string, { timeMs, isVenueVault, positions }: Account): SeenAccount {
    const standings = standingsOf(positions, { isVenueVault });
    return {
      trader: this.#name!(this.venue, address),
      positions: positions.map((position, i) => {
        const { market, side, size, entryPrice, leverage, liquidationPrice } = position;
        return {
          ...{ symbol: market.symbol, timeMs, side, size, entryPrice, leverage, standing: standings[i]! },
          ...(liquidationPrice !== undefined && { liquidationPrice }),
        };
      }),
    };
  }

  #swept(address: string, { positions }: Account, seen: SeenAccount): SweptAccount {
    const nowMs = this.#deps.clock.nowMs();
    const isDrawn = (_: unknown, i: number) => seen.positions[i]!.standing === 'level';
    const heat = Math.max(0, ...positions.filter(isDrawn).map(heatOf));
    const soon = heat >= hotHeat ? again.hot : positions.length > 0 ? again.holder : again.idle;
    return {
      address,
      dueMs: nowMs + soon,
      heat,
      ...(positions.length > 0 && { expiresMs: nowMs + listedMs }),
    };
  }
}

function isSenseless(error: unknown): boolean {
  return error instanceof MarketError && (error.reason === 'bad-answer' || error.reason === 'refused');
}

function heatOf({ side, size, valueUsd, liquidationPrice }: Account['positions'][number]): number {
  if (liquidationPrice === undefined) return 0;
  const markUsd = valueUsd / size;
  const distance = (side === 'long' ? 1 : -1) * (1 - liquidationPrice / markUsd);
  return valueUsd / Math.max(nearest, distance);
}
