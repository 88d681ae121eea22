import type { StoredArming } from '../store/armings.ts';

/** What a coin's own alerts, of no cluster, are stored under. */
export const wholeCoin = '*';

/** Where the triggers of one coin stand, as it is to be stored. */
export class CoinArmings {
  readonly #symbol: string;
  readonly #known = new Map<string, StoredArming>();

  constructor(symbol: string, stored: readonly StoredArming[]) {
    this.#symbol = symbol;
    for (const arming of stored) this.#known.set(keyOf(arming), arming);
  }

  of(subject: string, name: string): StoredArming | undefined {
    return this.#known.get(keyOf({ subject, name }));
  }

  /** Notes a change and returns the whole, to be stored. */
  note(change: Partial<StoredArming> & Pick<StoredArming, 'subject' | 'name'>): StoredArming {
    const key = keyOf(change);
    const arming = { symbol: this.#symbol, armed: true, arming: 0, ...this.#known.get(key), ...change };
    this.#known.set(key, arming);
    return arming;
  }

  /** Forgets what has ended. */
  forget(subject: string): void {
    for (const [key, arming] of this.#known) if (arming.subject === subject) this.#known.delete(key);
  }
}

function keyOf({ subject, name }: Pick<StoredArming, 'subject' | 'name'>): string {
  return JSON.stringify([subject, name]);
}
