import { hourMs } from './core/durations.ts';
import type { MapWindow } from './core/liquidation-map.ts';
import type { KeptFold } from './market-history.ts';

/** A fold's place: market and window. */
export type FoldPlace = { readonly venue: string; readonly symbol: string; readonly window: MapWindow };

/** Where folds of the window of everything outlive the process. Its failures are its own. */
export interface FoldShelf {
  load(place: FoldPlace, nowMs: number): Promise<KeptFold | undefined>;
  save(place: FoldPlace, kept: KeptFold): Promise<void>;
}

type Options = {
  /** Of saved folds in memory. */
  readonly mostBytes: number;
  readonly nowMs: () => number;
  readonly shelf?: FoldShelf;
};

/** With what the folds of maps have begun: one that was kept, or their first candle. */
export type FoldBegins = { readonly kept: number; readonly anew: number };

type Entry = { readonly kept: KeptFold; usedMs: number };

/** While there is no room for all, a fold that was used within this time keeps its place. */
const unusedMs = 10 * 60_000;
/** The window of everything has moved on by so much since it was put on the shelf. */
const shelfEveryMs = 6 * hourMs;

/**
 * Folds to go on from, by market and window. When there is no room, a new one takes the place of those that nobody has
 * used lately, or is not kept: were the oldest to go, a round of more markets than there is room for would find none.
 */
export class KeptFolds {
  readonly #options: Options;
  readonly #entries = new Map<string, Entry>();
  /** Close of what lies on the shelf, by place; undefined where there was none. */
  readonly #shelved = new Map<string, number | undefined>();
  readonly #begins = new Map<string, FoldBegins>();
  #bytes = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Bytes of the saved folds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** So far, by venue. */
  get begins(): ReadonlyMap<string, FoldBegins> {
    return this.#begins;
  }

  /** Counts a fold of a map. */
  noteBegin({ venue }: FoldPlace, begin: keyof FoldBegins): void {
    const before = this.#begins.get(venue) ?? { kept: 0, anew: 0 };
    this.#begins.set(venue, { ...before, [begin]: before[begin] + 1 });
  }

  async find(place: FoldPlace): Promise<KeptFold | undefined> {
    const key = keyOf(place);
    const { nowMs, shelf } = this.#options;
    const entry = this.#entries.get(key);
    if (entry) {
      entry.usedMs = nowMs();
      return entry.kept;
    }
    const isKnownMiss = this.#shelved.has(key) && this.#shelved.get(key) === undefined;
    if (!shelf || place.window !== 'all' || isKnownMiss) return undefined;
    const kept = await shelf.load(place, nowMs());
    this.#shelved.set(key, kept?.closeMs);
    return kept;
  }

  keep(place: FoldPlace, kept: KeptFold): void {
    const key = keyOf(place);
    const { mostBytes, nowMs } = this.#options;
    this.#drop(key);
    this.#makeRoom(kept.saved.length);
    if (this.#bytes + kept.saved.length <= mostBytes) {
      this.#entries.set(key, { kept, usedMs: nowMs() });
      this.#bytes += kept.saved.length;
    }
    this.#shelve(place, kept);
  }

  #shelve(place: FoldPlace, kept: KeptFold): void {
    const key = keyOf(place);
    const { shelf } = this.#options;
    const lastMs = this.#shelved.get(key) ?? Number.NEGATIVE_INFINITY;
    if (!shelf || place.window !== 'all' || kept.closeMs - lastMs < shelfEveryMs) return;
    this.#shelved.set(key, kept.closeMs);
    void shelf.save(place, kept);
  }

  #makeRoom(bytes: number): void {
    const { mostBytes, nowMs } = this.#options;
    const untilMs = nowMs() - unusedMs;
    for (const [key, { usedMs }] of this.#entries) {
      if (this.#bytes + bytes <= mostBytes) return;
      if (usedMs <= untilMs) this.#drop(key);
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#bytes -= entry.kept.saved.length;
    this.#entries.delete(key);
  }
}

function keyOf({ venue, symbol, window }: FoldPlace): string {
  return `${venue} ${symbol} ${window}`;
}
