import type { TimeRange } from '../market/source.ts';

/** Sets of moments as half-open ranges; results are ascending, apart and not empty. */

/** What is in any of them; ranges that touch become one. */
export function union(ranges: readonly TimeRange[]): TimeRange[] {
  const joined: TimeRange[] = [];
  const ascending = ranges.filter(({ fromMs, toMs }) => fromMs < toMs).sort((a, b) => a.fromMs - b.fromMs);
  for (const range of ascending) {
    const last = joined.at(-1);
    if (last && range.fromMs <= last.toMs) {
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, range.toMs) };
    } else {
      joined.push(range);
    }
  }
  return joined;
}

/** What is in any of them and in `within` too. */
export function clip(ranges: readonly TimeRange[], within: TimeRange): TimeRange[] {
  return union(
    ranges.map(({ fromMs, toMs }) => ({
      fromMs: Math.max(fromMs, within.fromMs),
      toMs: Math.min(toMs, within.toMs),
    })),
  );
}

/** What is in `whole` and in none of the others. */
export function without(whole: TimeRange, others: readonly TimeRange[]): TimeRange[] {
  const left: TimeRange[] = [];
  let fromMs = whole.fromMs;
  for (const other of clip(others, whole)) {
    left.push({ fromMs, toMs: other.fromMs });
    fromMs = other.toMs;
  }
  return union([...left, { fromMs, toMs: whole.toMs }]);
}

/** Whether all of `inner` is in `outer`. */
export function contains(outer: TimeRange, inner: TimeRange): boolean {
  return outer.fromMs <= inner.fromMs && inner.toMs <= outer.toMs;
}
