import { errorText } from '../../../errors.ts';
import type { Clock } from '../../clock.ts';
import type { Market } from '../../source.ts';
import type { StreamHandle, StreamState, StreamStatus } from '../../streams.ts';
import type { CcxtId } from '../ccxt-client.ts';
import type { FindListing, Listing } from '../listing.ts';
import type { OpenSocket } from '../sockets.ts';
import { backOffMs } from './back-off.ts';
import type { Channel } from './channel.ts';
import { SocketPool, type SocketPoolOptions } from './socket-pool.ts';

/** What the feeds of one venue are built from. */
export type FeedContext = {
  readonly venue: string;
  readonly findListing: FindListing;
  readonly openSocket: (client: CcxtId) => OpenSocket;
  readonly clock: Clock;
  readonly random: () => number;
  /** Told what went wrong, when it is not what went wrong before. */
  readonly onProblem: (problem: string) => void;
};

export type FeedOptions<Event> = Pick<SocketPoolOptions<Event>, 'silenceMs' | 'signOfLife' | 'onMessage'> & {
  readonly channel: Channel<Event>;
  /** What it is called when a socket has failed time and again. */
  readonly whenFailing: 'polling' | 'down';
  /** Throws what does not make sense. */
  readonly onEvent: (market: Market, listing: Listing, event: Event) => void;
  /** Called every second while something is watched. */
  readonly onCheck?: () => void;
};

/** A socket that failed so often in a row is not waited for. */
const patience = 3;
const checkMs = 1_000;

/** A venue's pushed events for a list of markets, from the list to the listener. */
export class Feed<Event> implements StreamHandle {
  readonly #context: FeedContext;
  readonly #options: FeedOptions<Event>;
  readonly #pool: SocketPool<Event>;
  #markets: ReadonlyMap<string, Market> = new Map();
  readonly #listings = new Map<string, Listing>();
  #lookUp = { round: 0, failures: 0, notBeforeMs: 0 };
  #lastEventMs: number | undefined;
  #problem: string | undefined;
  #isClosed = false;
  #callOff: (() => void) | undefined;

  constructor(context: FeedContext, options: FeedOptions<Event>) {
    this.#context = context;
    this.#options = options;
    const { clock, random, openSocket } = context;
    const { channel, silenceMs, signOfLife, onMessage } = options;
    this.#pool = new SocketPool({
      ...{ channel, clock, random, openSocket, silenceMs, signOfLife },
      ...(onMessage && { onMessage }),
      onEvent: (listing, event) => {
        const market = this.#markets.get(listing.market.symbol);
        if (!market) return;
        options.onEvent(market, listing, event);
        this.heard();
      },
      onProblem: (problem) => this.report(problem),
    });
  }

  watch(markets: readonly Market[]): void {
    if (this.#isClosed) return;
    this.#markets = new Map(markets.map((market) => [market.symbol, market]));
    for (const symbol of this.#listings.keys()) if (!this.#markets.has(symbol)) this.#listings.delete(symbol);
    this.#lookUp = { round: this.#lookUp.round + 1, failures: 0, notBeforeMs: 0 };
    void this.#findListings();
    this.#callOff?.();
    this.#callOff = markets.length > 0 ? this.#checkLater() : undefined;
  }

  status(): StreamStatus {
    const lastEventAgeMs =
      this.#lastEventMs === undefined ? undefined : this.#context.clock.steadyMs() - this.#lastEventMs;
    return {
      state: this.#state(),
      markets: this.#markets.size,
      ...(lastEventAgeMs !== undefined && { lastEventAgeMs }),
      lost: this.#pool.lost,
      refused: this.#pool.refused,
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#lookUp.round += 1;
    this.#callOff?.();
    return this.#pool.close();
  }

  /** An event arrived, by whatever way. */
  heard(): void {
    this.#lastEventMs = this.#context.clock.steadyMs();
  }

  report(problem: string): void {
    if (this.#isClosed || problem === this.#problem) return;
    this.#problem = problem;
    this.#context.onProblem(problem);
  }

  /** Whether the socket that should carry the market fails, or there is none as it could not be looked up. */
  isFailing({ symbol }: Market): boolean {
    const listing = this.#listings.get(symbol);
    return listing ? this.#pool.failuresOf(listing) >= patience : this.#lookUp.failures >= patience;
  }

  #state(): StreamState {
    if (this.#isClosed) return 'closed';
    if (this.#markets.size === 0) return 'idle';
    if ([...this.#markets.values()].some((market) => this.isFailing(market)))
      return this.#options.whenFailing;
    const isGood = this.#pool
      .statuses()
      .every(({ isOpen, delivers }) => delivers || (isOpen && this.#options.signOfLife === 'anything'));
    return isGood && this.#listings.size === this.#markets.size ? 'live' : 'connecting';
  }

  #checkLater(): () => void {
    return this.#context.clock.after(checkMs, () => {
      this.#callOff = this.#checkLater();
      const isComplete = this.#listings.size === this.#markets.size;
      const isTime = this.#context.clock.steadyMs() >= this.#lookUp.notBeforeMs;
      if (isTime && !isComplete) void this.#findListings();
      this.#options.onCheck?.();
    });
  }

  #subscribe(): void {
    this.#pool.watch([...this.#listings.values()]);
  }

  /**
   * Looks up what is not known yet, and subscribes. What is known stays, whatever the venue's list says meanwhile, and so
   * do old subscriptions until the new ones can take their place on the same connection.
   */
  async #findListings(): Promise<void> {
    const { clock, random, findListing } = this.#context;
    const unknown = [...this.#markets.values()].filter(({ symbol }) => !this.#listings.has(symbol));
    if (unknown.length === 0) return this.#subscribe();
    this.#lookUp.round += 1;
    const { round } = this.#lookUp;
    this.#lookUp.notBeforeMs = Number.POSITIVE_INFINITY;
    const found = await Promise.allSettled(unknown.map(findListing));
    if (round !== this.#lookUp.round) return;
    for (const [index, result] of found.entries()) {
      if (result.status === 'fulfilled') this.#listings.set(unknown[index]!.symbol, result.value);
      else this.report(errorText(result.reason));
    }
    const isComplete = this.#listings.size === this.#markets.size;
    this.#lookUp.failures = isComplete ? 0 : this.#lookUp.failures + 1;
    this.#lookUp.notBeforeMs = clock.steadyMs() + backOffMs(Math.max(1, this.#lookUp.failures), random());
    this.#subscribe();
  }
}
