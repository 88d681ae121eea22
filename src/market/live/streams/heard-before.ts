/** Enough for an hour in which a venue tells of five events a second. */
const most = 20_000;

/**
 * Gives every event a key of its own and tells repetitions from twins: what a venue sends again after a new
 * subscription has been heard before, but two equal rows of one message are two events.
 */
export class HeardBefore {
  readonly #keys = new Set<string>();
  readonly #inMessage = new Map<string, number>();

  startMessage(): void {
    this.#inMessage.clear();
  }

  /** The key of an event that says this, or undefined if it has been heard. */
  keyOf(says: string): string | undefined {
    const twins = (this.#inMessage.get(says) ?? 0) + 1;
    this.#inMessage.set(says, twins);
    const key = twins === 1 ? says : `${says}#${twins}`;
    if (this.#keys.has(key)) return undefined;
    this.#keys.add(key);
    const [oldest] = this.#keys;
    if (this.#keys.size > most && oldest !== undefined) this.#keys.delete(oldest);
    return key;
  }
}
