import type { MarginRules } from '../../src/core/market-data.ts';
import { type Market, type MarketSource, type TimeRange, timeframeMs } from '../../src/market/source.ts';
import { coarserCandles } from '../../src/store/coarser-candles.ts';
import { plainRules } from './book-fixtures.ts';
import { minuteMs, type TestSeries } from './market-series.ts';

/** A venue with one market that tells a series up to its clock, and counts the candles it has told. */
export class SeriesSource {
  rules: MarginRules = plainRules;
  candlesTold = 0;
  /** The mark price stands off the last trade by this. */
  markFactor = 1.0005;
  /** It has forgotten what is older. */
  keepsMs = Number.POSITIVE_INFINITY;
  readonly market: Market;
  readonly #series: TestSeries;
  readonly #nowMs: () => number;

  /** The series in candles of five minutes. */
  constructor(series: TestSeries, contract: Market['contract'], nowMs: () => number) {
    this.#series = series;
    this.#nowMs = nowMs;
    this.market = {
      venue: 'alpha',
      symbol: 'ETH/USDT:USDT',
      base: 'ETH',
      quote: 'USDT',
      settle: contract === 'linear' ? 'USDT' : 'ETH',
      contract,
      multiplier: 1,
      kind: 'perpetual',
    };
  }

  source(): MarketSource {
    const { candles, openInterest, funding } = this.#series;
    return {
      venue: 'alpha',
      provenance: 'live',
      markets: async () => [this.market],
      candles: async (_, query) => {
        const stepMs = timeframeMs[query.timeframe];
        const closed = candles.filter(({ openMs }) => openMs + 5 * minuteMs <= this.#nowMs());
        const told = coarserCandles(closed, stepMs).filter(
          ({ openMs }) => this.#isWithin(openMs, query) && openMs + stepMs <= this.#nowMs(),
        );
        this.candlesTold += told.length;
        return query.price === 'mark' ? undefined : told;
      },
      openInterest: async () => undefined,
      openInterestHistory: async (_, query) =>
        openInterest.filter(({ timeMs }) => this.#isWithin(timeMs, query) && timeMs <= this.#nowMs()),
      funding: async (_, range) =>
        funding.filter(({ timeMs }) => this.#isWithin(timeMs, range) && timeMs <= this.#nowMs()),
      marginRules: async () => this.rules,
      price: async () => {
        const last = candles.findLast(({ openMs }) => openMs + 5 * minuteMs <= this.#nowMs())!;
        return { timeMs: this.#nowMs(), mark: last.close * this.markFactor };
      },
      orderBook: async () => undefined,
      liquidations: async () => undefined,
      close: async () => undefined,
    };
  }

  #isWithin(timeMs: number, { fromMs, toMs }: TimeRange): boolean {
    return timeMs >= Math.max(fromMs, this.#nowMs() - this.keepsMs) && timeMs < toMs;
  }
}
