import type { Candle } from '../../../../src/core/market-data.ts';
import { type Answer, candlesSoFar, ok } from '../venue.ts';
import { decimal } from '../wire.ts';
import { floorTo, type WorldMarket } from '../world.ts';
import { type Asked, gateLimit, gateMarket, gateRange, gateRefusal, gateStep } from './gate-common.ts';

/**
 * Both ends included, 100 rows by default, 2000 at most; `limit` goes with neither end of a range, and nothing
 * is known of more than 10 000 candles ago. Contract `mark_BTC_USDT` has no volume; delivery has no `sum`.
 */
export function gateCandlesticks(asked: Asked): Answer {
  const { request, view } = asked;
  const [, mark, id = ''] = /^(mark_)?(.*)$/.exec(request.query['contract'] ?? '') ?? [];
  const market = gateMarket(id, asked);
  const stepMs = gateStep(request);
  const { fromMs, toMs = view.nowMs } = gateRange(request);
  if (fromMs !== undefined && request.query['limit'] !== undefined) {
    throw gateRefusal('INVALID_PARAM_VALUE', '`limit` is conflicted with `from` and `to`');
  }
  const limit = gateLimit(request, { default: 100, max: 2000 });
  const firstMs = floorTo(fromMs ?? toMs - (limit - 1) * stepMs, stepMs);
  if ((Math.min(toMs, view.nowMs) - firstMs) / stepMs >= 2000) {
    throw gateRefusal(
      'INVALID_PARAM_VALUE',
      'Candlestick range too broad. Maximum 2000 data points are allowed per request',
    );
  }
  if (firstMs < view.nowMs - 10_000 * stepMs) {
    throw gateRefusal(
      'INVALID_PARAM_VALUE',
      'Candlestick too long ago. Maximum 10000 points recently are allowed',
    );
  }
  const price = mark === undefined ? 'last' : 'mark';
  const rows = candlesSoFar(view, market, { price, stepMs, fromMs: firstMs, toMs });
  return ok(rows.map((candle) => candlestick(candle, market, price)));
}

function candlestick(candle: Candle, market: WorldMarket, price: 'last' | 'mark'): unknown {
  const prices = {
    o: decimal(candle.open),
    c: decimal(candle.close),
    l: decimal(candle.low),
    h: decimal(candle.high),
  };
  const row = { t: candle.openMs / 1000, ...prices };
  if (price === 'mark') return row;
  const traded = { ...row, v: candle.volume / market.contractSize };
  if (market.kind === 'future') return traded;
  const middle = (candle.open + candle.close) / 2;
  return {
    ...traded,
    sum: decimal(market.contract === 'linear' ? candle.volume * middle : candle.volume / middle),
  };
}
