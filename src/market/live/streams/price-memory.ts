import type { PricePoint } from '../../../core/market-data.ts';
import type { PriceFields } from './channel.ts';

/** What a message leaves out is as it was, but for so long only. */
const unrepeatedMs = 10_000;

/** An unchanged price is told again after so long. */
const repeatMs = 1_000;

type Part = { readonly value: number; readonly atMs: number };
type Told = { readonly mark: number; readonly last: number | undefined; readonly atMs: number };
type Memory = { mark?: Part | undefined; last?: Part | undefined; told?: Told };

/** Fills the blanks of messages that bear only what changed, and knows what the listener knows. Steady milliseconds. */
export class PriceMemory {
  readonly #memories = new Map<string, Memory>();

  /** The price that a message amounts to; undefined while the mark price is not known. */
  complete(symbol: string, fields: PriceFields, atMs: number): PricePoint | undefined {
    const { mark: oldMark, last: oldLast } = this.#memories.get(symbol) ?? {};
    const mark = fields.mark ?? lasting(oldMark, atMs);
    const last = fields.last ?? lasting(oldLast, atMs);
    if (mark === undefined) return undefined;
    return { timeMs: fields.timeMs, mark, ...(last !== undefined && { last }) };
  }

  /** Remembers a message that was found good. */
  keep(symbol: string, { mark, last }: PriceFields, atMs: number): void {
    const memory = this.#memories.get(symbol) ?? {};
    this.#memories.set(symbol, {
      ...memory,
      mark: mark === undefined ? memory.mark : { value: mark, atMs },
      last: last === undefined ? memory.last : { value: last, atMs },
    });
  }

  /** Whether the price is to be told; if so, it counts as told. */
  isNews(symbol: string, { mark, last }: PricePoint, atMs: number): boolean {
    const memory = this.#memories.get(symbol) ?? {};
    const { told } = memory;
    if (told && told.mark === mark && told.last === last && atMs - told.atMs < repeatMs) return false;
    this.#memories.set(symbol, { ...memory, told: { mark, last, atMs } });
    return true;
  }

  forgetAllBut(symbols: ReadonlySet<string>): void {
    for (const symbol of this.#memories.keys()) if (!symbols.has(symbol)) this.#memories.delete(symbol);
  }
}

function lasting(part: Part | undefined, atMs: number): number | undefined {
  return part && atMs - part.atMs <= unrepeatedMs ? part.value : undefined;
}
