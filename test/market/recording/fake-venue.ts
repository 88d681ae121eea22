import type {
  Candle,
  FundingPoint,
  Liquidation,
  MarginRules,
  OpenInterestPoint,
} from '../../../src/core/market-data.ts';
import { createRandom } from '../../../src/core/random.ts';
import {
  type CandleQuery,
  type Market,
  type MarketSource,
  type TimeRange,
  timeframeMs,
} from '../../../src/market/source.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
export const startMs = Date.UTC(2026, 2, 2);

export const market: Market = {
  venue: 'fake',
  symbol: 'ETH/USDT:USDT',
  base: 'ETH',
  quote: 'USDT',
  settle: 'USDT',
  contract: 'linear',
  multiplier: 1,
  kind: 'perpetual',
};

const rules: MarginRules = { tiers: [], feeRate: 0, fundingMovesMargin: true, source: 'made up' };

export type Call = TimeRange & { readonly of: string };

/** A venue with a clock of its own that counts what it is asked. Every row is a function of its time. */
export class FakeVenue implements MarketSource {
  readonly venue: string = 'fake';
  readonly provenance = 'live';
  readonly calls: Call[] = [];
  nowMs = startMs + 10 * dayMs;
  /** How long after its end a row is told of. */
  delayMs = 0;
  /** Nothing is told of before. */
  keepsMs = 40 * dayMs;
  /** Added to prices and sizes: a correction, where it differs from call to call. */
  shift = 0;
  has: Partial<Record<'mark' | 'openInterest' | 'liquidations', boolean>> = {};
  /** What the next call waits for; it may reject. */
  gate: Promise<void> = Promise.resolve();
  closed = 0;

  async markets() {
    return [market];
  }

  async candles(_: Market, { timeframe, price, ...range }: CandleQuery): Promise<Candle[] | undefined> {
    await this.asked(`${price} ${timeframe}`, range);
    if (price === 'mark' && this.has.mark === false) return undefined;
    const stepMs = timeframeMs[timeframe];
    return this.grid(range, stepMs, stepMs)
      .filter((openMs) => chance(openMs) < 0.9)
      .map((openMs) => ({
        openMs,
        open: 3000,
        high: 3010,
        low: 2990,
        close: 3000 + chance(openMs) + this.shift,
        volume: price === 'mark' ? 0 : 5,
      }));
  }

  async openInterest(): Promise<OpenInterestPoint | undefined> {
    return { timeMs: this.nowMs, size: 100 + this.shift };
  }

  async openInterestHistory(_: Market, range: TimeRange): Promise<OpenInterestPoint[] | undefined> {
    await this.asked('open interest', range);
    if (this.has.openInterest === false) return undefined;
    return this.grid(range, 5 * minuteMs).map((timeMs) => ({
      timeMs,
      size: 100 + chance(timeMs) + this.shift,
    }));
  }

  async funding(_: Market, range: TimeRange): Promise<FundingPoint[] | undefined> {
    await this.asked('funding', range);
    return this.grid(range, 8 * hourMs).map((timeMs) => ({ timeMs, rate: chance(timeMs) / 1000 }));
  }

  async liquidations(_: Market, range: TimeRange): Promise<Liquidation[] | undefined> {
    await this.asked('liquidations', range);
    if (this.has.liquidations === false) return undefined;
    return this.grid(range, 7 * minuteMs + 1).map((timeMs) => {
      const liquidatedSide = chance(timeMs) < 0.5 ? 'long' : 'short';
      return { timeMs, liquidatedSide, price: 3000, priceKind: 'fill', size: chance(timeMs) + 0.1, usd: 300 };
    });
  }

  async marginRules() {
    return rules;
  }

  async price() {
    return { timeMs: this.nowMs, mark: 3000 };
  }

  async orderBook() {
    return undefined;
  }

  async close() {
    this.closed += 1;
  }

  private async asked(of: string, { fromMs, toMs }: TimeRange): Promise<void> {
    this.calls.push({ of, fromMs, toMs });
    await this.gate;
  }

  /** Times at multiples of a step, of rows that take `lengthMs` to be complete. */
  private grid({ fromMs, toMs }: TimeRange, stepMs: number, lengthMs = 0): number[] {
    const first = Math.ceil(Math.max(fromMs, this.nowMs - this.keepsMs) / stepMs);
    const lastMs = Math.min(toMs - 1, this.nowMs - lengthMs - this.delayMs);
    const count = Math.max(0, Math.floor(lastMs / stepMs) - first + 1);
    return Array.from({ length: count }, (_, i) => (first + i) * stepMs);
  }
}

function chance(timeMs: number): number {
  return createRandom(timeMs % 1_000_003).uniform();
}
