import type { AmountRow } from '../scoring/crossings.ts';
import type { Comparison, Figure } from '../scoring/figures.ts';
import type { ScoreRow, ShareRow } from '../scoring/summary.ts';
import type { ScoreReport } from './score-report.ts';

type Cell = string | number | undefined;

export const figureHeader = 'coin,venue,against,model,side,figure,value,low,high,verdict,groups,rows';
export const rowHeader =
  'coin,venue,against,model,side,time_ms,positions,p10,emd_pct,log_gain,' +
  'predicted_5,real_5,predicted_10,real_10,predicted_30,real_30,predicted_never,real_never,predicted_usd,real_usd';

/** Every figure of a report, one a line, under `figureHeader`. */
export function figureLines(report: ScoreReport): string[] {
  const { coin, venue, positions, simulated, events, totals, falls = [] } = report;
  const { rows = [], shares = [] } = positions ?? simulated ?? {};
  return [
    ...rows.flatMap((row) => scoreLines(venue, row)),
    ...shares.flatMap((row) => shareLines(venue, row)),
    ...(events?.rows ?? []).flatMap(({ model, where, sidesOfHours, amount }) => [
      figureLine([coin, venue, 'events', model, 'both', 'where_log_gain'], where, ['', '', sidesOfHours]),
      ...correlationLines([coin, venue, 'events'], amount),
    ]),
    ...(totals?.rows ?? []).flatMap((row) => amountLines([coin, venue, 'daily totals'], row)),
    ...falls.flatMap((fall) =>
      fall.rows.flatMap((row) =>
        amountLines([coin, venue, `fall of ${new Date(fall.fromMs).toISOString().slice(0, 10)}`], row),
      ),
    ),
  ];
}

/** Every row behind the figures, under `rowHeader`: sides of snapshots, days and hours by model. */
export function rowLines(report: ScoreReport): string[] {
  const { coin, venue, positions, simulated, totals, falls = [] } = report;
  const cases = ((positions ?? simulated)?.cases ?? []).map(
    ({ model, side, timeMs, positions: count, measures, real, predicted }) =>
      line([
        coin,
        venue,
        'positions',
        model,
        side,
        timeMs,
        count,
        measures?.p10,
        measures?.emdPct,
        measures?.logGain,
        ...[0, 1, 2].flatMap((i) => [predicted?.within[i], real?.within[i]]),
        predicted?.never,
        real?.never,
        '',
        '',
      ]),
  );
  const none = new Array<Cell>(12).fill('');
  const amounts = [
    ...(totals?.days ?? []).map((day) => ({ ...day, against: 'daily totals' })),
    ...falls.flatMap(({ hours }) => hours.map((hour) => ({ ...hour, against: 'fall' }))),
  ].map(({ against, model, side, timeMs, predicted, real }) =>
    line([coin, venue, against, model, side, timeMs, ...none, predicted, real]),
  );
  return [...cases, ...amounts];
}

function scoreLines(
  venue: string,
  { coin, side, model, days, snapshots, measures, overFlat, overProfile }: ScoreRow,
) {
  const counts = [days, snapshots];
  const all: readonly (readonly [string, Figure | Comparison | undefined])[] = [
    ['p10', measures?.p10],
    ['emd_pct', measures?.emdPct],
    ['log_gain', measures?.logGain],
    ['p10_over_flat', overFlat?.p10],
    ['emd_pct_over_flat', overFlat?.emdPct],
    ['log_gain_over_flat', overFlat?.logGain],
    ['p10_over_profile', overProfile?.p10],
    ['emd_pct_over_profile', overProfile?.emdPct],
    ['log_gain_over_profile', overProfile?.logGain],
  ];
  return all.map(([name, figure]) => {
    const verdict = figure && 'verdict' in figure ? figure.verdict : '';
    return figureLine([coin, venue, 'positions', model, side, name], figure, [verdict, ...counts]);
  });
}

function shareLines(
  venue: string,
  { coin, side, model, days, snapshots, within, never }: ShareRow,
): string[] {
  const names = [coin, venue, 'positions', model, side];
  const counts = ['', days, snapshots];
  const plain = (value: number | undefined) => (value === undefined ? undefined : { value });
  return [
    ...within.flatMap(({ distance, predicted, real, ratio }) => {
      const name = `within_${distance * 100}`;
      return [
        figureLine([...names, `${name}_predicted`], { value: predicted }, counts),
        figureLine([...names, `${name}_real`], { value: real }, counts),
        figureLine([...names, `${name}_ratio`], ratio, counts),
      ];
    }),
    figureLine([...names, 'never_predicted'], plain(never.predicted), counts),
    figureLine([...names, 'never_real'], plain(never.real), counts),
  ];
}

function amountLines(names: readonly Cell[], row: AmountRow): string[] {
  const { model, side, spans, ratio } = row;
  return [
    ...correlationLines(names, row),
    figureLine([...names, model, side, 'ratio'], ratio, ['', '', spans]),
  ];
}

function correlationLines(names: readonly Cell[], row: AmountRow): string[] {
  const { model, side, spans, correlation, overFlat } = row;
  const own = [...names, model, side];
  return [
    figureLine([...own, 'rank_correlation'], correlation, ['', '', spans]),
    figureLine([...own, 'rank_correlation_over_flat'], overFlat, [overFlat?.verdict, '', spans]),
  ];
}

function figureLine(names: readonly Cell[], figure: Figure | undefined, rest: readonly Cell[]): string {
  return line([...names, figure?.value, figure?.interval?.low, figure?.interval?.high, ...rest]);
}

function line(cells: readonly Cell[]): string {
  return cells.map((cell) => quoted(cell === undefined ? '' : String(cell))).join(',');
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
