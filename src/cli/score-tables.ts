import type { AmountRow } from '../scoring/crossings.ts';
import type { EventScore } from '../scoring/events.ts';
import type { FallScore } from '../scoring/falls.ts';
import type { Figure } from '../scoring/figures.ts';
import type { Comparisons, ScoreRow, ShareRow } from '../scoring/summary.ts';
import type { TotalsScore } from '../scoring/totals.ts';
import type { Scores } from '../scoring.ts';
import type { ScoreReport } from './score-report.ts';

/** A report as Markdown tables. Brackets hold 95 % intervals. */
export function reportText(report: ScoreReport): string {
  const { coin, venue, positions, simulated, events, totals, falls = [] } = report;
  return [
    `## ${coin}, map of ${venue}`,
    ...(positions ? positionsText(positions) : []),
    ...(simulated ? scoreTables(simulated, 'seeds') : []),
    ...(events ? eventsText(events) : []),
    ...(totals ? totalsText(totals) : []),
    ...falls.flatMap(fallText),
    '',
  ].join('\n');
}

function positionsText({ training, scored, rows, shares, refused }: Scores): string[] {
  return [
    '',
    `### ${rows[0]?.coin}: real positions`,
    `Learned from ${training.snapshots} snapshots, ${iso(training.fromMs)} to ${iso(training.toMs)} (${training.positions} rows); ` +
      `scored on ${scored.snapshots}, ${iso(scored.fromMs)} to ${iso(scored.toMs)} (${scored.positions} rows).`,
    ...refused.map(({ model, reason }) => `Not scored: ${model}, because ${reason}.`),
    ...scoreTables({ rows, shares }, 'days'),
  ];
}

function scoreTables(
  { rows, shares }: { readonly rows: readonly ScoreRow[]; readonly shares: readonly ShareRow[] },
  groups: string,
): string[] {
  return [
    '',
    ...table(
      `model | side | p@10 | EMD, % | LL | over flat: p@10, EMD, LL | over profile: p@10, EMD, LL | LL over profile | ${groups} | sides | positions`,
      rows.map(scoreCells),
    ),
    '',
    ...table(
      "share of one side's value | side | within 5 % | within 10 % | within 30 % | never | 10 %: predicted / real",
      (['long', 'short'] as const).flatMap((side) =>
        shares.filter((row) => row.side === side).flatMap((row, i) => shareCells(row, i === 0)),
      ),
    ),
  ];
}

function scoreCells({ model, side, measures, overFlat, overProfile, ...n }: ScoreRow): string[] {
  const counts = [n.days, n.snapshots, n.positions].map(String);
  if (!measures) return [model, side, 'no verdict: too few positions', '', '', '', '', '', ...counts];
  return [
    model,
    side,
    figure(measures.p10),
    figure(measures.emdPct),
    figure(measures.logGain, signed),
    verdicts(overFlat),
    verdicts(overProfile),
    overProfile ? figure(overProfile.logGain, signed) : '',
    ...counts,
  ];
}

function verdicts(over: Comparisons | undefined): string {
  if (!over) return '';
  const all = [over.p10.verdict, over.emdPct.verdict, over.logGain.verdict];
  return new Set(all).size === 1 ? `all ${all[0]}` : all.join(', ');
}

/** The real shares stand once, above the models of a side. */
function shareCells({ model, side, within, never }: ShareRow, isFirst: boolean): string[][] {
  const cells = (name: string, shares: readonly number[], last: string, ratio: string) => [
    name,
    side,
    ...shares.map(percent),
    last,
    ratio,
  ];
  const real = within.map((one) => one.real);
  const ratio = within[1]?.ratio;
  const own = cells(
    model,
    within.map((one) => one.predicted),
    never.predicted === undefined ? '' : percent(never.predicted),
    ratio ? figure(ratio) : '',
  );
  return isFirst
    ? [cells('real', real, never.real === undefined ? '' : percent(never.real), ''), own]
    : [own];
}

function eventsText({ coin, fromMs, toMs, events, crossedShare, rows }: EventScore): string[] {
  return [
    '',
    `### ${coin}: forced orders seen, ${iso(fromMs)} to ${iso(toMs)}`,
    `${events} orders; ${percent(crossedShare)} of their USD have a level that the candles crossed in the order's hour, the rest is left out.`,
    '',
    ...table(
      'model | where: LL over flat | sides of hours | how much: rank correlation | over flat | sides of hours',
      rows.map(({ model, where, sidesOfHours, amount }) => [
        model,
        where ? figure(where, signed) : 'no verdict',
        String(sidesOfHours),
        amount.correlation ? figure(amount.correlation, signed) : 'no verdict',
        amount.overFlat?.verdict ?? '',
        String(amount.spans),
      ]),
    ),
  ];
}

function totalsText({ coin, fromMs, toMs, rows }: TotalsScore): string[] {
  return [
    '',
    `### ${coin}: USD liquidated per day, ${iso(fromMs)} to ${iso(toMs)}`,
    '',
    ...table(
      'model | side | rank correlation | over flat | predicted / real | days | real USD, million',
      rows.map((row) => [row.model, row.side, ...amountCells(row)]),
    ),
  ];
}

function fallText({ coin, fromMs, toMs, fallShare, rows }: FallScore): string[] {
  return [
    '',
    `### ${coin}: open interest fell by ${percent(fallShare)}, ${iso(fromMs)} to ${iso(toMs)}`,
    '',
    ...table(
      'model | rank correlation | over flat | predicted / fall | hours | falls, million USD',
      rows.map((row) => [row.model, ...amountCells(row)]),
    ),
  ];
}

function amountCells({ correlation, overFlat, ratio, spans, realUsd }: AmountRow): string[] {
  return [
    correlation ? figure(correlation, signed) : 'no verdict',
    overFlat?.verdict ?? '',
    ratio ? figure(ratio) : '',
    String(spans),
    (realUsd / 1e6).toFixed(1),
  ];
}

function table(header: string, rows: readonly (readonly string[])[]): string[] {
  const columns = header.split(' | ').length;
  return [`| ${header} |`, `|${'---|'.repeat(columns)}`, ...rows.map((cells) => `| ${cells.join(' | ')} |`)];
}

function figure({ value, interval }: Figure, text = plain): string {
  return interval ? `${text(value)} [${text(interval.low)}, ${text(interval.high)}]` : text(value);
}

function plain(value: number): string {
  return value.toFixed(2);
}

/** With its sign, and without one where it rounds to nothing. */
function signed(value: number): string {
  const text = value.toFixed(2);
  if (Number(text) === 0) return '0.00';
  return value > 0 ? `+${text}` : text;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ');
}
