import { errorText, UserError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { Backoff, type BackoffOptions } from '../backoff.ts';
import type { BotIdentity, Gateway, GatewayEvents } from './gateway.ts';
import { ApiError } from './rest.ts';

export type SupervisorDeps = {
  readonly openGateway: (events: GatewayEvents) => Gateway;
  readonly events: Pick<GatewayEvents, 'onInteraction' | 'onChannelGone' | 'onServerGone'>;
  readonly onConnected: (identity: BotIdentity) => void;
  readonly log: Log;
  /** Something that people who run the bot should see at once. */
  readonly onAlarm: (message: string) => void;
  readonly nowMs: () => number;
  readonly backoff?: BackoffOptions | undefined;
};

type End = { readonly reason: string; readonly isFinal: boolean };

/**
 * Why a connection cannot be had again by waiting, by gateway close code:
 * https://docs.discord.com/developers/topics/opcodes-and-status-codes
 */
const finalCodes: Readonly<Record<number, string>> = {
  4004: 'Discord refuses the token. Make a new one in the developer portal and set DISCORD_TOKEN.',
  4012: 'Discord no longer speaks this version of its gateway. Update this program.',
  4013: 'Discord does not know the intents that this program asks for. Update this program.',
  4014: 'Discord does not allow the intents that this program asks for. Check the bot in the developer portal.',
};

/** A shard that reconnects more often than this within a minute is in a loop; Discord itself asks for few. */
const maxReconnects = 5;
const loopMs = 60_000;
/** Discord allows one session per 5 s and 1,000 a day; the longest wait keeps even a day of failures below 300. */
const defaultBackoff = { firstMs: 5_000, longestMs: 300_000 };
const steadyMs = 60_000;

/** Keeps one connection to the gateway alive: a new one with growing waits, or an alarm where waiting does not help. */
export class Supervisor {
  readonly #deps: SupervisorDeps;
  readonly #backoff: Backoff;
  readonly #stopping = new AbortController();
  #gateway: Gateway | undefined;
  #running: Promise<void> | undefined;
  #started: Promise<void> | undefined;
  #state = 'not started';

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
    this.#backoff = new Backoff(deps.backoff ?? defaultBackoff);
  }

  /** Resolves at the first connection, or when stopped. Throws UserError for what waiting does not mend. */
  start(): Promise<void> {
    this.#started ??= new Promise((resolve, reject) => {
      this.#running = this.#run(resolve).then(resolve, reject);
    });
    return this.#started;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#state = 'stopped';
  }

  /** One line for people. */
  get state(): string {
    return this.#state;
  }

  /** The connection of this moment. */
  get gateway(): Gateway | undefined {
    return this.#gateway;
  }

  async #run(onFirst: () => void): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const startMs = this.#deps.nowMs();
      const { reason, isFinal } = await this.#connection(onFirst);
      if (signal.aborted) return;
      if (isFinal) return this.#giveUp(reason);
      if (this.#deps.nowMs() - startMs > steadyMs) this.#backoff.reset();
      this.#state = `away: ${reason}`;
      this.#deps.log.warn('connection to Discord lost, trying again', { reason });
      await this.#backoff.wait(signal);
    }
  }

  /** One connection, from its opening to its end. */
  async #connection(onFirst: () => void): Promise<End> {
    const { signal } = this.#stopping;
    let onStop: () => void = () => undefined;
    const ended = new Promise<End>((end) => {
      onStop = () => end({ reason: 'stopped', isFinal: false });
      signal.addEventListener('abort', onStop, { once: true });
      this.#gateway = this.#deps.openGateway(this.#eventsOf(end));
      void this.#connect(this.#gateway, onFirst).catch((error: unknown) => end(endOf(error)));
    });
    const end = await ended;
    signal.removeEventListener('abort', onStop);
    await this.#close();
    return end;
  }

  async #connect(gateway: Gateway, onFirst: () => void): Promise<void> {
    this.#state = 'connecting';
    const identity = await gateway.connect();
    if (this.#gateway !== gateway) return;
    this.#state = `connected as ${identity.name}`;
    this.#deps.onConnected(identity);
    onFirst();
  }

  #eventsOf(end: (end: End) => void): GatewayEvents {
    const { events, log, nowMs } = this.#deps;
    const reconnects = new Map<number, readonly number[]>();
    return {
      ...events,
      onTrouble: (what, error) => log.error(what, { error }),
      onEnded: (code) => {
        const reason = finalCodes[code] ?? `the gateway closed with ${code}`;
        end({ reason, isFinal: code in finalCodes });
      },
      onReconnecting: (shard) => {
        const recent = (reconnects.get(shard) ?? []).filter((atMs) => nowMs() - atMs < loopMs);
        reconnects.set(shard, [...recent, nowMs()]);
        if (recent.length < maxReconnects) return;
        const reason = `shard ${shard} reconnected ${recent.length + 1} times within a minute`;
        this.#alarm(reason);
        end({ reason, isFinal: false });
      },
    };
  }

  async #close(): Promise<void> {
    const gateway = this.#gateway;
    this.#gateway = undefined;
    try {
      await gateway?.close();
    } catch (error) {
      this.#deps.log.warn('gateway not closed', { error });
    }
  }

  #giveUp(reason: string): never {
    this.#state = reason;
    this.#alarm(reason);
    throw new UserError(reason);
  }

  #alarm(message: string): void {
    this.#deps.log.error(`alarm: ${message}`);
    this.#deps.onAlarm(message);
  }
}

function endOf(error: unknown): End {
  const isRefused = error instanceof ApiError && error.outcome === 'refused' && error.status === 401;
  return isRefused
    ? { reason: finalCodes[4004] ?? '', isFinal: true }
    : { reason: errorText(error), isFinal: false };
}
