import type { Liquidation } from '../../../../src/core/market-data.ts';
import { decimal } from '../wire.ts';
import type { WorldMarket } from '../world.ts';
import { contractsOf, type Push, type Session, type SocketDialect } from './dialect.ts';

/**
 * `fstream.binance.com` and `dstream.binance.com`. Shapes: developers.binance.com, "Live Subscribing/Unsubscribing to
 * streams", "Mark Price Stream", "Liquidation Order Streams", as ccxt 4.5.84 pro/binance.js quotes them. Any name of a
 * stream is acknowledged; `/ws` takes subscriptions and stays silent (change notice of 2026-04-23; aggr pull request 444).
 */
export const binanceUsdm: SocketDialect = dialect('binanceusdm');
export const binanceCoinm: SocketDialect = dialect('binancecoinm');

function dialect(venue: 'binanceusdm' | 'binancecoinm'): SocketDialect {
  return {
    venue,
    paths: ['/market/ws', '/ws'],
    mutePaths: ['/ws'],
    answer,
    price: (market, { mark = Number.NaN }, timeMs) => [
      {
        topic: `${market.id.toLowerCase()}@markPrice@1s`,
        text: JSON.stringify({
          e: 'markPriceUpdate',
          E: timeMs,
          s: market.id,
          p: decimal(mark * market.multiplier),
          ap: decimal(mark * market.multiplier),
          P: decimal(mark * market.multiplier),
          i: decimal(mark * market.multiplier * 0.9999),
          r: '0.00010000',
          T: timeMs + 3_600_000,
        }),
      },
    ],
    liquidations: (market, events, nowMs) => events.map((event) => forceOrder(market, event, nowMs)),
  };
}

function answer(text: string, { topics }: Session): readonly string[] {
  const request = JSON.parse(text) as { method?: unknown; params?: unknown; id?: unknown };
  const { method, params, id } = request;
  if (!Array.isArray(params) || !Number.isInteger(id)) {
    return [JSON.stringify({ error: { code: 2, msg: `Invalid request: ${text.slice(0, 50)}` }, id })];
  }
  for (const name of params as string[]) {
    if (method === 'SUBSCRIBE') topics.add(name);
    else topics.delete(name);
  }
  return [JSON.stringify({ result: null, id })];
}

/** The limit lies beyond the average fill; the last fill is a part of the whole. */
function forceOrder(market: WorldMarket, event: Liquidation, nowMs: number): Push {
  const isLong = event.liquidatedSide === 'long';
  const price = event.price * market.multiplier;
  const contracts = contractsOf(market, event.size);
  return {
    topic: `${market.id.toLowerCase()}@forceOrder`,
    text: JSON.stringify({
      e: 'forceOrder',
      E: nowMs,
      o: {
        s: market.id,
        ...(market.contract === 'inverse' && { ps: `${market.base}USD` }),
        S: isLong ? 'SELL' : 'BUY',
        o: 'LIMIT',
        f: 'IOC',
        q: decimal(contracts),
        p: decimal(price * (isLong ? 0.996 : 1.004)),
        ap: decimal(price),
        X: 'FILLED',
        l: decimal(contracts / 4),
        z: decimal(contracts),
        T: event.timeMs,
      },
    }),
  };
}
