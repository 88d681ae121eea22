import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOf, Faults } from './faults.ts';
import { Gateway } from './gateway.ts';
import { Interactions } from './interactions.ts';
import { Person } from './people.ts';
import { isRefusal, RateLimits } from './rate-limits.ts';
import { Refusal } from './refusal.ts';
import { serve } from './routes.ts';
import { answer, type Incoming, type Outgoing, readRequest } from './wire.ts';
import { type Server, type ServerOptions, World } from './world.ts';

export type Recorded = {
  readonly request: Incoming;
  /** performance.now() at which it had come in whole. */
  readonly atMs: number;
  /** Status and body of the answer; undefined while there is none. */
  answer?: Outgoing;
};

export type DiscordOptions = {
  readonly token?: string;
  /** Clock of deadlines, nonces and limits. */
  readonly nowMs?: () => number;
  /** How long people wait for what they expect. */
  readonly patienceMs?: number;
};

/** Has the shape of a token and nothing else. */
const testToken = 'MTE5OTk5OTk5OTk5OTk5OTk5OQ.Gtest1.loopback-discord-of-the-tests-only';

/** A Discord on the loopback interface: strict, with a memory, and able to fail on demand. */
export class Discord {
  readonly world: World;
  readonly interactions: Interactions;
  readonly gateway: Gateway;
  readonly faults = new Faults();
  readonly limits: RateLimits;
  readonly requests: Recorded[] = [];
  readonly token: string;
  readonly #patienceMs: number;
  readonly #http: HttpServer;
  readonly #waiting = new Set<() => void>();

  private constructor({ token = testToken, nowMs = Date.now, patienceMs = 15_000 }: DiscordOptions) {
    this.#patienceMs = patienceMs;
    this.token = token;
    this.world = new World(nowMs);
    this.interactions = new Interactions(this.world);
    this.limits = new RateLimits(() => this.world.nowMs());
    this.gateway = new Gateway({ world: this.world, token, changed: () => this.#changed() });
    this.#http = createServer((request, response) => void this.#respond(request, response));
    this.#http.on('upgrade', (request, socket, head) =>
      this.gateway.upgrade(request, socket, head, `${this.origin.replace('http', 'ws')}/gateway`),
    );
  }

  static async start(options: DiscordOptions = {}): Promise<Discord> {
    const discord = new Discord(options);
    await new Promise<void>((resolve) => discord.#http.listen(0, '127.0.0.1', resolve));
    return discord;
  }

  async stop(): Promise<void> {
    this.gateway.stop();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** What DISCORD_API_URL is set to. */
  get apiUrl(): string {
    return `${this.origin}/api`;
  }

  addServer(name: string, options: ServerOptions): Server {
    const server = this.world.addServer(name, options);
    this.#changed();
    return server;
  }

  /** Somebody new, a member of the given servers with the given permissions. */
  person(
    name: string,
    { servers = [], permissions = 0n }: { servers?: readonly Server[]; permissions?: bigint } = {},
  ): Person {
    const user = this.world.addUser(name);
    for (const server of servers) server.members.set(user, permissions);
    return new Person(this, user);
  }

  /** Throws the bot out of a server. */
  kick(server: Server): void {
    server.botPermissions = undefined;
    this.gateway.dispatch('GUILD_DELETE', { id: server.id }, server);
  }

  /** The server is away for a while; the bot stays its member. */
  loseServer(server: Server): void {
    this.gateway.dispatch('GUILD_DELETE', { id: server.id, unavailable: true }, server);
  }

  deleteChannel(id: string): void {
    const channel = this.world.channel(id);
    this.world.channels.delete(id);
    const { server } = channel;
    this.gateway.dispatch(
      'CHANNEL_DELETE',
      { id, type: channel.type, guild_id: server?.id, name: channel.name },
      server,
    );
  }

  /** Requests that came in, by method and path. */
  requestsTo(method: string, path: RegExp): readonly Recorded[] {
    return this.requests.filter(({ request }) => request.method === method && path.test(request.path));
  }

  /** Discord's code of every refusal so far, such as 40060. */
  get refusals(): readonly number[] {
    return this.requests.flatMap(({ answer: given }) => {
      const code = (given?.body as { readonly code?: number } | undefined)?.code;
      return given !== undefined && given.status >= 400 ? (code ?? given.status) : [];
    });
  }

  /** Resolves with the first value that is neither undefined nor false; looks whenever something has happened. */
  readonly until = <T>(what: string, find: () => T | undefined | false): Promise<T> =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const look = () => {
        const found = find();
        if (found === undefined || found === false) return;
        stop();
        resolve(found);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`waited in vain for ${what}`));
      }, this.#patienceMs);
      this.#waiting.add(look);
      look();
    });

  #changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  async #respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = await readRequest(incoming);
      const recorded: Recorded = { request, atMs: performance.now() };
      this.requests.push(recorded);
      this.#changed();
      const given = await this.#answerTo(request);
      if (given === undefined) incoming.socket.destroy();
      else {
        recorded.answer = given;
        answer(response, given);
      }
    } catch (error) {
      answer(response, refusalOf(error));
    }
    this.#changed();
  }

  /** Undefined: the connection ends without an answer. */
  async #answerTo(request: Incoming): Promise<Outgoing | undefined> {
    const fault = this.faults.take(request);
    if (fault?.kind === 'error' || fault?.kind === 'limit') return answerOf(fault);
    if (fault?.kind === 'reset' && fault.when === 'before') return undefined;
    if (fault?.kind === 'hold') await fault.until;
    const given = this.#done(request);
    return fault?.kind === 'reset' ? undefined : given;
  }

  #done(request: Incoming): Outgoing {
    const taken = this.limits.take(request);
    if (isRefusal(taken)) return taken;
    try {
      const { world, interactions, token, origin, gateway } = this;
      const given = serve({ world, interactions, token, origin, shards: gateway.settings.shards }, request);
      return { ...given, headers: taken };
    } catch (error) {
      return { ...refusalOf(error), headers: taken };
    }
  }
}

function refusalOf(error: unknown): Outgoing {
  if (!(error instanceof Refusal))
    return { status: 500, body: { code: 0, message: `the emulator broke: ${error}` } };
  const { status, code, message, errors } = error;
  return { status, body: { code, message, ...(errors !== undefined && { errors }) } };
}
