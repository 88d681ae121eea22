/** Counts open streams by address, so that nobody takes all of them. */
export class StreamSeats {
  readonly #perAddress: number;
  readonly #inAll: number;
  readonly #taken = new Map<string, number>();

  constructor({ perAddress, inAll }: { readonly perAddress: number; readonly inAll: number }) {
    this.#perAddress = perAddress;
    this.#inAll = inAll;
  }

  /** What gives the seat back; undefined if there is none left. */
  take(address: string): (() => void) | undefined {
    const all = [...this.#taken.values()].reduce((sum, count) => sum + count, 0);
    const own = this.#taken.get(address) ?? 0;
    if (all >= this.#inAll || own >= this.#perAddress) return undefined;
    this.#taken.set(address, own + 1);
    return () => {
      const left = (this.#taken.get(address) ?? 1) - 1;
      if (left > 0) this.#taken.set(address, left);
      else this.#taken.delete(address);
    };
  }
}
