import type { Log } from '../../log.ts';
import type { Ticket } from './interaction.ts';
import { ephemeral, type Message, whisperOf } from './message.ts';
import { ApiError, type ApiRequest, type DiscordRest, snowflake } from './rest.ts';

/** https://docs.discord.com/developers/interactions/receiving-and-responding: interaction callback type */
const types = { message: 4, deferred: 5, deferredUpdate: 6, suggestions: 8 } as const;
const maxAttempts = 3;
/** How long an interaction's token is good for; same page, "followup messages". */
const tokenMs = 15 * 60_000;

/** The answer to one interaction: accepted once within three seconds, filled in within fifteen minutes. */
export class Answer {
  readonly #rest: DiscordRest;
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #validUntilMs: number;
  readonly #callback: ApiRequest['path'];
  readonly #webhook: ApiRequest['path'];

  constructor(
    { id, applicationId, token }: Ticket,
    { rest, log, nowMs }: { readonly rest: DiscordRest; readonly log: Log; readonly nowMs: () => number },
  ) {
    this.#nowMs = nowMs;
    this.#validUntilMs = nowMs() + tokenMs;
    this.#rest = rest;
    this.#log = log.with({ interaction: id });
    this.#callback = `/interactions/${snowflake(id)}/${encodeURIComponent(token)}/callback`;
    this.#webhook = `/webhooks/${snowflake(applicationId)}/${encodeURIComponent(token)}`;
  }

  /** Shows that a new message is under way. False, as with the others, when Discord no longer takes an answer. */
  promise(): Promise<boolean> {
    return this.#accept({ type: types.deferred });
  }

  /** The same for a message that only the asker will see. */
  promiseWhisper(): Promise<boolean> {
    return this.#accept({ type: types.deferred, data: { flags: ephemeral } });
  }

  /** Keeps the pressed button's message as it is until `fill`. */
  promiseUpdate(): Promise<boolean> {
    return this.#accept({ type: types.deferredUpdate });
  }

  /** A first and last answer that only the asker can see. */
  whisperFirst(text: string): Promise<boolean> {
    return this.#accept({ type: types.message, data: whisperOf(text) });
  }

  suggest(values: readonly string[]): Promise<boolean> {
    const choices = values.map((value) => ({ name: value, value }));
    return this.#accept({ type: types.suggestions, data: { choices } });
  }

  /** Puts the message in place of what was promised; after a quarter of an hour nobody waits for it, nor would Discord take it. */
  async fill({ body, files }: Message): Promise<void> {
    if (this.#isTooLate()) return this.#log.warn('answer dropped, too late');
    const edit = () => this.#rest.asInteraction({ method: 'PATCH', path: this.#original, body, files });
    try {
      await edit();
    } catch (error) {
      // Twice the same edit is the same message.
      if (!(error instanceof ApiError && error.outcome === 'lost')) throw error;
      await edit();
    }
  }

  /** Takes back what was promised. */
  async withdraw(): Promise<void> {
    if (this.#isTooLate()) return;
    await this.#rest.asInteraction({ method: 'DELETE', path: this.#original });
  }

  /** One more message, which only the asker can see. */
  async whisper(text: string): Promise<void> {
    if (this.#isTooLate()) return this.#log.warn('answer dropped, too late');
    await this.#rest.asInteraction({ method: 'POST', path: this.#webhook, body: whisperOf(text) });
  }

  #isTooLate(): boolean {
    return this.#nowMs() >= this.#validUntilMs;
  }

  get #original(): ApiRequest['path'] {
    return `${this.#webhook}/messages/@original`;
  }

  /** A second acceptance is an error to Discord, so after a lost answer we look before trying again. */
  async #accept(body: unknown): Promise<boolean> {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      try {
        await this.#rest.acknowledge({ method: 'POST', path: this.#callback, body });
        return true;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const { outcome, status, code } = error;
        this.#log.warn('first answer not taken', { outcome, status, code, attempt });
        if (outcome === 'refused') return false;
        if (outcome === 'lost' && (await this.#isAccepted())) return true;
      }
    }
    return false;
  }

  async #isAccepted(): Promise<boolean> {
    try {
      await this.#rest.asInteraction({ method: 'GET', path: this.#original });
      return true;
    } catch (error) {
      // Anything but a plain no leaves it open; then the message itself will show.
      return !(error instanceof ApiError && error.outcome === 'refused');
    }
  }
}
