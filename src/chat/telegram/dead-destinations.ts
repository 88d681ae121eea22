import type { Log } from '../../log.ts';

/** A chat, or one topic of a forum. */
export type Destination = { readonly chatId: string; readonly threadId?: string };

/** Told once of each destination that takes nothing any more. */
export type OnDead = (dead: Destination & { readonly reason: string }) => void;

/** Where nothing is to be sent any more, and why. */
export class DeadDestinations {
  readonly #log: Log;
  readonly #onDead: OnDead;
  readonly #reasons = new Map<string, string>();

  constructor({ log, onDead }: { readonly log: Log; readonly onDead: OnDead }) {
    this.#log = log;
    this.#onDead = onDead;
  }

  /** False if it is known already. */
  add(destination: Destination, reason: string): boolean {
    const key = keyOf(destination);
    if (this.#reasons.has(key)) return false;
    this.#reasons.set(key, reason);
    const { chatId, threadId } = destination;
    const place = { chatId, ...(threadId !== undefined && { threadId }) };
    this.#log.warn('destination disabled', { ...place, reason });
    this.#onDead({ ...place, reason });
    return true;
  }

  /** A topic is alive only if its chat is. */
  remove(destination: Destination): void {
    this.#reasons.delete(destination.chatId);
    this.#reasons.delete(keyOf(destination));
  }

  reasonFor(destination: Destination): string | undefined {
    return this.#reasons.get(destination.chatId) ?? this.#reasons.get(keyOf(destination));
  }
}

function keyOf({ chatId, threadId }: Destination): string {
  return threadId === undefined ? chatId : `${chatId}/${threadId}`;
}
