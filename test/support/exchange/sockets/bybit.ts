import type { Liquidation } from '../../../../src/core/market-data.ts';
import { decimal } from '../wire.ts';
import type { WorldMarket } from '../world.ts';
import {
  contractsOf,
  type Push,
  type PushedPrice,
  priceNow,
  type Session,
  type SocketDialect,
} from './dialect.ts';

/**
 * `stream.bybit.com`, v5 public. Shapes: bybit-exchange.github.io/docs/v5/ws/connect, websocket/public/ticker (a
 * snapshot, then deltas with what changed) and /all-liquidation (several to a message).
 */
export const bybit: SocketDialect = {
  venue: 'bybit',
  paths: ['/v5/public/linear', '/v5/public/inverse'],
  answer,
  price: (market, price, timeMs) => [ticker(market, price, { timeMs, type: 'delta' })],
  liquidations: (market, events, nowMs) => [allLiquidation(market, events, nowMs)],
};

type Request = { readonly op?: string; readonly args?: readonly string[]; readonly req_id?: string };

function answer(text: string, session: Session): readonly string[] {
  const { op, args = [], req_id = '' } = JSON.parse(text) as Request;
  const reply = (success: boolean, ret_msg: string) =>
    JSON.stringify({ success, ret_msg, conn_id: 'b0d7c1a2', req_id, op });
  if (op === 'ping') return [reply(true, 'pong')];
  if (op !== 'subscribe' && op !== 'unsubscribe') return [reply(false, 'error:invalid op')];
  const unknown = args.find((topic) => marketOf(topic, session) === undefined);
  if (unknown !== undefined) return [reply(false, `error:handler not found,topic:${unknown}`)];
  for (const topic of args) session.topics[op === 'subscribe' ? 'add' : 'delete'](topic);
  const tickers = op === 'subscribe' ? args.filter((topic) => topic.startsWith('tickers.')) : [];
  return [reply(true, op), ...tickers.flatMap((topic) => snapshot(marketOf(topic, session)!, session.nowMs))];
}

/** Linear contracts are known on the linear path only, inverse ones on the other. */
function marketOf(topic: string, { path, find }: Session): WorldMarket | undefined {
  const [name, id = ''] = topic.split('.');
  if (name !== 'tickers' && name !== 'allLiquidation') return undefined;
  const market = find(id);
  return market && path.endsWith(market.contract) ? market : undefined;
}

function snapshot(market: WorldMarket, timeMs: number): readonly string[] {
  const price = (of: WorldMarket, pushed: PushedPrice) => [ticker(of, pushed, { timeMs, type: 'snapshot' })];
  return priceNow({ price }, market, timeMs);
}

function ticker(
  market: WorldMarket,
  { mark, last }: PushedPrice,
  { timeMs, type }: { readonly timeMs: number; readonly type: 'snapshot' | 'delta' },
): Push {
  const topic = `tickers.${market.id}`;
  const data = {
    symbol: market.id,
    ...(mark !== undefined && { markPrice: decimal(mark * market.multiplier) }),
    ...(last !== undefined && { lastPrice: decimal(last * market.multiplier) }),
    bid1Size: '84.489',
  };
  return { topic, text: JSON.stringify({ topic, type, data, cs: 24_987_956_059, ts: timeMs }) };
}

function allLiquidation(market: WorldMarket, events: readonly Liquidation[], nowMs: number): Push {
  const topic = `allLiquidation.${market.id}`;
  const data = events.map(({ timeMs, liquidatedSide, size, price }) => ({
    T: timeMs,
    s: market.id,
    S: liquidatedSide === 'long' ? 'Buy' : 'Sell',
    v: decimal(contractsOf(market, size)),
    p: decimal(price * market.multiplier),
  }));
  return { topic, text: JSON.stringify({ topic, type: 'snapshot', ts: nowMs, data }) };
}
