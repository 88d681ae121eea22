import { BookLayer } from './book-layer.ts';
import type { BookLevels } from './book-levels.ts';
import { Standing } from './book-standing.ts';
import type { EntryGrid } from './entry-grid.ts';
import type { TapeReader, TapeWriter } from './number-tape.ts';

/** Each costs as much memory as what stands now. */
const mostMarks = 100;
/** Most books that are kept and go on move no further, on either side. */
const keptSlack = 32;

/** What stands in a book now and, of what stood at each marked moment, what is still open. */
export class BookStandings {
  readonly now: Standing;
  readonly #marked = new Map<string, Standing>();
  readonly #grid: EntryGrid;
  readonly #levels: BookLevels;

  constructor(grid: EntryGrid, levels: BookLevels) {
    this.#grid = grid;
    this.#levels = levels;
    this.now = this.#nothing();
  }

  /** What stands now is of this moment, too, from here on. */
  mark(name: string): void {
    this.#marked.set(name, this.now.copy());
  }

  hasMark(name: string): boolean {
    return this.#marked.has(name);
  }

  /** Now unless a mark is named. Throws RangeError when there is no such mark. */
  at(mark: string | undefined): Standing {
    if (mark === undefined) return this.now;
    const standing = this.#marked.get(mark);
    if (!standing) throw new RangeError(`no mark "${mark}" in this book`);
    return standing;
  }

  get marked(): Iterable<Standing> {
    return this.#marked.values();
  }

  get all(): readonly Standing[] {
    return [this.now, ...this.#marked.values()];
  }

  /** The entry bins that anything stands in, and some to spare. */
  binsToKeep(): { readonly from: number; readonly below: number } {
    const { count } = this.#grid;
    let from = count;
    let below = 0;
    for (const { layer } of this.all) {
      for (let pair = 0; pair < layer.firsts.length; pair++) {
        const occupied = layer.occupied(pair);
        if (occupied.count === 0) continue;
        from = Math.min(from, occupied.first);
        below = Math.max(below, occupied.first + occupied.count);
      }
    }
    return {
      from: Math.max(0, Math.min(from, below) - keptSlack),
      below: Math.min(count, below + keptSlack),
    };
  }

  /** Of bins as counted from `origin`. */
  saveMarks(tape: TapeWriter, origin: number): void {
    tape.put(this.#marked.size);
    for (const [name, standing] of this.#marked) {
      tape.putText(name);
      standing.save(tape, origin);
    }
  }

  loadMarks(tape: TapeReader): void {
    this.#marked.clear();
    for (let left = tape.nextCount(mostMarks); left > 0; left--) {
      const name = tape.nextText();
      const standing = this.#nothing();
      standing.load(tape);
      this.#marked.set(name, standing);
    }
  }

  #nothing(): Standing {
    return new Standing(new BookLayer(this.#grid, this.#levels));
  }
}
