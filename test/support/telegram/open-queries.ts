import { badRequest } from './refusal.ts';

type Open<T> = { readonly askedMs: number; readonly botId: number; settle(answer: T): void };

/** Questions that Telegram holds open for a bot: each is answered once, in time, or not at all. */
export class OpenQueries<T> {
  readonly #open = new Map<string, Open<T>>();
  readonly #longestMs: number;

  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  ask(id: string, query: { readonly botId: number; readonly askedMs: number }): Promise<T> {
    return new Promise((settle) => this.#open.set(id, { ...query, settle }));
  }

  answer(id: string, given: { readonly botId: number; readonly nowMs: number; readonly answer: T }): true {
    const query = this.#open.get(id);
    this.#open.delete(id);
    if (query?.botId !== given.botId || given.nowMs - query.askedMs > this.#longestMs) {
      throw badRequest('query is too old and response timeout expired or query ID is invalid');
    }
    query.settle(given.answer);
    return true;
  }
}
