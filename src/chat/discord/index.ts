import { setMaxListeners } from 'node:events';
import { unlessAborted, within } from '../../deadline.ts';
import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { ChatAdapter, ChatBackend, ChatHealth } from '../adapter.ts';
import { Backoff, type BackoffOptions } from '../backoff.ts';
import { ending } from '../ending.ts';
import type { KeyValue } from '../key-value.ts';
import { DiscordAlertChannel } from './alert-channel.ts';
import { createClient } from './client.ts';
import type { BotIdentity } from './gateway.ts';
import { Interactions } from './interactions.ts';
import { type DeadChannel, Outbox } from './outbox.ts';
import { register, registrationOf } from './registration.ts';
import type { DiscordRest } from './rest.ts';
import { Supervisor } from './supervisor.ts';

export type DiscordOptions = {
  readonly token: string;
  readonly apiUrl?: string | undefined;
  readonly backend: ChatBackend;
  readonly store: KeyValue;
  readonly log: Log;
  /** Told once of each channel that takes nothing any more: its subscriptions are to be switched off. */
  readonly onDead?: (dead: DeadChannel) => void;
  /** A channel or thread was deleted. */
  readonly onChannelGone?: (channelId: string) => void;
  /** The bot left a server for good: what is stored of it can go. */
  readonly onServerGone?: (serverId: string) => void;
  /** Something that people who run the bot should see at once; it is logged as well. */
  readonly onAlarm?: (message: string) => void;
  readonly nowMs?: () => number;
  /** Requests with the bot's token that Discord allows per second: 50, unless it granted more. */
  readonly perSecond?: number;
  /** Waits before the attempts after a lost answer. */
  readonly repeatAfterMs?: readonly number[];
  readonly backoff?: BackoffOptions;
};

/** View channels, send messages, attach files, send messages in threads. */
const invitePermissions = (1n << 10n) | (1n << 11n) | (1n << 15n) | (1n << 38n);

/** The rest is for what is not sent to channels, such as the list of commands. */
const outboxShare = 0.8;
const ignore = (): undefined => undefined;

/** Discord as a chat platform. */
export class Discord implements ChatAdapter {
  readonly name = 'discord';
  /** Messages to channels that nobody asked for at that moment. */
  readonly outbox: Outbox;
  readonly alerts: DiscordAlertChannel;
  readonly #options: DiscordOptions;
  readonly #log: Log;
  readonly #rest: DiscordRest;
  readonly #interactions: Interactions;
  readonly #supervisor: Supervisor;
  readonly #stopping = new AbortController();
  readonly #cutting = new AbortController();
  #registering: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  /** Throws RangeError when the commands are not what Discord takes. */
  constructor(options: DiscordOptions) {
    const {
      backend,
      store,
      token,
      apiUrl,
      perSecond = 50,
      repeatAfterMs,
      backoff,
      nowMs = Date.now,
    } = options;
    registrationOf(backend.commands);
    const log = options.log.with({ chat: 'discord' });
    const { signal } = this.#cutting;
    setMaxListeners(0, signal);
    const { rest, openGateway } = createClient({ token, apiUrl, perSecond, log, signal });
    const deps = { backend, commands: backend.commands, rest, store, log, nowMs };
    const { onDead = ignore, onAlarm = ignore, onServerGone = ignore, onChannelGone = ignore } = options;
    this.#options = options;
    this.#log = log;
    this.#rest = rest;
    this.#interactions = new Interactions(deps);
    this.outbox = new Outbox({ ...deps, onDead, perSecond: perSecond * outboxShare, repeatAfterMs });
    this.alerts = new DiscordAlertChannel({ rest, store, outbox: this.outbox });
    this.#supervisor = new Supervisor({
      ...deps,
      openGateway,
      events: { onInteraction: (payload) => this.#interactions.handle(payload), onChannelGone, onServerGone },
      onConnected: (identity) => this.#greet(identity),
      onAlarm,
      backoff,
    });
  }

  async start(): Promise<void> {
    if (this.#stopped) throw new Error('Discord was stopped; make a new one');
    await this.#supervisor.start();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  health(): ChatHealth {
    const { gateway, state } = this.#supervisor;
    const lastHeardMs = gateway?.lastHeardMs;
    return {
      ok: gateway?.isUp ?? false,
      detail: gateway ? `${state}, servers: ${gateway.serverCount}` : state,
      ...(lastHeardMs !== undefined && { lastHeardMs }),
    };
  }

  /** What became of messages to channels so far. */
  get counts(): Outbox['counts'] {
    return this.outbox.counts;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    // The gateway stays open meanwhile, so that whoever asks is told to come back.
    const cut = setTimeout(() => this.#cutting.abort(new Error('we are stopping')), ending.requestsMs);
    const closed = Promise.all([this.#interactions.close(), this.outbox.close(), this.#registering]);
    await this.#unlessHanging(closed, ending.leaveMs);
    await this.#supervisor.stop();
    await this.#unlessHanging(this.#interactions.close(), ending.lastMs);
    clearTimeout(cut);
  }

  /** Whatever hangs beyond that is not the platform's: its requests are cut before. */
  async #unlessHanging(work: Promise<unknown>, ms: number): Promise<void> {
    await within(work, ms, 'it does not come to an end').catch((error) =>
      this.#log.warn('somebody is left without an answer', { reason: errorText(error) }),
    );
  }

  #greet({ applicationId, name }: BotIdentity): void {
    this.#log.info('connected', { name, invite: inviteOf(applicationId) });
    this.#registering = this.#registering.then(() => this.#register(applicationId));
  }

  async #register(applicationId: string): Promise<void> {
    const { backend, store } = this.#options;
    const backoff = new Backoff(this.#options.backoff ?? { firstMs: 5_000, longestMs: 600_000 });
    while (!this.#stopping.signal.aborted) {
      try {
        const deps = { rest: this.#rest, store, applicationId, log: this.#log };
        return void (await unlessAborted(register(backend.commands, deps), this.#stopping.signal));
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#log.error('commands not registered, trying again', { error });
        await backoff.wait(this.#stopping.signal);
      }
    }
  }
}

function inviteOf(applicationId: string): string {
  const query = `client_id=${applicationId}&scope=bot+applications.commands&permissions=${invitePermissions}`;
  return `https://discord.com/oauth2/authorize?${query}`;
}
