import type { Candle, FundingPoint, OpenInterestPoint } from '../../src/core/market-data.ts';
import { createRandom } from '../../src/core/random.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
/** A Monday at midnight UTC. */
export const startMs = Date.UTC(2026, 0, 5);

export type TestSeries = {
  readonly candleMs: number;
  readonly candles: readonly Candle[];
  readonly openInterest: readonly OpenInterestPoint[];
  readonly funding: readonly FundingPoint[];
};

/** A made-up market around 3000 USD: 3 % a day, trades of about twice its open interest, funding per 8 hours. */
export function testSeries(options: {
  readonly seed: number;
  readonly candles: number;
  readonly candleMs?: number;
  readonly volatility?: number;
}): TestSeries {
  const { seed, candles: count, candleMs = 5 * minuteMs, volatility = 0.03 } = options;
  const random = createRandom(seed);
  const deviation = volatility * Math.sqrt(candleMs / dayMs);
  let price = 3000;
  let size = 100_000;
  const candles: Candle[] = [];
  const openInterest: OpenInterestPoint[] = [];
  const funding: FundingPoint[] = [];
  for (let i = 0; i < count; i++) {
    const openMs = startMs + i * candleMs;
    const open = price;
    price *= Math.exp(deviation * random.normal() - 1e-4 * Math.log(price / 3000));
    const high = Math.max(open, price) * Math.exp(deviation * Math.abs(random.normal()) * 0.5);
    const low = Math.min(open, price) * Math.exp(-deviation * Math.abs(random.normal()) * 0.5);
    const volume = 200_000 * (candleMs / dayMs) * random.exponential();
    candles.push({ openMs, open, high, low, close: price, volume });
    size *= Math.exp(0.002 * random.normal() - 1e-3 * Math.log(size / 100_000));
    openInterest.push({ timeMs: openMs + candleMs, size });
    if (openMs % (8 * hourMs) === 0) funding.push({ timeMs: openMs, rate: 1e-4 * (1 + random.normal()) });
  }
  return { candleMs, candles, openInterest, funding };
}
