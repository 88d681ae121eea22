import type { MarginRules } from '../../core/market-data.ts';
import { datedRules } from '../dated-rules.ts';
import { type Market, type MarketSource, type TimeRange, timeframeMs } from '../source.ts';
import { mergeCandles } from './merge-candles.ts';
import { type RecordedFiles, type Recording, readRecording } from './recording.ts';

export type RecordedSourceOptions = {
  readonly files: RecordedFiles;
  /** The venue that the files are of; its rows are picked where a file holds several. */
  readonly venue: string;
  /** Each must be in every file. */
  readonly coins: readonly string[];
  /** Stablecoin that prices are in and margin is paid with; USDT by default. */
  readonly quote?: string;
  /** Margin rules by coin, which no file holds; dated tables by default. */
  readonly rules?: (coin: string) => MarginRules;
  /** The moment as of which the source answers: nothing later is told. By default, when the last candle closed. */
  readonly nowMs?: () => number;
};

/**
 * A venue's linear perpetuals as they were recorded, behind the port of live ones. The last close stands for
 * the mark price; there are no mark candles and no order book. Reads all files before it resolves.
 *
 * @throws UserError if a file is missing or unfit, or lacks a coin
 */
export async function createRecordedSource(options: RecordedSourceOptions): Promise<MarketSource> {
  const { files, venue, coins, rules = (coin: string) => datedRules(venue, coin) } = options;
  const names = coins.map((coin) => coin.toUpperCase());
  const recordings = new Map(
    await Promise.all(
      names.map(async (coin) => [coin, await readRecording(files, { coin, venue })] as const),
    ),
  );
  const recordingOf = (market: Market): Recording => {
    const recording = recordings.get(market.base);
    if (recording === undefined) throw new RangeError(`${market.base} of ${venue} is not recorded here`);
    return recording;
  };
  const endMs = Math.max(...[...recordings.values()].map(endOf));
  const { nowMs = () => endMs } = options;
  return {
    venue,
    provenance: 'recorded',
    markets: async () =>
      names.map((coin) => marketOf({ coin, venue, quote: options.quote ?? 'USDT', rules: rules(coin) })),
    candles: async (market, { price, timeframe, fromMs, toMs }) => {
      const recording = recordingOf(market);
      const stepMs = timeframeMs[timeframe];
      const fits = recording.candles.length > 0 && stepMs % recording.candleMs === 0;
      if (price === 'mark' || !fits) return undefined;
      const merged = mergeCandles(closedCandles(recording, nowMs()), recording.candleMs, stepMs);
      return merged.filter(({ openMs }) => openMs >= fromMs && openMs < toMs);
    },
    openInterest: async (market) => known(recordingOf(market).openInterest, nowMs())?.at(-1),
    openInterestHistory: async (market, range) => known(recordingOf(market).openInterest, nowMs(), range),
    funding: async (market, range) => known(recordingOf(market).funding, nowMs(), range),
    marginRules: async (market) => rules(market.base),
    price: async (market) => {
      const recording = recordingOf(market);
      const candle = closedCandles(recording, nowMs()).at(-1);
      if (candle === undefined) return undefined;
      return { timeMs: candle.openMs + recording.candleMs, mark: candle.close, last: candle.close };
    },
    orderBook: async () => undefined,
    liquidations: async (market, range) => known(recordingOf(market).liquidations, nowMs(), range),
    close: async () => undefined,
  };
}

function marketOf(of: {
  readonly coin: string;
  readonly venue: string;
  readonly quote: string;
  readonly rules: MarginRules;
}): Market {
  return {
    venue: of.venue,
    symbol: `${of.coin}/${of.quote}:${of.quote}`,
    base: of.coin,
    quote: of.quote,
    settle: of.quote,
    contract: 'linear',
    multiplier: 1,
    kind: 'perpetual',
    maxLeverage: Math.max(...of.rules.tiers.map((tier) => tier.maxLeverage)),
  };
}

function closedCandles({ candles, candleMs }: Recording, nowMs: number): Recording['candles'] {
  const open = candles.findLastIndex(({ openMs }) => openMs + candleMs <= nowMs);
  return candles.slice(0, open + 1);
}

/** Rows within the range that were there by now. */
function known<T extends { readonly timeMs: number }>(
  rows: readonly T[] | undefined,
  nowMs: number,
  { fromMs, toMs }: TimeRange = { fromMs: 0, toMs: Number.POSITIVE_INFINITY },
): readonly T[] | undefined {
  return rows?.filter(({ timeMs }) => timeMs <= nowMs && timeMs >= fromMs && timeMs < toMs);
}

/** The close of the last candle; without candles, the time of the last row. */
function endOf({ candles, candleMs, openInterest, funding, liquidations }: Recording): number {
  const last = candles.at(-1);
  if (last !== undefined) return last.openMs + candleMs;
  return Math.max(0, ...[openInterest, funding, liquidations].map((rows) => rows?.at(-1)?.timeMs ?? 0));
}
