import { createHash } from 'node:crypto';
import type { Reply } from '../../../commands/command.ts';
import { dayMs } from '../../core/durations.ts';
import { within } from '../../deadline.ts';
import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { KeyValue } from '../key-value.ts';
import type { Photo } from './bot-api.ts';

type ReplyPicture = NonNullable<Reply['picture']>;

type PicturesOptions = {
  readonly store: KeyValue;
  readonly log: Log;
  /** Numbers by which people and log lines name a defect. */
  readonly newId: () => string;
  /** File ids are each bot's own. */
  readonly botId: () => string;
  /** Keeps back, and lets go, messages that wait for a picture. */
  readonly hold: (key: string) => void;
  readonly release: (key: string) => void;
};

/** What hangs must not hold back its chats for ever. */
const longestMs = 60_000;
/** A picture shows a moment; nobody asks for the same one a day later. */
const keepMs = dayMs;

/**
 * Pictures on their way to Telegram. Each is drawn once and uploaded once, to however many chats it goes: the first
 * message carries the file, the others wait for its id.
 */
export class Pictures {
  readonly #options: PicturesOptions;
  readonly #known = new WeakMap<ReplyPicture, Picture>();
  #count = 0;

  constructor(options: PicturesOptions) {
    this.#options = options;
  }

  of(source: ReplyPicture): Picture {
    const known = this.#known.get(source);
    if (known !== undefined) return known;
    const picture = new Picture(source, `picture ${this.#count++}`, this.#options);
    this.#known.set(source, picture);
    return picture;
  }
}

export class Picture {
  /** Held while there is nothing to send yet. */
  readonly key: string;
  readonly #source: ReplyPicture;
  readonly #options: PicturesOptions;
  #png: Buffer | undefined;
  #hash: string | undefined;
  #fileId: string | undefined;
  #brokenId: string | undefined;
  #preparing: Promise<void> | undefined;

  constructor(source: ReplyPicture, key: string, options: PicturesOptions) {
    this.#source = source;
    this.key = key;
    this.#options = options;
  }

  get fileId(): string | undefined {
    return this.#fileId;
  }

  /** Number of the log line that says why it could not be drawn. */
  get brokenId(): string | undefined {
    return this.#brokenId;
  }

  /** Draws it, unless that is done; messages that wait for `key` stay back meanwhile. Never rejects: see `brokenId`. */
  prepare(): Promise<void> {
    if (this.#fileId !== undefined || this.#png !== undefined) return Promise.resolve();
    this.#preparing ??= this.#prepare();
    return this.#preparing;
  }

  /**
   * Sends it by its id if that is known, as a file otherwise, and remembers the id that Telegram then gives. Call it
   * only while `key` is not held.
   */
  async send<T extends { readonly fileId?: string }>(request: (photo: Photo) => Promise<T>): Promise<T> {
    if (this.#fileId !== undefined) return request({ fileId: this.#fileId });
    if (this.#png === undefined) throw new Error(`${this.key} is not drawn yet`);
    this.#options.hold(this.key);
    try {
      const sent = await request({ fileName: safeName(this.#source.fileName), png: this.#png });
      if (sent.fileId !== undefined) this.#learn(sent.fileId);
      return sent;
    } finally {
      this.#options.release(this.key);
    }
  }

  /** Telegram does not know the id any more: it has to be uploaded again. */
  forget(): void {
    this.#fileId = undefined;
    if (this.#hash === undefined) return;
    this.#remember((store, key) => store.delete(key));
  }

  async #prepare(): Promise<void> {
    this.#options.hold(this.key);
    this.#brokenId = undefined;
    try {
      const png = await within(this.#source.draw(), longestMs, `not drawn within ${longestMs / 1000} s`);
      this.#hash = createHash('sha256').update(png).digest('base64url');
      this.#png = png;
      const known = await this.#remember((store, key) => store.get(key));
      if (known !== undefined) this.#useId(known);
    } catch (error) {
      this.#brokenId = this.#options.newId();
      this.#options.log.error(`picture not drawn: ${errorText(error)}`, { id: this.#brokenId, error });
    } finally {
      this.#preparing = undefined;
      this.#options.release(this.key);
    }
  }

  #learn(fileId: string): void {
    this.#useId(fileId);
    this.#remember((store, key) => store.set(key, fileId, keepMs));
  }

  #useId(fileId: string): void {
    this.#fileId = fileId;
    // The bytes have done their work; should the id be lost, the picture is drawn again.
    this.#png = undefined;
  }

  /** The memory spares uploads; without it everything works as well. */
  async #remember<T>(ask: (store: KeyValue, key: string) => Promise<T>): Promise<T | undefined> {
    const { store, log, botId } = this.#options;
    try {
      return await ask(store, `telegram:file:${botId()}:${this.#hash}`);
    } catch (error) {
      log.warn('file id not remembered', { reason: errorText(error) });
      return undefined;
    }
  }
}

/** The name becomes part of a header line. */
function safeName(fileName: string): string {
  return fileName.replace(/[^\w.-]/g, '_');
}
