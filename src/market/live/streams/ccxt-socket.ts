import type { Frame, SocketEvents, StreamSocket } from '../sockets.ts';

/**
 * What is used of ccxt's WebSocket client (`ccxt/js/src/base/ws/WsClient.js`, 4.5.84). It connects, inflates and
 * pings as each venue asks. Its own bookkeeping of subscriptions, caches and retries is not used: parsed liquidations
 * lose events (of a message with several only one is delivered, of OKX's `details` only the first, both seen on a
 * loopback socket), and reconnecting has to be ours to be stopped and tested.
 */
export type CcxtSocket = {
  options: object;
  keepAlive: number;
  maxPingPongMisses: number;
  connection?: { terminate(): void };
  log: (...words: unknown[]) => void;
  onPong: () => void;
  onConnectedCallback: (socket: unknown) => void;
  onMessageCallback: (socket: unknown, message: unknown) => void;
  onErrorCallback: (socket: unknown, error: Error) => void;
  onCloseCallback: (socket: unknown, event: { readonly code?: number; readonly reason?: string }) => void;
  connect(): unknown;
  send(frame: Frame): Promise<unknown>;
};

/** Bybit asks for a ping every 20 s; OKX and Bitget allow 30 s, Hyperliquid 60 s, Binance and Gate ping themselves. */
const pingEveryMs = 20_000;

/** Connects a client that has not connected yet, and turns its callbacks into our events. */
export function connectCcxtSocket(
  client: CcxtSocket,
  headers: Readonly<Record<string, string>>,
  events: SocketEvents,
): StreamSocket {
  let isOver = false;
  let reason: string | undefined;
  let gone: () => void;
  const whenGone = new Promise<void>((resolve) => {
    gone = resolve;
  });
  const cut = () => client.connection?.terminate();
  const socket: StreamSocket = {
    send: (frame) => {
      // A frame that cannot be sent is lost with its connection, whose end is told.
      client.send(frame).catch(cut);
    },
    close: () => {
      isOver = true;
      cut();
      return whenGone;
    },
  };
  Object.assign(client, {
    options: { ...client.options, headers },
    keepAlive: pingEveryMs,
    // ccxt counts the silence by the wall clock, so that a jump would cut every connection; ours is counted evenly.
    maxPingPongMisses: Number.POSITIVE_INFINITY,
    // ccxt prints what it cannot parse.
    log: () => undefined,
    onPong: () => {
      if (!isOver) events.alive();
    },
    onConnectedCallback: () => {
      if (!isOver) events.opened(socket);
    },
    onMessageCallback: (_: unknown, message: unknown) => {
      if (!isOver) events.received(message);
    },
    onErrorCallback: (_: unknown, error: Error) => {
      reason ??= error.message;
      cut();
    },
    onCloseCallback: (_: unknown, { code }: { readonly code?: number }) => {
      gone();
      if (isOver) return;
      isOver = true;
      events.closed(reason ?? `closed by the venue (code ${code ?? 'none'})`);
    },
  } satisfies Partial<CcxtSocket>);
  client.connect();
  return socket;
}
