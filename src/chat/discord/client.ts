import { randomUUID } from 'node:crypto';
import {
  Client,
  DiscordAPIError,
  DiscordjsErrorCodes,
  Events,
  GatewayDispatchEvents,
  GatewayIntentBits,
  HTTPError,
  Options,
  REST,
  RESTEvents,
  type RESTOptions,
  SimpleShardingStrategy,
  Status,
} from 'discord.js';
import { ownSignal, unlessAborted, within } from '../../deadline.ts';
import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { BotIdentity, DiscordClient, Gateway, GatewayEvents } from './gateway.ts';
import { multipart } from './multipart.ts';
import { ApiError, type ApiRequest, type DiscordRest } from './rest.ts';

export type ClientOptions = {
  readonly token: string;
  /** In place of https://discord.com/api; without the version. */
  readonly apiUrl?: string | undefined;
  /** Requests with the token that Discord allows per second. */
  readonly perSecond: number;
  readonly log: Log;
  /** Cuts the requests that are under way, and all that would come after. */
  readonly signal: AbortSignal;
};

type Packet = { readonly t?: string };
type PacketHandler = { handlePacket(packet?: Packet, shard?: unknown): boolean };

/** How long close may take before the sockets are left to themselves. */
const closeMs = 1_500;

/** discord.js behind our own words: the one file that knows it. */
export function createClient(options: ClientOptions): DiscordClient {
  return { rest: createRest(options), openGateway: (events) => new DiscordGateway(options, events) };
}

/**
 * Three ways with queues of their own. Discord's limit of requests per second does not bind interactions, so they must
 * not wait in one queue with what goes to channels.
 */
function createRest({ token, apiUrl, perSecond, log, signal }: ClientOptions): DiscordRest {
  const base = {
    ...(apiUrl !== undefined && { api: apiUrl }),
    version: '10',
    invalidRequestWarningInterval: 500,
  };
  const open = (options: Partial<RESTOptions>): REST => {
    const rest = new REST({ ...base, ...options });
    rest.on(RESTEvents.InvalidRequestWarning, ({ count }) => log.error('many refused requests', { count }));
    rest.on(RESTEvents.RateLimited, ({ route, global, timeToReset }) =>
      log.debug('waiting for a rate limit', { route, global, timeToReset }),
    );
    return rest;
  };
  // Each interaction has a queue of its own in the library, which it forgets only once an hour unless told.
  const unbound = { globalRequestsPerSecond: 10_000, handlerSweepInterval: 15_000 };
  const first = open({ ...unbound, retries: 0, timeout: 2_500 });
  const interactions = open({ ...unbound, retries: 2, timeout: 15_000 });
  const bot = open({ globalRequestsPerSecond: perSecond, retries: 2, timeout: 10_000 }).setToken(token);
  return {
    acknowledge: (request) => send(first, request, { auth: false, signal }),
    asInteraction: (request) => send(interactions, request, { auth: false, signal }),
    asBot: (request) => send(bot, request, { auth: true, signal }),
  };
}

async function send(
  rest: REST,
  { method, path, body, files = [] }: ApiRequest,
  { auth, signal }: { readonly auth: boolean; readonly signal: AbortSignal },
): Promise<unknown> {
  const form = files.length > 0 ? multipart(body, files, `liqmap-${randomUUID()}`) : undefined;
  const content = form
    ? { body: form.data, passThroughBody: true, headers: { 'content-type': form.contentType } }
    : { body };
  // The library never stops listening to the signal that it is given.
  const own = ownSignal(signal);
  try {
    const options = { method: method as never, fullRoute: path, auth, signal: own.signal } as const;
    const asked = rest.request({ ...options, ...content });
    // The library listens to the signal only while it talks, not while it waits for a limit to pass.
    return await unlessAborted(asked, signal);
  } catch (error) {
    throw apiErrorOf(
      error,
      `${method} ${path.replace(/^(\/(?:interactions|webhooks)\/\d+\/)[^/]+/, '$1...')}`,
    );
  } finally {
    own.release();
  }
}

/** Errors of the library carry the whole request, with its token and its files; ours carry what happened. */
function apiErrorOf(error: unknown, request: string): ApiError {
  if (error instanceof DiscordAPIError) {
    const { status, code, message } = error;
    const ownCode = typeof code === 'number' ? { code } : {};
    return new ApiError('refused', `${request}: ${status} ${message} (${code})`, { status, ...ownCode });
  }
  if (error instanceof HTTPError) {
    return new ApiError('failed', `${request}: ${error.status}`, { status: error.status });
  }
  // After a 401 the library forgets the token and refuses by itself.
  if (errorText(error).startsWith('Expected token')) return new ApiError('refused', request, { status: 401 });
  return new ApiError('lost', `${request}: ${errorText(error)}`);
}

class DiscordGateway implements Gateway {
  readonly #client: Client;
  readonly #token: string;
  readonly #events: GatewayEvents;
  #applicationId: string | undefined;
  #lastEventMs: number | undefined;
  /** Cuts the shards off from ever connecting again. */
  #disconnect: () => void = () => undefined;

  constructor({ token, apiUrl }: ClientOptions, events: GatewayEvents) {
    this.#token = token;
    this.#events = events;
    this.#client = new Client({
      intents: [GatewayIntentBits.Guilds],
      // As many as Discord asks for (more than one from 2,500 servers on), all of them in this process.
      shards: 'auto',
      rest: { ...(apiUrl !== undefined && { api: apiUrl }), version: '10', retries: 2 },
      makeCache: Options.cacheWithLimits(cacheLimits),
      ws: {
        buildStrategy: (manager) => {
          // A shard that is between two connections ignores destroy() and connects half a second later. It asks for
          // its session first; unanswered it stays where it is.
          this.#disconnect = () => {
            manager.options.retrieveSessionInfo = () => new Promise(() => undefined);
          };
          return new SimpleShardingStrategy(manager);
        },
      },
    });
    this.#guardPackets();
    this.#listen();
  }

  async connect(): Promise<BotIdentity> {
    try {
      await this.#client.login(this.#token);
    } catch (error) {
      throw loginError(error);
    }
    const { user } = this.#client;
    return { applicationId: this.#applicationId ?? user?.id ?? '', name: user?.username ?? 'unnamed' };
  }

  async close(): Promise<void> {
    this.#disconnect();
    this.#client.removeAllListeners();
    this.#client.on(Events.Error, () => undefined);
    await within(this.#client.destroy(), closeMs, `the gateway did not close within ${closeMs} ms`);
  }

  get isUp(): boolean {
    const { shards } = this.#client.ws;
    const up: readonly Status[] = [Status.Ready, Status.WaitingForGuilds];
    return shards.size > 0 && shards.every(({ status }) => up.includes(status));
  }

  get serverCount(): number {
    return this.#client.guilds.cache.size;
  }

  get lastHeardMs(): number | undefined {
    const heartbeats = this.#client.ws.shards.map(({ lastPingTimestamp }) => lastPingTimestamp);
    const last = Math.max(this.#lastEventMs ?? -1, ...heartbeats);
    return last > 0 ? last : undefined;
  }

  /** An exception in one of the library's packet handlers would end the process; here it costs that packet. */
  #guardPackets(): void {
    const handler = this.#client.ws as unknown as PacketHandler;
    const handle = handler.handlePacket.bind(handler);
    handler.handlePacket = (packet, shard) => {
      try {
        return handle(packet, shard);
      } catch (error) {
        this.#events.onTrouble(`discord.js broke on ${packet?.t}`, error);
        return false;
      }
    };
  }

  #listen(): void {
    const { onInteraction, onChannelGone, onServerGone, onReconnecting, onEnded, onTrouble } = this.#events;
    this.#client
      .on(Events.Error, (error) => onTrouble('client error', error))
      .on(Events.ShardError, (error, shard) => onTrouble(`error of shard ${shard}`, error))
      .on(Events.ShardReconnecting, onReconnecting)
      .on(Events.ShardDisconnect, ({ code }) => onEnded(code));
    // Raw payloads: what we read of them is checked by our own schema, and nothing of them is cached.
    this.#on(GatewayDispatchEvents.Ready, ({ application }) => {
      this.#applicationId = application?.id;
    });
    this.#on(GatewayDispatchEvents.InteractionCreate, onInteraction);
    this.#on(GatewayDispatchEvents.ChannelDelete, ({ id }) => onChannelGone(`${id}`));
    this.#on(GatewayDispatchEvents.ThreadDelete, ({ id }) => onChannelGone(`${id}`));
    this.#on(GatewayDispatchEvents.GuildDelete, ({ id, unavailable }) => {
      if (unavailable !== true) onServerGone(`${id}`);
    });
  }

  #on(event: GatewayDispatchEvents, listener: (payload: Payload) => void): void {
    this.#client.ws.on(event, (payload: unknown) => {
      this.#lastEventMs = Date.now();
      try {
        listener((payload ?? {}) as Payload);
      } catch (error) {
        this.#events.onTrouble(`could not handle ${event}`, error);
      }
    });
  }
}

/** As far as it is read here; none of it is certain. */
type Payload = {
  readonly id?: unknown;
  readonly unavailable?: unknown;
  readonly application?: { readonly id?: string };
};

function loginError(error: unknown): ApiError {
  const { code } = error as { readonly code?: unknown };
  const isRefused =
    code === DiscordjsErrorCodes.TokenInvalid || /authentication failed/i.test(errorText(error));
  return isRefused
    ? new ApiError('refused', 'Discord refuses the token', { status: 401 })
    : new ApiError('lost', `no connection to Discord: ${errorText(error)}`);
}

const keepSelf = {
  maxSize: 0,
  keepOverLimit: ({ id, client }: { id: string; client: Client }) => id === client.user?.id,
};

/**
 * Only what the library itself needs stays in memory; servers, channels, roles and overwrites must not be limited.
 * https://discordjs.guide/miscellaneous/cache-customization.html
 */
const cacheLimits = {
  ApplicationCommandManager: 0,
  ApplicationEmojiManager: 0,
  AutoModerationRuleManager: 0,
  BaseGuildEmojiManager: 0,
  EntitlementManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildInviteManager: 0,
  GuildMemberManager: keepSelf,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  StageInstanceManager: 0,
  ThreadManager: 0,
  ThreadMemberManager: 0,
  UserManager: keepSelf,
  VoiceStateManager: 0,
};
