import { redirectHeaders, redirectSocketUrl } from '../exchange-fetch.ts';

/** A text, or an object that is sent as JSON. */
export type Frame = string | Readonly<Record<string, unknown>>;

/** What happens to a socket. Nothing is called any more once `closed` was, or the socket's own `close`. */
export type SocketEvents = {
  readonly opened: (socket: StreamSocket) => void;
  /** JSON is parsed; a text that is none comes as it is. */
  readonly received: (message: unknown) => void;
  /** The other end answered a ping of the protocol. */
  readonly alive: () => void;
  readonly closed: (reason: string) => void;
};

/** One WebSocket connection. */
export interface StreamSocket {
  send(frame: Frame): void;
  /** Cuts the connection; resolves when it is gone. */
  close(): Promise<void>;
}

export type OpenSocket = (url: string, events: SocketEvents) => Promise<StreamSocket>;

/** Where to connect for a venue's stream, and with which headers: streams go where HTTP requests go. */
export function socketAddress(
  url: string,
  apiUrl: string | undefined,
): { readonly url: string; readonly headers: Readonly<Record<string, string>> } {
  if (apiUrl === undefined) return { url, headers: {} };
  return { url: redirectSocketUrl(url, apiUrl), headers: redirectHeaders(new URL(url), apiUrl) };
}
