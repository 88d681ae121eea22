import type { Liquidation } from '../../../../src/core/market-data.ts';
import { okxInstType } from '../venues/okx-instruments.ts';
import { decimal } from '../wire.ts';
import type { WorldMarket } from '../world.ts';
import { contractsOf, type Push, priceNow, type Session, type SocketDialect } from './dialect.ts';

/**
 * `ws.okx.com`, v5 public. Shapes: okx.com/docs-v5, "WebSocket, Subscribe", "Mark price channel" and "Liquidation orders
 * channel", as ccxt 4.5.84 pro/okx.js quotes them; several entries to one `details`, as seen on the venue.
 */
export const okx: SocketDialect = {
  venue: 'okx',
  paths: ['/ws/v5/public'],
  answer,
  price: (market, { mark = Number.NaN }, timeMs) => {
    const arg = { channel: 'mark-price', instId: market.id };
    const data = [
      { instType: okxInstType(market), instId: market.id, markPx: decimal(mark), ts: String(timeMs) },
    ];
    return [{ topic: `mark-price ${market.id}`, text: JSON.stringify({ arg, data }) }];
  },
  liquidations: (market, events) => [liquidationOrders(market, events)],
};

type Argument = { readonly channel?: string; readonly instId?: string; readonly instType?: string };

function answer(text: string, session: Session): readonly string[] {
  if (text === 'ping') return ['pong'];
  const { op, args = [] } = JSON.parse(text) as { op?: string; args?: readonly Argument[] };
  if (op !== 'subscribe' && op !== 'unsubscribe') return [error('60012', `Illegal request: ${text}`)];
  return args.flatMap((arg) => {
    const topic = topicOf(arg, session);
    if (topic === undefined) {
      const named = `channel:${arg.channel},instId:${arg.instId}`;
      return [
        error('60018', `Wrong URL or ${named} doesn't exist. Please use the correct URL and parameters.`),
      ];
    }
    session.topics[op === 'subscribe' ? 'add' : 'delete'](topic);
    const done = JSON.stringify({ event: op, arg, connId: 'a4d3ae55' });
    const market = op === 'subscribe' ? session.find(arg.instId ?? '') : undefined;
    return market ? [done, ...priceNow(okx, market, session.nowMs)] : [done];
  });
}

function topicOf({ channel, instId, instType }: Argument, { find }: Session): string | undefined {
  if (channel === 'mark-price') return instId && find(instId) ? `mark-price ${instId}` : undefined;
  if (channel !== 'liquidation-orders') return undefined;
  return instType === 'SWAP' || instType === 'FUTURES' ? `liquidation-orders ${instType}` : undefined;
}

function error(code: string, msg: string): string {
  return JSON.stringify({ event: 'error', code, msg, connId: 'a4d3ae55' });
}

function liquidationOrders(market: WorldMarket, events: readonly Liquidation[]): Push {
  const instType = okxInstType(market);
  const details = events.map(({ timeMs, liquidatedSide, size, price }) => ({
    bkLoss: '0',
    bkPx: decimal(price),
    ccy: '',
    posSide: liquidatedSide,
    side: liquidatedSide === 'long' ? 'sell' : 'buy',
    sz: decimal(contractsOf(market, size)),
    ts: String(timeMs),
  }));
  const [base, quote] = market.id.split('-');
  const uly = `${base}-${quote}`;
  const data = [{ details, instFamily: uly, instId: market.id, instType, uly }];
  const arg = { channel: 'liquidation-orders', instType };
  return { topic: `liquidation-orders ${instType}`, text: JSON.stringify({ arg, data }) };
}
