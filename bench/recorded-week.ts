import { join } from 'node:path';
import { hourMs } from '../src/core/durations.ts';
import type { Candle } from '../src/core/market-data.ts';
import { mergeCandles } from '../src/market/recorded/merge-candles.ts';
import { readRecording } from '../src/market/recorded/recording.ts';
import { createRecordedSource } from '../src/market/recorded/source.ts';
import { type MarketSource, timeframeMs } from '../src/market/source.ts';

const stepMs = timeframeMs['5m'];
const perHour = hourMs / stepMs;
const venue = 'binance';

export type RecordedCoin = {
  readonly coin: string;
  readonly source: MarketSource;
  /** Close of every five minutes. */
  readonly priceAt: (timeMs: number) => number | undefined;
};

/**
 * A recorded coin whose hourly candles are drawn out to five minutes: from the open to the nearer extreme, to the other one,
 * to the close, as evenly as can be. What happened within an hour is not known better.
 */
export async function recordedCoin(folder: string, coin: string, nowMs: () => number): Promise<RecordedCoin> {
  const files = {
    candles: join(folder, 'candles-1h.csv.gz'),
    openInterest: join(folder, 'binance-oi-5m.csv.gz'),
    funding: join(folder, 'funding.csv.gz'),
  };
  const base = await createRecordedSource({ files, venue, coins: [coin], nowMs });
  const { candles } = await readRecording(files, { coin, venue });
  const fine = candles.flatMap(drawnOut);
  const closes = new Map(fine.map(({ openMs, close }) => [openMs + stepMs, close]));
  const priceAt = (timeMs: number) => closes.get(Math.floor(timeMs / stepMs) * stepMs);
  const source: MarketSource = {
    ...base,
    async candles(_, { price, timeframe, fromMs, toMs }) {
      if (price === 'mark') return undefined;
      const lengthMs = timeframeMs[timeframe];
      const all = lengthMs === stepMs ? fine : mergeCandles(fine, stepMs, lengthMs);
      const untilMs = Math.min(toMs, nowMs() - lengthMs + 1);
      return all.filter(({ openMs }) => openMs >= fromMs && openMs < untilMs);
    },
    async price() {
      const mark = priceAt(nowMs());
      return mark === undefined ? undefined : { timeMs: nowMs(), mark, last: mark };
    },
  };
  return { coin, source, priceAt };
}

function drawnOut({ openMs, open, high, low, close, volume }: Candle): Candle[] {
  const [first, second] = open * open <= low * high ? [low, high] : [high, low];
  const turns = [open, first, second, close];
  const at = (step: number) => {
    const leg = Math.min(2, Math.floor((3 * step) / perHour));
    const [from, to] = [turns[leg]!, turns[leg + 1]!];
    return from + (to - from) * ((3 * step) / perHour - leg);
  };
  return Array.from({ length: perHour }, (_, i) => {
    const [from, to] = [at(i), at(i + 1)];
    const range = { open: from, high: Math.max(from, to), low: Math.min(from, to), close: to };
    return { openMs: openMs + i * stepMs, ...range, volume: volume / perHour };
  });
}
