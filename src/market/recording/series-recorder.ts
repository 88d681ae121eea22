import { dayMs } from '../../core/durations.ts';
import { contains, union, without } from '../../store/ranges.ts';
import type { Held, WriteOptions } from '../../store/time-records.ts';
import { ClockWatch, systemClock } from '../clock.ts';
import type { TimeRange } from '../source.ts';
import type { StoreGuard } from './store-guard.ts';

/** A venue may correct a row that is younger; an older one is not let change under our feet. */
const correctableMs = dayMs;

/** A clock that goes wrong by no more is one that is kept right. */
const driftMs = 60_000;

/** One series of a market: where its rows come from, where they are kept, and how they lie in time. */
export type Series<Row> = {
  /** Unique in its recorder. */
  readonly name: string;
  fetch(range: TimeRange): Promise<readonly Row[] | undefined>;
  read(range: TimeRange): Promise<Held<Row>>;
  write(rows: readonly Row[], options: WriteOptions): Promise<void>;
  timeOf(row: Row): number;
  /** The first moment that a row says nothing about: the end of a candle, the millisecond after an event. */
  endOf(row: Row): number;
  /** How long after its time a row may still turn up at the venue. */
  readonly lateMs: number;
  /** How long to be content with a late row not having turned up. */
  readonly patienceMs: number;
  /** How far back to ask once more, for rows that the venue has corrected since. */
  readonly overlapMs: number;
};

type Running<Row> = { readonly need: TimeRange; readonly answer: Promise<readonly Row[] | undefined> };
type Fetched<Row> = { readonly range: TimeRange; readonly rows: readonly Row[] | undefined };

/**
 * Answers ranges of series from what is held, and asks the venue for what is missing, which then is held too. An ask
 * that lies within one under way waits for that one. Rejects when the venue does; never because of the store.
 */
export class SeriesRecorder {
  readonly #guard: StoreGuard;
  readonly #nowMs: () => number;
  readonly #watch: ClockWatch;
  readonly #running = new Map<string, Set<Running<unknown>>>();
  readonly #lastFetched = new Map<string, { readonly range: TimeRange; readonly atMs: number }>();

  constructor(options: {
    readonly guard: StoreGuard;
    readonly nowMs: () => number;
    /** See `Clock`. */
    readonly steadyMs?: () => number;
  }) {
    const { guard, nowMs, steadyMs = systemClock.steadyMs } = options;
    this.#guard = guard;
    this.#nowMs = nowMs;
    this.#watch = new ClockWatch({ nowMs, steadyMs });
  }

  /** Rows in `need`, ascending; undefined if the venue has none of the kind and none are held. */
  ask<Row>(series: Series<Row>, need: TimeRange): Promise<readonly Row[] | undefined> {
    const running = this.#runningOf<Row>(series.name);
    const larger = [...running].find((one) => contains(one.need, need));
    if (larger)
      return larger.answer.then((rows) => rows?.filter((row) => isWithin(series.timeOf(row), need)));
    const mine = { need, answer: this.#answer(series, need) };
    const done = () => running.delete(mine);
    running.add(mine);
    mine.answer.then(done, done);
    return mine.answer;
  }

  async #answer<Row>(series: Series<Row>, need: TimeRange): Promise<readonly Row[] | undefined> {
    const held = await this.#guard.attempt(() => series.read(need));
    const missing = held ? this.#missing(series, need, held.covered) : [need];
    const fetched = await Promise.all(missing.map((range) => this.#fetch(series, range)));
    const rows = merge(series, held?.rows ?? [], fetched);
    const isUnknown = fetched.length > 0 && fetched.every((part) => part.rows === undefined);
    if (isUnknown && rows.length === 0 && !held?.covered.length) return undefined;
    return rows.filter((row) => isWithin(series.timeOf(row), need));
  }

  #missing<Row>(series: Series<Row>, need: TimeRange, covered: readonly TimeRange[]): readonly TimeRange[] {
    const nowMs = this.#nowMs();
    const last = this.#lastFetched.get(series.name);
    const isRecent = last && nowMs >= last.atMs && nowMs - last.atMs < series.patienceMs;
    const missing = without(need, isRecent ? [...covered, last.range] : covered);
    // Reaches back into what is held, never to where nothing may change any more.
    const widened = missing.map(({ fromMs, toMs }) => {
      const backMs = Math.max(need.fromMs, fromMs - series.overlapMs, nowMs - correctableMs);
      return { fromMs: Math.min(fromMs, backMs), toMs };
    });
    return union(widened);
  }

  async #fetch<Row>(series: Series<Row>, range: TimeRange): Promise<Fetched<Row>> {
    const atMs = this.#nowMs();
    const answer = await series.fetch(range);
    if (answer === undefined) return { range, rows: undefined };
    const rows = answer.filter((row) => isWithin(series.timeOf(row), range));
    // By a clock that was set, what is yet to come may seem long past: then only rows themselves are proof.
    const settledMs = Math.abs(this.#watch.jumpedMs) > driftMs ? 0 : atMs - series.lateMs;
    const covers = { fromMs: range.fromMs, toMs: coveredUntil(series, { range, rows, settledMs }) };
    await this.#guard.attempt(async () => {
      await series.write(rows, { covers, replaceFromMs: atMs - correctableMs });
      this.#lastFetched.set(series.name, { range, atMs });
    });
    return { range, rows };
  }

  #runningOf<Row>(name: string): Set<Running<Row>> {
    const running = this.#running.get(name) ?? new Set();
    this.#running.set(name, running);
    // A name stands for rows of one kind.
    return running as Set<Running<Row>>;
  }
}

/** What comes after the last row may yet come, unless it is before `settledMs`. */
function coveredUntil<Row>(
  { endOf }: Series<Row>,
  given: { readonly range: TimeRange; readonly rows: readonly Row[]; readonly settledMs: number },
): number {
  const { range, rows, settledMs } = given;
  const last = rows.at(-1);
  const untilMs = Math.max(range.fromMs, settledMs, last === undefined ? 0 : endOf(last));
  return Math.min(range.toMs, untilMs);
}

/** What was fetched takes the place of what was held of the same time. */
function merge<Row>(
  { timeOf }: Series<Row>,
  held: readonly Row[],
  parts: readonly Fetched<Row>[],
): readonly Row[] {
  const answered = parts.filter((part) => part.rows !== undefined);
  if (answered.length === 0) return held;
  const kept = held.filter((row) => !answered.some(({ range }) => isWithin(timeOf(row), range)));
  return [...kept, ...answered.flatMap(({ rows = [] }) => rows)].sort((a, b) => timeOf(a) - timeOf(b));
}

function isWithin(timeMs: number, { fromMs, toMs }: TimeRange): boolean {
  return timeMs >= fromMs && timeMs < toMs;
}
