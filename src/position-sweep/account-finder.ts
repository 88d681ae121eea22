import { dayMs, hourMs } from '../core/durations.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../market/clock.ts';
import type { ListedAccount, PositionSource } from '../market/positions.ts';
import type { Market } from '../market/source.ts';
import type { InstallationNotes } from '../store/installation.ts';
import type { SweepList } from '../store/sweep-list.ts';
import type { VenueRest } from './venue-rest.ts';
import type { WeightWindow } from './weight-window.ts';

type Deps = {
  readonly source: PositionSource;
  readonly list: SweepList;
  readonly notes: InstallationNotes;
  /** Markets that somebody looks at. */
  readonly markets: () => Promise<readonly Market[]>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly window: WeightWindow;
  readonly rest: VenueRest;
  readonly log: Log;
};

/** An address leaves the list so long after it was last named by the venue, or seen with positions. */
export const listedMs = 3 * dayMs;
/** The venue's own list is asked for so often, and again so soon after it failed. */
const leadersEveryMs = dayMs;
const leadersAgainMs = hourMs;
/** Markets whose last trades are asked for at a time: a stream tells of all of them, but may be down. */
const tradedMarkets = 1;
/** Who trades less meanwhile hardly moves a map. */
const leastTradeUsd = 10_000;
/** Whom a stream has told of before they are listed. */
const mostHeard = 50_000;

/** Puts on the list whose positions are worth looking at: whom the venue itself names, and who trades. */
export class AccountFinder {
  readonly #deps: Deps;
  readonly #heard = new Map<string, number>();
  #leadersNotBeforeMs = 0;
  #nextMarket = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Takes note of who trades, until `listHeard`. */
  hear({ address, usd }: ListedAccount): void {
    if (this.#heard.size >= mostHeard && !this.#heard.has(address)) return;
    this.#heard.set(address, (this.#heard.get(address) ?? 0) + usd);
  }

  /** Puts on the list who has traded enough since the last time. */
  async listHeard(): Promise<void> {
    const traders = [...this.#heard].filter(([, usd]) => usd >= leastTradeUsd);
    this.#heard.clear();
    await this.#list(traders.map(([address]) => address));
  }

  /** Asks the venue, as often as that is worth it. */
  async find(signal: AbortSignal): Promise<void> {
    await this.#askLeaders();
    const markets = await this.#deps.markets();
    const { source, window, rest } = this.#deps;
    for (let i = 0; i < Math.min(tradedMarkets, markets.length) && rest.leftMs === 0; i++) {
      const market = markets[this.#nextMarket++ % markets.length]!;
      try {
        const ask = () => source.traders(market);
        const traders = (await window.spend(source.weights.traders, ask, signal)) ?? [];
        await this.#list(traders.filter(({ usd }) => usd >= leastTradeUsd).map(({ address }) => address));
      } catch (error) {
        rest.note(error, 'trades');
      }
    }
  }

  /** When that was done last is in the store: a restart need not ask for some 40 MB again. */
  async #askLeaders(): Promise<void> {
    const { clock, notes, source, rest, log } = this.#deps;
    const nowMs = clock.nowMs();
    const noteName = `leaders/${source.venue}`;
    if (nowMs < this.#leadersNotBeforeMs) return;
    const lastMs = Number((await notes.get(noteName)) ?? 0);
    // From a clock that was set back since it would never be asked for again.
    if (lastMs <= nowMs && nowMs - lastMs < leadersEveryMs) return;
    this.#leadersNotBeforeMs = nowMs + leadersAgainMs;
    try {
      const leaders = await source.leaders();
      await this.#list(leaders.map(({ address }) => address));
      await notes.put(noteName, String(nowMs));
      log.info('accounts with positions are known', { venue: source.venue, accounts: leaders.length });
    } catch (error) {
      rest.note(error, 'the list of accounts');
    }
  }

  async #list(addresses: readonly string[]): Promise<void> {
    const { clock, list, source } = this.#deps;
    const nowMs = clock.nowMs();
    if (addresses.length === 0) return;
    await list.add(source.venue, addresses, { nowMs, expiresMs: nowMs + listedMs });
  }
}
