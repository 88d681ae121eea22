import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../log.ts';
import { isSameSecret } from '../../web/password.ts';
import { readBody } from '../../web/request-body.ts';
import { updateIdOf } from './incoming.ts';

export type WebhookOptions = {
  /** Public address, as told to Telegram. */
  readonly url: string;
  readonly secret: string;
  readonly log: Log;
  /** Must return at once and not throw. */
  readonly onUpdate: (update: unknown) => void;
};

const header = 'x-telegram-bot-api-secret-token';
const maxBytes = 1_000_000;
/** Telegram repeats what it believes undelivered; that many of the last are known by their number. */
const rememberedIds = 1_000;

/** Receives updates over HTTP; a web server hands over the requests for `path`. */
export class Webhook {
  readonly path: string;
  /** Telegram comes from outside, with the secret. */
  readonly audience = 'anybody';
  readonly #options: WebhookOptions;
  readonly #seen = new Set<number>();
  #isClosed = false;

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.path = new URL(options.url).pathname;
  }

  /** Takes no more updates; Telegram keeps them for the next process. */
  close(): void {
    this.#isClosed = true;
  }

  /** Answers at once; 403 to whoever does not know the secret. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const status = await this.#statusFor(request);
    // A body that is left unread must not be taken for the next request.
    const headers = status === 200 ? {} : { connection: 'close' };
    response.writeHead(status, headers).end();
  }

  async #statusFor(request: IncomingMessage): Promise<number> {
    if (request.method !== 'POST') return 405;
    if (!isSameSecret(`${request.headers[header] ?? ''}`, this.#options.secret)) {
      this.#options.log.warn('webhook called without its secret');
      return 403;
    }
    if (this.#isClosed) return 503;
    try {
      const body = await readBody(request, maxBytes);
      if (body === undefined) return 413;
      return this.#take(JSON.parse(body));
    } catch (error) {
      this.#options.log.warn('webhook called with what is no JSON', { error });
      return 400;
    }
  }

  #take(update: unknown): number {
    const id = updateIdOf(update);
    if (id === undefined) return 400;
    if (this.#seen.has(id)) return 200;
    this.#seen.add(id);
    const [oldest] = this.#seen;
    if (this.#seen.size > rememberedIds && oldest !== undefined) this.#seen.delete(oldest);
    this.#options.onUpdate(update);
    return 200;
  }
}

/** A secret that only this bot's owner can know, where none was chosen. */
export function secretFor(token: string): string {
  return createHash('sha256').update(`webhook of ${token}`).digest('hex');
}
