import type { Side } from '../core/market-data.ts';
import type { Measures } from '../core/score/measures.ts';
import { flatName, profileName } from './baselines.ts';
import type { ScoreCase } from './cases.ts';
import { nearDistances } from './cases.ts';
import type { Comparison, Figure } from './figures.ts';
import { comparisonOf, grouped, mean, meanFigure, ratioFigure } from './figures.ts';

export type MeasureName = keyof Measures;
export type MeasureFigures = Readonly<Record<MeasureName, Figure>>;
export type Comparisons = Readonly<Record<MeasureName, Comparison>>;

export type ScoreRow = {
  readonly coin: string;
  readonly side: Side | 'both';
  readonly model: string;
  /** UTC days and sides of snapshots that were scored, and positions within the range in them. */
  readonly days: number;
  readonly snapshots: number;
  readonly positions: number;
  /** Means over the sides of snapshots; undefined where none had enough positions. */
  readonly measures?: MeasureFigures;
  /** What this model gains over another on the same sides of snapshots: more is better, for each measure. */
  readonly overFlat?: Comparisons;
  readonly overProfile?: Comparisons;
};

/** Share of one side's value near the mark, beside the real share: means over the snapshots. */
export type ShareRow = {
  readonly coin: string;
  readonly side: Side;
  readonly model: string;
  readonly days: number;
  readonly snapshots: number;
  /** In the order of `nearDistances`; `ratio` is predicted over real, undefined where nothing real is near. */
  readonly within: readonly {
    readonly distance: number;
    readonly predicted: number;
    readonly real: number;
    readonly ratio?: Figure;
  }[];
  readonly never: { readonly predicted?: number; readonly real?: number };
};

/** One row a model and side, in the order in which the models first appear. */
export function scoreRows(coin: string, cases: readonly ScoreCase[]): ScoreRow[] {
  return namesOf(cases).flatMap((model) =>
    (['long', 'short', 'both'] as const).map((side) => {
      const measured = cases.filter((one) => (side === 'both' || one.side === side) && one.measures);
      return scoreRow({ coin, side, model }, measured);
    }),
  );
}

/** One row a side and model that says how much there is. */
export function shareRows(coin: string, cases: readonly ScoreCase[]): ShareRow[] {
  return namesOf(cases).flatMap((model) =>
    (['long', 'short'] as const).flatMap((side) => {
      const own = cases.filter((one) => one.model === model && one.side === side);
      const told = own.filter((one) => one.predicted && one.real);
      return told.length === 0 ? [] : [shareRow({ coin, side, model }, told)];
    }),
  );
}

function scoreRow(
  names: Pick<ScoreRow, 'coin' | 'side' | 'model'>,
  measured: readonly ScoreCase[],
): ScoreRow {
  const byModel = (model: string) => measured.filter((one) => one.model === model);
  const own = byModel(names.model);
  const measures = threeOf((name) =>
    meanFigure(own.map(({ timeMs, measures }) => ({ timeMs, value: measures![name] }))),
  );
  const overFlat = names.model === flatName ? undefined : gains(own, byModel(flatName));
  const overProfile = names.model === profileName ? undefined : gains(own, byModel(profileName));
  return {
    ...names,
    days: grouped(own).length,
    snapshots: own.length,
    positions: own.reduce((sum, { positions }) => sum + positions, 0),
    ...(measures && { measures }),
    ...(overFlat && { overFlat }),
    ...(overProfile && { overProfile }),
  };
}

function gains(own: readonly ScoreCase[], others: readonly ScoreCase[]): Comparisons | undefined {
  const keyOf = ({ timeMs, side }: ScoreCase) => `${timeMs} ${side}`;
  const byKey = new Map(others.map((other) => [keyOf(other), other.measures!]));
  const pairs = own.flatMap((one) => {
    const other = byKey.get(keyOf(one));
    return other ? [{ timeMs: one.timeMs, gain: gain(one.measures!, other) }] : [];
  });
  return threeOf((name) => comparisonOf(pairs.map(({ timeMs, gain }) => ({ timeMs, value: gain[name] }))));
}

/** The shorter way of moving earth is the better one. */
function gain(one: Measures, other: Measures): Measures {
  return {
    p10: one.p10 - other.p10,
    emdPct: other.emdPct - one.emdPct,
    logGain: one.logGain - other.logGain,
  };
}

function threeOf<T>(of: (name: MeasureName) => T | undefined): Record<MeasureName, T> | undefined {
  const p10 = of('p10');
  const emdPct = of('emdPct');
  const logGain = of('logGain');
  return p10 && emdPct && logGain ? { p10, emdPct, logGain } : undefined;
}

function shareRow(names: Pick<ShareRow, 'coin' | 'side' | 'model'>, cases: readonly ScoreCase[]): ShareRow {
  const predicted = mean(cases.flatMap((one) => one.predicted!.never ?? []));
  const real = mean(cases.flatMap((one) => one.real!.never ?? []));
  return {
    ...names,
    days: grouped(cases).length,
    snapshots: cases.length,
    within: nearDistances.map((distance, i) => {
      const pairs = cases.map((one) => ({
        timeMs: one.timeMs,
        predicted: one.predicted!.within[i]!,
        real: one.real!.within[i]!,
      }));
      const ratio = ratioFigure(pairs);
      return {
        distance,
        predicted: mean(pairs.map((pair) => pair.predicted))!,
        real: mean(pairs.map((pair) => pair.real))!,
        ...(ratio && { ratio }),
      };
    }),
    never: { ...(predicted !== undefined && { predicted }), ...(real !== undefined && { real }) },
  };
}

function namesOf(cases: readonly ScoreCase[]): string[] {
  return [...new Set(cases.map(({ model }) => model))];
}
