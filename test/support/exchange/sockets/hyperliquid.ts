import { tradeAt } from '../venues/hyperliquid-people.ts';
import { decimal } from '../wire.ts';
import type { WorldMarket } from '../world.ts';
import type { Session, SocketDialect } from './dialect.ts';

/**
 * `api.hyperliquid.xyz/ws`. Shapes: hyperliquid.gitbook.io, API, Websocket, "Subscriptions" and "Timeouts and
 * heartbeats"; the words of errors as ccxt 4.5.84 pro/hyperliquid.js expects them.
 */
export const hyperliquid: SocketDialect = {
  venue: 'hyperliquid',
  paths: ['/ws'],
  answer,
  price: (market, { mark = Number.NaN }, timeMs) => {
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
    return [
      { topic: market.id, text: JSON.stringify({ channel: 'activeAssetCtx', data }) },
      { topic: tradesTopic(market), text: tradesText(market, timeMs) },
    ];
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
  const topic = market && topicOf(subscription.type, market);
  if (topic === undefined) return error(`Invalid subscription ${JSON.stringify(subscription)}`);
  if (method === 'subscribe' && session.topics.has(topic)) {
    return error(`Already subscribed: ${JSON.stringify(subscription)}`);
  }
  session.topics[method === 'subscribe' ? 'add' : 'delete'](topic);
  const done = JSON.stringify({ channel: 'subscriptionResponse', data: { method, subscription } });
  if (method !== 'subscribe') return [done];
  const first = hyperliquid.price(market!, market!.series.price(session.nowMs), session.nowMs);
  return [done, ...first.filter((push) => push.topic === topic).map(({ text: now }) => now)];
}

function topicOf(type: string | undefined, market: WorldMarket): string | undefined {
  if (type === 'trades') return tradesTopic(market);
  return type === 'activeAssetCtx' ? market.id : undefined;
}

function tradesTopic({ id }: WorldMarket): string {
  return `trades ${id}`;
}

/** Each names its buyer and its seller. */
function tradesText(market: WorldMarket, timeMs: number): string {
  return JSON.stringify({ channel: 'trades', data: [tradeAt(market, Math.floor(timeMs / 1000))] });
}
