import type { Liquidation } from '../../../../src/core/market-data.ts';
import { decimal } from '../wire.ts';
import type { WorldMarket } from '../world.ts';
import { type Push, priceNow, type Session, type SocketDialect } from './dialect.ts';

/**
 * `ws.bitget.com`: v2 with `channel` and `instId`, v3 with `topic`. Shapes: bitget.com/api-doc/common/websocket-intro,
 * /api-doc/contract/websocket/public/Tickers-Channel (as ccxt 4.5.84 pro/bitget.js quotes it) and
 * /api-doc/uta/websocket/public/Liquidation-Channel: position side, amount in quote coin.
 */
export const bitget: SocketDialect = {
  venue: 'bitget',
  paths: ['/v2/ws/public', '/v3/ws/public'],
  answer,
  price: (market, { mark = Number.NaN, last = mark }, timeMs) => {
    const arg = { instType: productOf(market), channel: 'ticker', instId: market.id };
    const row = {
      instId: market.id,
      lastPr: decimal(last),
      markPrice: decimal(mark),
      indexPrice: decimal(mark),
      holdingAmount: '50670.787',
      symbol: market.id,
      ts: String(timeMs),
    };
    const text = JSON.stringify({ action: 'snapshot', arg, data: [row], ts: timeMs });
    return [{ topic: topicOf(arg), text }];
  },
  liquidations: (market, events, nowMs) => [liquidations(market, events, nowMs)],
};

type Argument = {
  readonly instType?: string;
  readonly channel?: string;
  readonly instId?: string;
  readonly topic?: string;
};

const products = ['USDT-FUTURES', 'USDC-FUTURES', 'COIN-FUTURES'];

function answer(text: string, session: Session): readonly string[] {
  if (text === 'ping') return ['pong'];
  const { op, args = [] } = JSON.parse(text) as { op?: string; args?: readonly Argument[] };
  if (op !== 'subscribe' && op !== 'unsubscribe') {
    return [JSON.stringify({ event: 'error', code: 30_003, msg: 'Invalid op' })];
  }
  return args.flatMap((arg) => {
    if (!isKnown(arg, session)) {
      const msg = `instType:${arg.instType},channel:${arg.channel ?? arg.topic},instId:${arg.instId} doesn't exist`;
      return [JSON.stringify({ event: 'error', arg, code: 30_001, msg, op })];
    }
    session.topics[op === 'subscribe' ? 'add' : 'delete'](topicOf(arg));
    const done = JSON.stringify({ event: op, arg });
    const market = op === 'subscribe' ? session.find(arg.instId ?? '') : undefined;
    return market ? [done, ...priceNow(bitget, market, session.nowMs)] : [done];
  });
}

function isKnown({ instType = '', channel, instId = '', topic }: Argument, { path, find }: Session): boolean {
  if (path.startsWith('/v3')) return topic === 'liquidation' && products.includes(instType.toUpperCase());
  const market = find(instId);
  return channel === 'ticker' && market !== undefined && productOf(market) === instType;
}

function topicOf({ instType, channel, instId, topic }: Argument): string {
  return [instType, channel ?? topic, instId].join(' ').trim();
}

function productOf({ contract, settle }: WorldMarket): string {
  return contract === 'inverse' ? 'COIN-FUTURES' : `${settle}-FUTURES`;
}

function liquidations(market: WorldMarket, events: readonly Liquidation[], nowMs: number): Push {
  const arg = { instType: productOf(market).toLowerCase(), topic: 'liquidation' };
  const data = events.map(({ timeMs, liquidatedSide, price, usd }) => ({
    symbol: market.id,
    side: liquidatedSide === 'long' ? 'buy' : 'sell',
    price: decimal(price),
    amount: decimal(usd),
    ts: String(timeMs),
  }));
  return { topic: topicOf(arg), text: JSON.stringify({ data, arg, action: 'update', ts: nowMs }) };
}
