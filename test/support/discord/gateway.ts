import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  GatewayCloseCodes as CloseCodes,
  type GatewayIdentifyData,
  GatewayIntentBits,
  type GatewayResumeData,
  GatewayOpcodes as Ops,
} from 'discord-api-types/v10';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { readyOf, serverOf } from './payloads.ts';
import type { Server, World } from './world.ts';

type Session = {
  readonly id: string;
  readonly shard: readonly [id: number, count: number];
  readonly sent: { readonly s: number; readonly t: string; readonly d: unknown }[];
  socket: WebSocket | undefined;
};

const shard = z.tuple([z.number().int().min(0), z.number().int().min(1)]);
const identify = z.strictObject({
  token: z.string(),
  properties: z.record(z.string(), z.string()),
  intents: z.number().int(),
  compress: z.boolean().optional(),
  large_threshold: z.number().int().min(50).max(250).optional(),
  shard: shard.optional(),
  presence: z.unknown().optional(),
  capabilities: z.number().optional(),
} satisfies { readonly [Key in keyof GatewayIdentifyData]-?: z.ZodType });
const resume = z.strictObject({
  token: z.string(),
  session_id: z.string(),
  seq: z.number().int(),
} satisfies { readonly [Key in keyof GatewayResumeData]-?: z.ZodType });

const knownIntents = Object.values(GatewayIntentBits).reduce<number>((all, bit) => all | Number(bit), 0);
const privilegedIntents =
  GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | GatewayIntentBits.MessageContent;
const maxPayloadBytes = 4096;
const maxEventsPerMinute = 120;

export type GatewaySettings = {
  heartbeatMs: number;
  /** False: heartbeats stay without an answer. */
  acknowledges: boolean;
  /** False: nobody gets a connection. */
  isOpen: boolean;
  /** Every connection is closed with this code when it identifies or resumes. */
  refuseWith: number | undefined;
  /** How many shards the bot is told to open, and the fewest it may. */
  shards: number;
  /** Goes into the application of READY. */
  readyExtra: object;
};

/** The real-time side: hello, identify, heartbeats, events, resume, and every way to be thrown out. */
export class Gateway {
  readonly settings: GatewaySettings = {
    heartbeatMs: 41_250,
    acknowledges: true,
    isOpen: true,
    refuseWith: undefined,
    shards: 1,
    readyExtra: {},
  };
  /** What came in and what ended, for tests to read: "identify", "resume", "closed 4002". */
  readonly history: string[] = [];
  /** What every connection said of itself. */
  readonly identities: unknown[] = [];
  heartbeats = 0;
  readonly #world: World;
  readonly #token: string;
  readonly #changed: () => void;
  readonly #sessions: Session[] = [];
  readonly #server = new WebSocketServer({ noServer: true });

  constructor({ world, token, changed }: { world: World; token: string; changed: () => void }) {
    this.#world = world;
    this.#token = token;
    this.#changed = changed;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, resumeUrl: string): void {
    if (!this.settings.isOpen) return void socket.destroy();
    this.#server.handleUpgrade(request, socket, head, (client) => {
      const { searchParams } = new URL(request.url ?? '/', 'ws://discord.test');
      if (searchParams.get('v') !== '10') return client.close(CloseCodes.InvalidAPIVersion);
      if (searchParams.get('encoding') !== 'json') return client.close(CloseCodes.DecodeError);
      this.#welcome(client, resumeUrl);
    });
  }

  /** Sends an event to the shard that serves the server, or to the first one for direct messages. */
  dispatch(t: string, d: unknown, server?: Server): void {
    for (const session of this.#sessions) if (isServedBy(session, server)) this.#send(session, t, d);
  }

  /** How many shards are connected. */
  get connected(): number {
    return this.#sessions.filter(({ socket }) => socket !== undefined).length;
  }

  /** What the newest session is resumed with. */
  get lastSession(): string | undefined {
    return this.#sessions.at(-1)?.id;
  }

  closeAll(code: number): void {
    for (const { socket } of this.#sessions) socket?.close(code);
  }

  /** Asks for a new connection (op 7). */
  askToReconnect(): void {
    for (const { socket } of this.#sessions) write(socket, { op: Ops.Reconnect, d: null });
  }

  /** Ends the session (op 9): it cannot be resumed. */
  invalidate(): void {
    for (const { socket } of this.#sessions.splice(0)) write(socket, { op: Ops.InvalidSession, d: false });
  }

  stop(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }

  #welcome(socket: WebSocket, resumeUrl: string): void {
    let session: Session | undefined;
    let events: number[] = [];
    socket.on('message', (data: RawData) => {
      const now = Date.now();
      events = [...events.filter((atMs) => now - atMs < 60_000), now];
      if (events.length > maxEventsPerMinute) return socket.close(CloseCodes.RateLimited);
      session = this.#receive(socket, session, { text: String(data), resumeUrl });
      this.#changed();
    });
    socket.on('close', (code) => {
      if (session?.socket === socket) session.socket = undefined;
      this.#note(`closed ${code}`);
    });
    write(socket, { op: Ops.Hello, d: { heartbeat_interval: this.settings.heartbeatMs } });
  }

  #receive(
    socket: WebSocket,
    session: Session | undefined,
    { text, resumeUrl }: { readonly text: string; readonly resumeUrl: string },
  ): Session | undefined {
    const payload = text.length <= maxPayloadBytes ? parse(text) : undefined;
    if (payload === undefined) return void socket.close(CloseCodes.DecodeError);
    if (payload.op === Ops.Heartbeat) {
      this.heartbeats += 1;
      if (this.settings.acknowledges) write(socket, { op: Ops.HeartbeatAck });
      return session;
    }
    if (payload.op === Ops.Identify) return this.#identify(socket, session, { d: payload.d, resumeUrl });
    if (payload.op === Ops.Resume) return this.#resume(socket, payload.d);
    const known = [Ops.PresenceUpdate, Ops.RequestGuildMembers, Ops.VoiceStateUpdate].includes(payload.op);
    if (!known) socket.close(CloseCodes.UnknownOpcode);
    else if (session === undefined) socket.close(CloseCodes.NotAuthenticated);
    return session;
  }

  #identify(
    socket: WebSocket,
    before: Session | undefined,
    { d, resumeUrl }: { readonly d: unknown; readonly resumeUrl: string },
  ): Session | undefined {
    this.identities.push(d);
    this.#note('identify');
    const code = before ? CloseCodes.AlreadyAuthenticated : this.#faultOf(d);
    if (code !== undefined) return void socket.close(code);
    const given = identify.parse(d).shard ?? [0, 1];
    const session: Session = { id: this.#world.nextId(), shard: given, sent: [], socket };
    this.#sessions.push(session);
    const servers = this.#world.servers.filter(
      (server) => server.botPermissions !== undefined && isServedBy(session, server),
    );
    const ready = readyOf(this.#world, { id: session.id, resumeUrl, shard: given, servers });
    Object.assign(ready.application, this.settings.readyExtra);
    this.#send(session, 'READY', ready);
    for (const server of servers) this.#send(session, 'GUILD_CREATE', serverOf(server, this.#world));
    return session;
  }

  #faultOf(d: unknown): number | undefined {
    if (this.settings.refuseWith !== undefined) return this.settings.refuseWith;
    const parsed = identify.safeParse(d);
    if (!parsed.success) return CloseCodes.DecodeError;
    const { token, intents, shard: [id, count] = [0, 1] } = parsed.data;
    if (token !== this.#token) return CloseCodes.AuthenticationFailed;
    if ((intents & ~knownIntents) !== 0) return CloseCodes.InvalidIntents;
    if ((intents & privilegedIntents) !== 0) return CloseCodes.DisallowedIntents;
    if (id >= count) return CloseCodes.InvalidShard;
    return count < this.settings.shards ? CloseCodes.ShardingRequired : undefined;
  }

  #resume(socket: WebSocket, d: unknown): Session | undefined {
    this.#note('resume');
    const parsed = resume.safeParse(d);
    if (!parsed.success) return void socket.close(CloseCodes.DecodeError);
    const { token, session_id: id, seq } = parsed.data;
    const { refuseWith } = this.settings;
    if (refuseWith !== undefined) return void socket.close(refuseWith);
    if (token !== this.#token) return void socket.close(CloseCodes.AuthenticationFailed);
    const session = this.#sessions.find((one) => one.id === id);
    if (session === undefined) return void write(socket, { op: Ops.InvalidSession, d: false });
    if (seq > session.sent.length) return void socket.close(CloseCodes.InvalidSeq);
    session.socket = socket;
    for (const event of session.sent.slice(seq)) write(socket, { op: Ops.Dispatch, ...event });
    this.#send(session, 'RESUMED', {});
    return session;
  }

  #send(session: Session, t: string, d: unknown): void {
    const event = { s: session.sent.length + 1, t, d };
    session.sent.push(event);
    write(session.socket, { op: Ops.Dispatch, ...event });
  }

  #note(what: string): void {
    this.history.push(what);
    this.#changed();
  }
}

/** https://docs.discord.com/developers/events/gateway#sharding */
function isServedBy({ shard: [id, count] }: Session, server: Server | undefined): boolean {
  return server === undefined ? id === 0 : Number((BigInt(server.id) >> 22n) % BigInt(count)) === id;
}

function write(socket: WebSocket | undefined, payload: object): void {
  socket?.send(JSON.stringify(payload));
}

function parse(text: string): { readonly op: Ops; readonly d: unknown } | undefined {
  try {
    const payload: unknown = JSON.parse(text);
    return typeof payload === 'object' && payload !== null && 'op' in payload
      ? { op: payload.op as Ops, d: 'd' in payload ? payload.d : undefined }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
