import type { Candle } from '../../../../src/core/market-data.ts';
import { candlesSoFar, isClosed, type VenueRequest, type VenueView } from '../venue.ts';
import { decimal, wholeNumber } from '../wire.ts';
import type { WorldMarket } from '../world.ts';
import { okxLimit, okxMarket, okxRefusal } from './okx-common.ts';

const hourMs = 3_600_000;
const fromHongKong = -8 * hourMs;

/** Bars of 6 hours and more open by Hong Kong time unless they are named `utc`. */
export const okxBars: Readonly<Record<string, { readonly stepMs: number; readonly offsetMs: number }>> = {
  '1m': { stepMs: 60_000, offsetMs: 0 },
  '3m': { stepMs: 180_000, offsetMs: 0 },
  '5m': { stepMs: 300_000, offsetMs: 0 },
  '15m': { stepMs: 900_000, offsetMs: 0 },
  '30m': { stepMs: 1_800_000, offsetMs: 0 },
  '1H': { stepMs: hourMs, offsetMs: 0 },
  '2H': { stepMs: 2 * hourMs, offsetMs: 0 },
  '4H': { stepMs: 4 * hourMs, offsetMs: 0 },
  '6H': { stepMs: 6 * hourMs, offsetMs: fromHongKong },
  '12H': { stepMs: 12 * hourMs, offsetMs: fromHongKong },
  '1D': { stepMs: 24 * hourMs, offsetMs: fromHongKong },
  '6Hutc': { stepMs: 6 * hourMs, offsetMs: 0 },
  '12Hutc': { stepMs: 12 * hourMs, offsetMs: 0 },
  '1Dutc': { stepMs: 24 * hourMs, offsetMs: 0 },
};

export type CandleKind = {
  readonly price: 'last' | 'mark';
  readonly max: number;
  readonly depth: number;
  readonly closedOnly: boolean;
};

/** "This endpoint can retrieve the latest 1,440 data entries"; the history ones reach the listing, closed bars only. */
export const recent = { depth: 1440, closedOnly: false };
export const old = { depth: Number.POSITIVE_INFINITY, closedOnly: true };

/**
 * `after` asks for older rows, `before` for newer ones, both exclusive; "the latest data will be returned when
 * using `before` individually". 100 rows by default.
 */
export function okxCandles(request: VenueRequest, view: VenueView, kind: CandleKind): readonly unknown[] {
  const market = okxMarket(request, view);
  const bar = okxBars[request.query['bar'] ?? '1m'];
  if (bar === undefined) throw okxRefusal('51000', 'Parameter bar error.', 400);
  const limit = okxLimit(request, 'limit', { default: 100, max: kind.max });
  const after = wholeNumber(request.query['after']) ?? Number.POSITIVE_INFINITY;
  const before = wholeNumber(request.query['before']) ?? Number.NEGATIVE_INFINITY;
  const toMs = Math.min(after - 1, view.nowMs);
  const fromMs = Math.max(before + 1, view.nowMs - kind.depth * bar.stepMs, toMs - (limit + 1) * bar.stepMs);
  const rows = candlesSoFar(view, market, { price: kind.price, ...bar, fromMs, toMs })
    .filter((candle) => !kind.closedOnly || isClosed(candle, bar.stepMs, view))
    .map((candle) => [
      ...pricesOf(candle),
      ...(kind.price === 'last' ? okxVolumes(candle, market) : []),
      isClosed(candle, bar.stepMs, view) ? '1' : '0',
    ]);
  return rows.slice(-limit).reverse();
}

function pricesOf(candle: Candle): readonly string[] {
  const { open, high, low, close } = candle;
  return [String(candle.openMs), ...[open, high, low, close].map(decimal)];
}

/** Contracts, coins, USD. */
export function okxVolumes(candle: Candle, market: WorldMarket): readonly string[] {
  const middle = (candle.open + candle.close) / 2;
  const linear = market.contract === 'linear';
  const coins = linear ? candle.volume : candle.volume / middle;
  const usd = linear ? candle.volume * middle : candle.volume;
  return [decimal(candle.volume / market.contractSize), decimal(coins), decimal(usd)];
}
