import type { Log } from '../../log.ts';

/** A group that has become a supergroup, and so got another id. */
export type Move = { readonly fromChatId: string; readonly toChatId: string };

type MovesOptions = { readonly log: Log; readonly onMoved: (move: Move) => Promise<void> };

/** Groups that have moved: each is told to the store once, and found at its new place from then on. */
export class Moves {
  readonly #options: MovesOptions;
  readonly #underWay = new Map<string, Promise<string>>();
  readonly #done = new Map<string, string>();

  constructor({ log, onMoved }: MovesOptions) {
    this.#options = { log, onMoved };
  }

  /** The id of a chat today. */
  placeOf(chatId: string): string {
    return this.#done.get(chatId) ?? chatId;
  }

  /** The id of a chat that the store is just moving. */
  underWay(chatId: string): Promise<string> | undefined {
    return this.#underWay.get(chatId);
  }

  /** Tells the store. Resolves to the new id, whether the store could do it or not. */
  tell(fromChatId: string, toChatId: string): Promise<string> {
    if (this.#done.get(fromChatId) === toChatId) return Promise.resolve(toChatId);
    const known = this.#underWay.get(fromChatId);
    if (known !== undefined) return known;
    const move = this.#tell({ fromChatId, toChatId }).finally(() => this.#underWay.delete(fromChatId));
    this.#underWay.set(fromChatId, move);
    return move;
  }

  /** Resolves when the store is through with what it has been told. */
  async done(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  async #tell(move: Move): Promise<string> {
    try {
      await this.#options.onMoved(move);
      this.#done.set(move.fromChatId, move.toChatId);
    } catch (error) {
      // Not remembered, so that the next message to the old id tries again.
      this.#options.log.error('moved group not moved in the store', { ...move, error });
    }
    return move.toChatId;
  }
}
