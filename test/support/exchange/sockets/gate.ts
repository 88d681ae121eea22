import { decimal } from '../wire.ts';
import type { WorldMarket } from '../world.ts';
import type { Session, SocketDialect } from './dialect.ts';

/**
 * `fx-ws.gateio.ws`, v4. Shapes: gate.com/docs/developers/futures/ws, "Tickers API" and "Error"; the wording of an
 * unknown contract as ccxt 4.5.84 pro/gate.js quotes it. Its liquidations are not served, as nobody asks for them.
 */
export const gate: SocketDialect = {
  venue: 'gate',
  paths: ['/v4/ws/usdt', '/v4/ws/btc', '/v4/ws/delivery/usdt', '/v4/ws/delivery/btc'],
  answer,
  price: (market, { mark = Number.NaN, last = mark }, timeMs) => {
    const row = {
      contract: market.id,
      last: decimal(last * market.multiplier),
      change_percentage: '0.77',
      funding_rate: '-0.000114',
      mark_price: decimal(mark * market.multiplier),
      index_price: decimal(mark * market.multiplier),
      total_size: '73648',
    };
    const text = JSON.stringify({ ...stamp(timeMs), channel, event: 'update', result: [row] });
    return [{ topic: market.id, text }];
  },
  liquidations: () => [],
};

const channel = 'futures.tickers';

type Request = {
  readonly time?: unknown;
  readonly id?: unknown;
  readonly channel?: string;
  readonly event?: string;
  readonly payload?: readonly string[];
};

function answer(text: string, session: Session): readonly string[] {
  const { time, id, channel: asked, event, payload = [] } = JSON.parse(text) as Request;
  const now = stamp(session.nowMs);
  if (asked === 'futures.ping') {
    return [JSON.stringify({ ...now, channel: 'futures.pong', event: '', result: null })];
  }
  const refuse = (code: number, message: string) => [
    JSON.stringify({
      ...now,
      id,
      channel: asked,
      event,
      error: { code, message },
      result: { status: 'fail' },
    }),
  ];
  if (!Number.isInteger(time) || (event !== 'subscribe' && event !== 'unsubscribe')) {
    return refuse(1, 'invalid argument struct');
  }
  if (asked !== channel) return refuse(2, `unknown channel ${asked}`);
  const unknown = payload.find((contract) => !isServed(session.find(contract), session.path));
  if (unknown !== undefined) return refuse(2, `unknown contract ${unknown}`);
  for (const contract of payload) session.topics[event === 'subscribe' ? 'add' : 'delete'](contract);
  return [JSON.stringify({ ...now, id, channel, event, payload, result: { status: 'success' } })];
}

function isServed(market: WorldMarket | undefined, path: string): boolean {
  if (!market) return false;
  return path === `/v4/ws/${market.kind === 'future' ? 'delivery/' : ''}${market.settle.toLowerCase()}`;
}

function stamp(nowMs: number) {
  return { time: Math.floor(nowMs / 1000), time_ms: nowMs };
}
