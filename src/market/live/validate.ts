import type {
  Candle,
  FundingPoint,
  Liquidation,
  MarginRules,
  OpenInterestPoint,
  OrderBook,
  PricePoint,
} from '../../core/market-data.ts';
import { orderedTiers } from '../../core/tiers.ts';
import type { TimeRange } from '../source.ts';
import { MarketError } from './market-error.ts';

/**
 * The last gate of a live source: what passes here is finite, ordered and plausible, in the units of
 * `core/market-data.ts`. Single bad rows are refused; an answer with too many of them, or one that contradicts itself,
 * is rejected as a whole with a `MarketError` (`bad-answer`).
 */

/** Who answered what, for messages, and the time that nothing may be ahead of. */
export type AnswerContext = {
  readonly what: string;
  readonly nowMs: number;
  /** Told how many rows of an answer were refused, if any. */
  readonly onRefused?: ((rows: number) => void) | undefined;
};

/** No perpetual is older; seconds taken for milliseconds land in 1970. */
const earliestMs = Date.UTC(2014, 0);

/** Clocks of venues and of this machine differ by seconds; a minute ahead is a mistake in unit or date. */
const clockSkewMs = 60_000;

/** Dearest unit of any base coin is a few 100,000 USD; nothing listed costs 100 million. */
const maxPriceUsd = 1e8;

/** 10 trillion USD: a hundred times all open interest there is. */
const maxUsd = 1e13;

/** The wildest candle or step known on a perpetual (10 October 2025) fell to a fifth; 20 is beyond any. */
const maxPriceFactor = 20;

/** Open interest of a fresh listing grows fast, but not a hundredfold within one step. */
const maxOpenInterestFactor = 100;

/** Highest rate a venue allows is 4 % an hour (Hyperliquid). */
const maxFundingRate = 0.1;

/** One row in fifty may be garbage before the whole answer is. */
const maxRefusedShare = 0.02;

/**
 * Venues leave out candles without a trade. That half of them lack has another cause: a venue that now gives fewer rows
 * a call than it did, so that every page has a hole at its end.
 */
const minCandleShare = 0.5;

/** Closed candles that open within the range, ascending, each time once. */
export function validCandles(
  rows: readonly Candle[],
  query: TimeRange & { readonly stepMs: number },
  context: AnswerContext,
): readonly Candle[] {
  const good = keep(
    rows,
    (candle) => isTime(candle.openMs, context) && isCandle(candle, query.stepMs),
    context,
  );
  const asked = good.filter(({ openMs }) => within(openMs, query) && openMs + query.stepMs <= context.nowMs);
  const candles = ordered(asked, ({ openMs }) => openMs);
  const steps = candles.map(({ open, close }) => ({ from: open, to: close }));
  rejectJumps(steps, { factor: maxPriceFactor, of: 'price' }, context);
  rejectHoles(candles, query.stepMs, context);
  return candles;
}

/** History within the range, ascending. A zero is a hole in the venue's own recording. */
export function validOpenInterestHistory(
  rows: readonly OpenInterestPoint[],
  range: TimeRange,
  context: AnswerContext,
): readonly OpenInterestPoint[] {
  const good = keep(rows, ({ timeMs, size }) => isTime(timeMs, context) && isAmount(size), context);
  const asked = good.filter(({ timeMs, size }) => within(timeMs, range) && size > 0);
  const points = ordered(asked, ({ timeMs }) => timeMs);
  const steps = points.map(({ size }) => ({ from: size, to: size }));
  rejectJumps(steps, { factor: maxOpenInterestFactor, of: 'open interest' }, context);
  return points;
}

export function validOpenInterest(point: OpenInterestPoint, context: AnswerContext): OpenInterestPoint {
  if (!isTime(point.timeMs, context) || !isAmount(point.size)) reject(point, context);
  return point;
}

/** Settled rates within the range, ascending. */
export function validFunding(
  rows: readonly FundingPoint[],
  range: TimeRange,
  context: AnswerContext,
): readonly FundingPoint[] {
  const good = keep(
    rows,
    ({ timeMs, rate }) => isTime(timeMs, context) && Math.abs(rate) <= maxFundingRate,
    context,
  );
  return ordered(
    good.filter(({ timeMs }) => within(timeMs, range)),
    ({ timeMs }) => timeMs,
  );
}

export function validPrice(point: PricePoint, context: AnswerContext): PricePoint {
  const { timeMs, mark, last = mark } = point;
  if (!isTime(timeMs, context) || !isPrice(mark) || !isPrice(last)) reject(point, context);
  if (factorBetween(last, mark) > maxPriceFactor) reject(point, context);
  return point;
}

/** A book with both sides, best first, not crossed. */
export function validOrderBook(book: OrderBook, context: AnswerContext): OrderBook {
  if (!isTime(book.timeMs, context)) reject({ timeMs: book.timeMs }, context);
  const bids = keep(book.bids, isLevel, context).sort(([a], [b]) => b - a);
  const asks = keep(book.asks, isLevel, context).sort(([a], [b]) => a - b);
  const [bestBid, bestAsk] = [bids[0]?.[0] ?? Number.NaN, asks[0]?.[0] ?? Number.NaN];
  if (!(bestBid < bestAsk)) reject({ bestBid, bestAsk }, context);
  return { timeMs: book.timeMs, bids, asks };
}

/** Forced closings within the range, ascending; several may share a time. */
export function validLiquidations(
  rows: readonly Liquidation[],
  range: TimeRange,
  context: AnswerContext,
): readonly Liquidation[] {
  const good = keep(
    rows,
    ({ timeMs, price, size, usd }) =>
      isTime(timeMs, context) && isPrice(price) && size > 0 && isAmount(size) && isAmount(usd),
    context,
  );
  return good.filter(({ timeMs }) => within(timeMs, range)).sort((a, b) => a.timeMs - b.timeMs);
}

/** Tiers that cover every position from 0 up, with rates that the tier's own leverage can bear. */
export function validMarginRules(rules: MarginRules, context: AnswerContext): MarginRules {
  const tiers = ladder(rules, context);
  const absurd = tiers.find(
    ({ maintenanceRate, maxLeverage, deduction }) =>
      maintenanceRate * maxLeverage > 1 || !isAmount(deduction),
  );
  if (absurd) reject(absurd, context);
  if (!(rules.feeRate >= 0 && rules.feeRate < 0.01)) reject({ feeRate: rules.feeRate }, context);
  return { ...rules, tiers };
}

function ladder({ tiers }: MarginRules, context: AnswerContext): MarginRules['tiers'] {
  try {
    return orderedTiers(tiers);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MarketError('bad-answer', `${context.what}: tiers contradict themselves`, { cause: error });
  }
}

function isCandle({ openMs, open, high, low, close, volume }: Candle, stepMs: number): boolean {
  return (
    openMs % stepMs === 0 &&
    [open, high, low, close].every(isPrice) &&
    high >= Math.max(open, close) &&
    low <= Math.min(open, close) &&
    high / low <= maxPriceFactor &&
    isAmount(volume)
  );
}

function isLevel([price, size]: readonly [number, number]): boolean {
  return isPrice(price) && size > 0 && isAmount(size);
}

function isPrice(price: number): boolean {
  return price > 0 && price <= maxPriceUsd;
}

/** A size or an amount of USD: units of cheap coins go into the trillions. */
function isAmount(amount: number): boolean {
  return amount >= 0 && amount <= maxUsd * 1e6;
}

function isTime(timeMs: number, { nowMs }: AnswerContext): boolean {
  return Number.isInteger(timeMs) && timeMs >= earliestMs && timeMs <= nowMs + clockSkewMs;
}

function within(timeMs: number, { fromMs, toMs }: TimeRange): boolean {
  return timeMs >= fromMs && timeMs < toMs;
}

function keep<Row>(rows: readonly Row[], isGood: (row: Row) => boolean, context: AnswerContext): Row[] {
  const good = rows.filter(isGood);
  const refused = rows.length - good.length;
  if (refused > 0) context.onRefused?.(refused);
  if (refused > maxRefusedShare * rows.length)
    reject(
      rows.find((row) => !isGood(row)),
      context,
    );
  return good;
}

function ordered<Row>(rows: readonly Row[], timeOf: (row: Row) => number): Row[] {
  const byTime = new Map(rows.map((row) => [timeOf(row), row]));
  return [...byTime.values()].sort((a, b) => timeOf(a) - timeOf(b));
}

/** From the end of one step to the start of the next, no value changes more than by the factor. */
function rejectJumps(
  steps: readonly { readonly from: number; readonly to: number }[],
  limit: { readonly factor: number; readonly of: string },
  context: AnswerContext,
): void {
  for (const [index, { from }] of steps.entries()) {
    const before = steps[index - 1]?.to ?? from;
    if (factorBetween(before, from) <= limit.factor) continue;
    throw new MarketError('bad-answer', `${context.what}: ${limit.of} jumps from ${before} to ${from}`);
  }
}

function rejectHoles(candles: readonly Candle[], stepMs: number, context: AnswerContext): void {
  const [first, last] = [candles[0], candles.at(-1)];
  if (!first || !last) return;
  const spanned = (last.openMs - first.openMs) / stepMs + 1;
  if (candles.length >= minCandleShare * spanned) return;
  throw new MarketError('bad-answer', `${context.what}: ${candles.length} of ${spanned} are there`);
}

function factorBetween(a: number, b: number): number {
  return Math.max(a / b, b / a);
}

function reject(value: unknown, context: AnswerContext): never {
  throw new MarketError('bad-answer', `${context.what}: implausible ${spoken(value)}`);
}

/** A value beside a map, for people: what is no number is called missing. */
function spoken(value: unknown): string {
  return JSON.stringify(value, (_, item) =>
    item === null || (typeof item === 'number' && !Number.isFinite(item)) ? 'missing' : item,
  )
    .replaceAll('"missing"', 'missing')
    .slice(0, 160);
}
