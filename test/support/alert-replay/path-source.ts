import { join } from 'node:path';
import { readCandles } from '../../../src/market/recorded/candles.ts';
import { createRecordedSource } from '../../../src/market/recorded/source.ts';
import { type MarketSource, timeframeMs } from '../../../src/market/source.ts';
import { MarketPath } from './market-path.ts';

const venue = 'binance';

/** Paths of recorded hourly candles, by coin. */
export async function readPaths(
  folder: string,
  coins: readonly string[],
): Promise<ReadonlyMap<string, MarketPath>> {
  const path = join(folder, 'candles-1h.csv.gz');
  const paths = coins.map(
    async (coin) => [coin, new MarketPath(await readCandles(path, { coin, venue }))] as const,
  );
  return new Map(await Promise.all(paths));
}

/** A recorded venue in the middle of an hour: the price, and candles finer than an hour, are of the path through it. */
export async function createPathSource(options: {
  readonly folder: string;
  readonly coins: readonly string[];
  readonly nowMs: () => number;
}): Promise<MarketSource> {
  const { folder, coins, nowMs } = options;
  const paths = await readPaths(folder, coins);
  const recorded = await createRecordedSource({
    files: {
      candles: join(folder, 'candles-1h.csv.gz'),
      openInterest: join(folder, 'binance-oi-5m.csv.gz'),
      funding: join(folder, 'funding.csv.gz'),
    },
    venue,
    coins,
    nowMs,
  });
  return {
    ...recorded,
    candles: async (market, query) => {
      const stepMs = timeframeMs[query.timeframe];
      if (query.price === 'mark' || stepMs >= timeframeMs['1h']) return recorded.candles(market, query);
      return paths.get(market.base)?.candles(stepMs, query, nowMs());
    },
    price: async ({ base }) => {
      const timeMs = nowMs();
      const priceUsd = paths.get(base)?.priceAt(timeMs);
      return priceUsd === undefined ? undefined : { timeMs, mark: priceUsd, last: priceUsd };
    },
  };
}
