import type { DiscordRest } from './rest.ts';

/** What is told of a connection to Discord's gateway, as plain data. */
export type GatewayEvents = {
  readonly onInteraction: (payload: unknown) => void;
  /** A channel or thread was deleted. */
  readonly onChannelGone: (channelId: string) => void;
  /** The bot was removed from a server, or the server was deleted; not when it is merely away. */
  readonly onServerGone: (serverId: string) => void;
  readonly onReconnecting: (shard: number) => void;
  /** The connection of a shard ended and the library will not try again. The code is a gateway close code. */
  readonly onEnded: (closeCode: number) => void;
  /** Something went wrong that the connection itself outlived. */
  readonly onTrouble: (what: string, error: unknown) => void;
};

export type BotIdentity = { readonly applicationId: string; readonly name: string };

/** One connection, of as many shards as Discord asks for. Opened once, closed once; a new one is made to try again. */
export interface Gateway {
  /** Resolves when every shard is connected. Throws ApiError; may never settle when it is closed before. */
  connect(): Promise<BotIdentity>;
  close(): Promise<void>;
  /** Whether every shard is connected at this moment. */
  readonly isUp: boolean;
  readonly serverCount: number;
  /** UTC milliseconds of the last event or heartbeat; undefined before the first. */
  readonly lastHeardMs: number | undefined;
}

export interface DiscordClient {
  readonly rest: DiscordRest;
  openGateway(events: GatewayEvents): Gateway;
}
