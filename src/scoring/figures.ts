import { dayMs, hourMs } from '../core/durations.ts';
import type { Interval } from '../core/score/bootstrap.ts';
import { bootstrap } from '../core/score/bootstrap.ts';

/** A figure with its 95 % interval by drawing groups of rows; without one where there are less than two groups. */
export type Figure = { readonly value: number; readonly interval?: Interval };

/** `inconclusive`: the interval of the difference includes 0, or there is none. */
export type Verdict = 'better' | 'worse' | 'inconclusive';
export type Comparison = Figure & { readonly verdict: Verdict };

/** Anything of a moment; what shares a group is drawn together. */
export type Dated = { readonly timeMs: number };
export type DatedValue = Dated & { readonly value: number };
export type DatedPair = Dated & { readonly predicted: number; readonly real: number };

/** Hours next to each other are alike: so many are drawn together. */
export const hoursMs = 3 * hourMs;

/** Rows by span of time, UTC days unless told. */
export function grouped<Row extends Dated>(rows: readonly Row[], spanMs = dayMs): Row[][] {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const key = Math.floor(row.timeMs / spanMs);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

/** A statistic of the rows with its interval; undefined where the rows allow none. */
export function figureOf<Row extends Dated>(
  rows: readonly Row[],
  statistic: (rows: readonly Row[]) => number | undefined,
  spanMs = dayMs,
): Figure | undefined {
  const value = statistic(rows);
  if (value === undefined) return undefined;
  const interval = bootstrap(grouped(rows, spanMs), statistic);
  return { value, ...(interval && { interval }) };
}

/** Of at least one row. */
export function meanFigure(rows: readonly DatedValue[]): Figure | undefined {
  return figureOf(rows, meanValue);
}

/** Mean difference, more being better. */
export function comparisonOf(rows: readonly DatedValue[]): Comparison | undefined {
  return comparedBy(rows, meanValue);
}

/** A difference of two statistics of the same rows, more being better. */
export function comparedBy<Row extends Dated>(
  rows: readonly Row[],
  difference: (rows: readonly Row[]) => number | undefined,
  spanMs = dayMs,
): Comparison | undefined {
  const figure = figureOf(rows, difference, spanMs);
  return figure && { ...figure, verdict: verdictOf(figure.interval) };
}

/** Predicted over real, of sums, so that no row with next to nothing decides. */
export function ratioFigure(rows: readonly DatedPair[], spanMs = dayMs): Figure | undefined {
  const ratio = (drawn: readonly DatedPair[]) => {
    let predicted = 0;
    let real = 0;
    for (const row of drawn) {
      predicted += row.predicted;
      real += row.real;
    }
    return real > 0 ? predicted / real : undefined;
  };
  return figureOf(rows, ratio, spanMs);
}

/** Undefined of no rows. */
export function meanValue(rows: readonly DatedValue[]): number | undefined {
  let sum = 0;
  for (const { value } of rows) sum += value;
  return rows.length === 0 ? undefined : sum / rows.length;
}

/** Undefined of no values. */
export function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function verdictOf(interval: Interval | undefined): Verdict {
  if (interval && interval.low > 0) return 'better';
  if (interval && interval.high < 0) return 'worse';
  return 'inconclusive';
}
