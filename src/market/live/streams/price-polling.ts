import type { PricePoint } from '../../../core/market-data.ts';
import { errorText } from '../../../errors.ts';
import type { Clock } from '../../clock.ts';
import type { Market } from '../../source.ts';
import { MarketError } from '../market-error.ts';
import { backOffMs } from './back-off.ts';

export type PricePollingOptions = {
  readonly clock: Clock;
  readonly random: () => number;
  readonly ask: (market: Market) => Promise<PricePoint | undefined>;
  /** Whether nothing can be expected to be pushed. */
  readonly isFailing: (market: Market) => boolean;
  readonly onPrice: (market: Market, price: PricePoint) => void;
  readonly onProblem: (problem: string) => void;
};

/** How often a price is asked for when its socket fails, and when the socket is well but silent about it. */
const failingMs = 5_000;
const silentMs = 15_000;

/** Leaves the better part of what venues allow to candles and the rest: 5 requests a second at most. */
const perCheck = 5;
const mostUnderWay = 10;

/** Asks for the prices that are not pushed, the longest silent first. */
export class PricePolling {
  readonly #options: PricePollingOptions;
  /** Markets with the time of their last sign of life, by our steady clock: a price, or our asking for one. */
  #heardMs = new Map<string, { readonly market: Market; readonly atMs: number }>();
  readonly #underWay = new Set<string>();
  #failures = 0;
  #restUntilMs = 0;

  constructor(options: PricePollingOptions) {
    this.#options = options;
  }

  watch(markets: readonly Market[]): void {
    const nowMs = this.#options.clock.steadyMs();
    this.#heardMs = new Map(
      markets.map((market) => [
        market.symbol,
        { market, atMs: this.#heardMs.get(market.symbol)?.atMs ?? nowMs },
      ]),
    );
  }

  /** A price was pushed. */
  heard(market: Market): void {
    this.#heardMs.set(market.symbol, { market, atMs: this.#options.clock.steadyMs() });
  }

  /** Asks for what is due; to be called every second. */
  check(): void {
    const nowMs = this.#options.clock.steadyMs();
    if (nowMs < this.#restUntilMs) return;
    const due = [...this.#heardMs.values()]
      .filter(
        ({ market, atMs }) => !this.#underWay.has(market.symbol) && nowMs - atMs >= this.#waitMs(market),
      )
      .sort((a, b) => a.atMs - b.atMs);
    const room = Math.min(perCheck, mostUnderWay - this.#underWay.size);
    for (const { market } of due.slice(0, Math.max(0, room))) void this.#ask(market);
  }

  #waitMs(market: Market): number {
    return this.#options.isFailing(market) ? failingMs : silentMs;
  }

  async #ask(market: Market): Promise<void> {
    const { ask, onPrice } = this.#options;
    this.heard(market);
    const asked = this.#heardMs.get(market.symbol);
    this.#underWay.add(market.symbol);
    try {
      const price = await ask(market);
      this.#failures = 0;
      // What was pushed meanwhile is newer, and what is no longer watched is not told.
      if (price && this.#heardMs.get(market.symbol) === asked) onPrice(market, price);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#underWay.delete(market.symbol);
    }
  }

  #fail(error: unknown): void {
    const { clock, random, onProblem } = this.#options;
    onProblem(errorText(error));
    // A venue that knows no such market is well otherwise.
    if (error instanceof MarketError && error.reason === 'refused') return;
    this.#failures += 1;
    this.#restUntilMs = clock.steadyMs() + backOffMs(this.#failures, random());
  }
}
