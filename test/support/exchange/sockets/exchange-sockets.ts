import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Liquidation } from '../../../../src/core/market-data.ts';
import type { VenueId, World, WorldMarket } from '../world.ts';
import { binanceCoinm, binanceUsdm } from './binance.ts';
import { bitget } from './bitget.ts';
import { bybit } from './bybit.ts';
import type { Push, PushedPrice, Session, SocketDialect } from './dialect.ts';
import { gate } from './gate.ts';
import { hyperliquid } from './hyperliquid.ts';
import { okx } from './okx.ts';

/** The venues' real hosts. OKX takes no connections on port 8443 any more, so that one is not here. */
const dialects: Readonly<Record<string, SocketDialect>> = {
  'fstream.binance.com': binanceUsdm,
  'dstream.binance.com': binanceCoinm,
  'stream.bybit.com': bybit,
  'ws.okx.com': okx,
  'fx-ws.gateio.ws': gate,
  'ws.bitget.com': bitget,
  'api.hyperliquid.xyz': hyperliquid,
};

export type OpenConnection = {
  readonly host: string;
  readonly path: string;
  readonly topics: ReadonlySet<string>;
  /** Texts that it was sent by the client, in their order. */
  readonly received: readonly string[];
};

/** The WebSocket side of the loopback exchange, worked by tests in the venues' place. A host left out means all. */
export type ExchangeSockets = {
  /** Open ones, oldest first. */
  connections(host?: string): readonly OpenConnection[];
  /** Upgrades that were asked for, refused ones included. */
  readonly asked: readonly { readonly host: string; readonly path: string }[];
  /** Tells a market's price, the world's own of now unless given; returns to how many connections. */
  pushPrice(venue: VenueId, id: string, price?: PushedPrice, timeMs?: number): number;
  pushLiquidations(venue: VenueId, id: string, events: readonly Liquidation[]): number;
  /** Prices of all markets, and the liquidations since the last call, as the world has them; for a running service. */
  pushWorld(): void;
  /** Sends any text to all connections of a host. */
  garbage(text: string, host?: string): void;
  /** Cuts connections without a word. */
  drop(host?: string): void;
  /** Keeps connections open, old and new, and says nothing on them; the returned function ends it. */
  silence(options?: { readonly host?: string; readonly pongs?: 'answered' | 'left' }): () => void;
  /** Answers upgrades with this status, or never; the returned function ends it. */
  refuse(how: number | 'hang', host?: string): () => void;
};

type Connection = OpenConnection & {
  readonly socket: WebSocket;
  readonly topics: Set<string>;
  readonly received: string[];
  readonly dialect: SocketDialect;
};

type Rule<Effect> = { readonly host: string | undefined; readonly effect: Effect };

/** Takes the upgrades of an HTTP server. `close` ends every connection, and upgrades that hang. */
export function attachSockets(
  server: Server,
  options: { readonly world: World; readonly nowMs: () => number },
): ExchangeSockets & { close(): void } {
  const { world, nowMs } = options;
  const asked: { host: string; path: string }[] = [];
  const connections = new Set<Connection>();
  const hanging = new Set<Duplex>();
  const refusals: Rule<number | 'hang'>[] = [];
  const silences: Rule<'answered' | 'left'>[] = [];
  let worldToldMs = nowMs();
  const webSockets = new WebSocketServer({ noServer: true, autoPong: false });

  server.on('upgrade', (request, stream, head) => {
    const host = String(request.headers['x-original-host'] ?? '');
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
    asked.push({ host, path });
    const refusal = ruleFor(refusals, host);
    const dialect = dialects[host];
    if (refusal === 'hang') hanging.add(stream);
    else if (refusal !== undefined) refuseUpgrade(stream, refusal);
    else if (!dialect) refuseUpgrade(stream, 421);
    else if (!dialect.paths.includes(path)) refuseUpgrade(stream, 404);
    else webSockets.handleUpgrade(request, stream, head, (socket) => accept(socket, { host, path, dialect }));
  });

  function accept(socket: WebSocket, place: { host: string; path: string; dialect: SocketDialect }): void {
    const connection: Connection = { ...place, socket, topics: new Set(), received: [] };
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
    socket.on('error', () => socket.terminate());
    socket.on('ping', (data) => {
      if (ruleFor(silences, place.host) !== 'left') socket.pong(data);
    });
    socket.on('message', (data) => {
      const text = String(data);
      connection.received.push(text);
      for (const reply of place.dialect.answer(text, sessionOf(connection))) {
        const isPong = /"?pong"?/.test(reply.slice(0, 60)) && reply.length < 200;
        say(connection, reply, isPong ? 'pong' : 'data');
      }
    });
  }

  function sessionOf({ path, topics, dialect }: Connection): Session {
    return { path, topics, nowMs: nowMs(), find: (id) => findMarket(dialect.venue, id) };
  }

  function findMarket(venue: VenueId, id: string): WorldMarket | undefined {
    return world.markets[venue].find((market) => market.id === id && market.status === 'trading');
  }

  function say({ socket, host, path, dialect }: Connection, text: string, sort: 'data' | 'pong'): void {
    const silence = ruleFor(silences, host);
    if (silence === 'left' || (silence === 'answered' && sort === 'data')) return;
    if (sort === 'data' && dialect.mutePaths?.includes(path) && !text.includes('"result":null')) return;
    socket.send(text);
  }

  function send(venue: VenueId, pushes: readonly Push[]): number {
    const served = [...connections].filter(({ dialect }) => dialect.venue === venue);
    let sent = 0;
    for (const { topic, text } of pushes) {
      for (const connection of served.filter(({ topics }) => topics.has(topic))) {
        say(connection, text, 'data');
        sent += 1;
      }
    }
    return sent;
  }

  const sockets: ExchangeSockets = {
    connections: (host) => [...connections].filter((connection) => isOf(connection.host, host)),
    asked,
    pushPrice(venue, id, price, timeMs = nowMs()) {
      const market = known(findMarket(venue, id), venue, id);
      return send(venue, dialectOf(venue).price(market, price ?? market.series.price(timeMs), timeMs));
    },
    pushLiquidations(venue, id, events) {
      const market = known(findMarket(venue, id), venue, id);
      return send(venue, dialectOf(venue).liquidations(market, events, nowMs()));
    },
    pushWorld() {
      const [fromMs, toMs] = [worldToldMs, nowMs()];
      worldToldMs = toMs;
      for (const { venue } of Object.values(dialects)) {
        for (const market of world.markets[venue].filter(({ status }) => status === 'trading')) {
          sockets.pushPrice(venue, market.id);
          const events = market.series.liquidations({ fromMs, toMs });
          if (events.length > 0) sockets.pushLiquidations(venue, market.id, events);
        }
      }
    },
    garbage(text, host) {
      for (const connection of sockets.connections(host) as Connection[]) say(connection, text, 'data');
    },
    drop(host) {
      for (const { socket } of sockets.connections(host) as Connection[]) socket.terminate();
    },
    silence: ({ host, pongs = 'left' } = {}) => startRule(silences, { host, effect: pongs }),
    refuse: (how, host) => startRule(refusals, { host, effect: how }),
  };
  return {
    ...sockets,
    close() {
      for (const { socket } of connections) socket.terminate();
      for (const stream of hanging) stream.destroy();
      webSockets.close();
    },
  };
}

function dialectOf(venue: VenueId): SocketDialect {
  return Object.values(dialects).find((dialect) => dialect.venue === venue)!;
}

function known(market: WorldMarket | undefined, venue: VenueId, id: string): WorldMarket {
  if (!market) throw new RangeError(`${venue} trades no ${id}`);
  return market;
}

function isOf(host: string, wanted: string | undefined): boolean {
  return wanted === undefined || host === wanted;
}

function ruleFor<Effect>(rules: readonly Rule<Effect>[], host: string): Effect | undefined {
  return rules.find((rule) => isOf(host, rule.host))?.effect;
}

function startRule<Effect>(rules: Rule<Effect>[], rule: Rule<Effect>): () => void {
  rules.push(rule);
  return () => {
    rules.splice(rules.indexOf(rule), 1);
  };
}

function refuseUpgrade(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
}
