import type { Update } from 'telegraf/types';
import { conflict } from './refusal.ts';

/** What happened, without the number that the queue gives it. */
export type News = Update extends infer U ? (U extends U ? Omit<U, 'update_id'> : never) : never;

type Poll = { readonly limit: number; answer(updates: Update[]): void; refuse(error: Error): void };

/** Members' changes are only sent to bots that ask for them. */
const notByDefault: readonly string[] = ['chat_member', 'message_reaction', 'message_reaction_count'];

/**
 * What a bot has not confirmed yet. An update counts as confirmed by a request with a higher offset; one long poll may
 * wait at a time, and a second ends the first with 409.
 */
export class UpdateQueue {
  readonly #waiting: Update[] = [];
  #nextId = 700_001;
  #poll: Poll | undefined;
  #allowed: readonly string[] = [];
  /** Called when something new has come, for the webhook. */
  onNews: () => void = () => undefined;
  /** Called when a long poll begins to wait. */
  onPoll: () => void = () => undefined;

  get unconfirmed(): readonly Update[] {
    return this.#waiting;
  }

  get isPolled(): boolean {
    return this.#poll !== undefined;
  }

  /** An empty list means what is sent by default. */
  allow(kinds: readonly string[] | undefined): void {
    if (kinds !== undefined) this.#allowed = kinds;
  }

  push(news: News): void {
    const [kind] = Object.keys(news);
    const isWanted = this.#allowed.length > 0 ? this.#allowed.includes(kind!) : !notByDefault.includes(kind!);
    if (!isWanted) return;
    this.#waiting.push({ update_id: this.#nextId++, ...news } as Update);
    this.release();
    this.onNews();
  }

  /** Ends the waiting poll, with nothing if there is nothing. */
  release(): void {
    const poll = this.#poll;
    this.#poll = undefined;
    poll?.answer(this.#waiting.slice(0, poll.limit));
  }

  confirm(offset: number): void {
    const confirmed = this.#waiting.filter((update) => update.update_id < offset);
    this.#waiting.splice(0, confirmed.length);
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  /** Drops all but the last `count`, which is what a negative offset asks for. */
  keepLast(count: number): void {
    this.#waiting.splice(0, Math.max(0, this.#waiting.length - count));
  }

  async take(options: {
    readonly limit: number;
    readonly timeoutMs: number;
    /** Aborted when the client has gone. */
    readonly gone: AbortSignal;
  }): Promise<Update[]> {
    this.#poll?.refuse(
      conflict('terminated by other getUpdates request; make sure that only one bot instance is running'),
    );
    this.#poll = undefined;
    const { limit, timeoutMs, gone } = options;
    if (this.#waiting.length > 0 || timeoutMs === 0) return this.#waiting.slice(0, limit);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end(poll), timeoutMs);
      const settle =
        <T>(how: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          how(value);
        };
      const poll: Poll = { limit, answer: settle(resolve), refuse: settle(reject) };
      this.#poll = poll;
      this.onPoll();
      gone.addEventListener('abort', () => this.#end(poll));
    });
  }

  #end(poll: Poll): void {
    if (this.#poll === poll) this.#poll = undefined;
    poll.answer([]);
  }
}
