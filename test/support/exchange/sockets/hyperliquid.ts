import { decimal } from '../wire.ts';
import { priceNow, type Session, type SocketDialect } from './dialect.ts';

/**
 * `api.hyperliquid.xyz/ws`. Shapes: hyperliquid.gitbook.io, API, Websocket, "Subscriptions" and "Timeouts and
 * heartbeats"; the words of errors as ccxt 4.5.84 pro/hyperliquid.js expects them.
 */
export const hyperliquid: SocketDialect = {
  venue: 'hyperliquid',
  paths: ['/ws'],
  answer,
  price: (market, { mark = Number.NaN }) => {
    const ctx = {
      dayNtlVlm: '1169046.29406',
      prevDayPx: '15.322',
      markPx: decimal(mark * market.multiplier),
      midPx: decimal(mark * market.multiplier * 1.0001),
      oraclePx: decimal(mark * market.multiplier),
      funding: '0.0000125',
      openInterest: '688.11',
    };
    const data = { coin: market.id, ctx };
    return [{ topic: market.id, text: JSON.stringify({ channel: 'activeAssetCtx', data }) }];
  },
  liquidations: () => [],
};

type Request = {
  readonly method?: string;
  readonly subscription?: { readonly type?: string; readonly coin?: string };
};

function answer(text: string, session: Session): readonly string[] {
  const { method, subscription = {} } = JSON.parse(text) as Request;
  if (method === 'ping') return [JSON.stringify({ channel: 'pong' })];
  const error = (words: string) => [JSON.stringify({ channel: 'error', data: words })];
  const market = session.find(subscription.coin ?? '');
  if (subscription.type !== 'activeAssetCtx' || !market) {
    return error(`Invalid subscription ${JSON.stringify(subscription)}`);
  }
  if (method === 'subscribe' && session.topics.has(market.id)) {
    return error(`Already subscribed: ${JSON.stringify(subscription)}`);
  }
  session.topics[method === 'subscribe' ? 'add' : 'delete'](market.id);
  const done = JSON.stringify({ channel: 'subscriptionResponse', data: { method, subscription } });
  return method === 'subscribe' ? [done, ...priceNow(hyperliquid, market, session.nowMs)] : [done];
}
