import { errorText, UserError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Clock } from '../../market/clock.ts';
import type { ChatHealth } from '../adapter.ts';
import { Backoff } from '../backoff.ts';
import type { BotApi, BotIdentity } from './bot-api.ts';
import { defaultWaits, isTokenRefused, Polling, type PollingWaits } from './polling.ts';

export type ConnectionOptions = {
  readonly api: BotApi;
  readonly clock: Clock;
  readonly log: Log;
  /** Where Telegram brings updates to; they are fetched if absent. */
  readonly webhook: { readonly url: string; readonly secret: string } | undefined;
  /** Must return at once and not throw. */
  readonly onUpdate: (update: unknown) => void;
  /** Once the bot knows who it is; tried again until it works. */
  readonly onConnected: (identity: BotIdentity, signal: AbortSignal) => Promise<void>;
  readonly onAlarm: (message: string) => void;
  readonly waits: Partial<PollingWaits> | undefined;
};

const tokenRefused =
  "Telegram refuses TELEGRAM_TOKEN. Ask @BotFather for the bot's token, set it and start again.";

/** Being in touch with Telegram, through whatever happens to it or to the network. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #waits: PollingWaits;
  readonly #stopping = new AbortController();
  #identity: BotIdentity | undefined;
  #trouble: string | undefined = 'not started';
  #lastHeardMs: number | undefined;
  #started: Promise<void> | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#waits = { ...defaultWaits, ...options.waits };
  }

  /** Who the bot is; undefined before it has been connected. */
  get identity(): BotIdentity | undefined {
    return this.#identity;
  }

  /** Resolves at the first connection, or when stopped. Throws UserError if Telegram refuses the token. */
  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#started;
  }

  /** Hears nothing new from now on. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#trouble = 'stopped';
  }

  health(): ChatHealth {
    const name = this.#identity?.username;
    return {
      ok: this.#trouble === undefined,
      detail: this.#trouble ?? `connected as @${name}`,
      ...(this.#lastHeardMs !== undefined && { lastHeardMs: this.#lastHeardMs }),
    };
  }

  /** Telegram has answered, or come to us. */
  heard(): void {
    this.#trouble = undefined;
    this.#lastHeardMs = this.#options.clock.nowMs();
  }

  async #start(): Promise<void> {
    const { signal } = this.#stopping;
    this.#trouble = 'connecting';
    await this.#insist('connect to Telegram', () => this.#connect());
    const identity = this.#identity;
    if (signal.aborted || identity === undefined) return;
    const { log, webhook, onConnected } = this.#options;
    log.info('connected', { username: identity.username, by: webhook ? 'webhook' : 'polling' });
    const settling = this.#insist('finish connecting', () => onConnected(identity, signal)).catch(
      (error: unknown) => log.error('not connected wholly', { error }),
    );
    this.#running = Promise.all([settling, webhook === undefined ? this.#poll() : undefined]);
  }

  async #connect(): Promise<void> {
    const { api, webhook } = this.#options;
    const { signal } = this.#stopping;
    this.#identity = await api.me(signal);
    await (webhook === undefined ? api.deleteWebhook(signal) : api.setWebhook(webhook, signal));
    this.heard();
  }

  async #poll(): Promise<void> {
    const { api, log, onUpdate } = this.#options;
    const onState = (trouble: string | undefined) => {
      if (trouble === undefined) this.heard();
      else this.#trouble = trouble;
    };
    try {
      await new Polling({ api, log, onUpdate, onState, waits: this.#waits }).run(this.#stopping.signal);
    } catch (error) {
      this.#alarm(isTokenRefused(error) ? tokenRefused : `no more updates: ${errorText(error)}`);
    }
  }

  /** Tries for as long as waiting may mend it. */
  async #insist(what: string, attempt: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    const backoff = new Backoff(this.#waits.away);
    while (!signal.aborted) {
      try {
        return await attempt();
      } catch (error) {
        if (signal.aborted) return;
        if (isTokenRefused(error)) throw this.#giveUp();
        this.#options.log.warn(`could not ${what}, trying again`, { reason: errorText(error) });
        await backoff.wait(signal);
      }
    }
  }

  #giveUp(): UserError {
    this.#alarm(tokenRefused);
    return new UserError(tokenRefused);
  }

  #alarm(message: string): void {
    this.#trouble = message;
    this.#options.log.error(`alarm: ${message}`);
    this.#options.onAlarm(message);
  }
}
