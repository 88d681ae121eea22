/** Prices from a moment until the next stretch begins. */
export type PriceStretch = { readonly fromMs: number; readonly low: number; readonly high: number };

/** Nobody asks while no receipt is due. */
const mostStretches = 200;

/** Where a coin's price went, in stretches that begin with each event: a receipt covers whole ones. */
export class PriceStretches {
  readonly #stretches: PriceStretch[] = [];

  note(priceUsd: number, nowMs: number, what: 'goes on' | 'begins'): void {
    const last = this.#stretches.at(-1);
    if (what === 'begins' || !last) {
      this.#stretches.push({ fromMs: nowMs, low: priceUsd, high: priceUsd });
      if (this.#stretches.length > mostStretches) this.#stretches.shift();
      return;
    }
    const wider = { ...last, low: Math.min(last.low, priceUsd), high: Math.max(last.high, priceUsd) };
    this.#stretches[this.#stretches.length - 1] = wider;
  }

  /** Those since it was asked last. */
  take(): readonly PriceStretch[] {
    return this.#stretches.splice(0);
  }
}
