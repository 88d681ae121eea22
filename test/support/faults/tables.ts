import type { Role } from '../../../src/config.ts';
import type { Recoveries } from './recoveries.ts';
import type { Tally } from './tally.ts';

/** Counts before and after, as a table of Markdown. */
export function tallyTable(tallies: readonly Tally[]): string {
  const rows = tallies.map(({ what, given, there, lost, twice, unknown, note = '' }) =>
    row([what, given, there, lost, twice, unknown ?? '', note]),
  );
  return [
    row(['what', 'given', 'there', 'lost', 'twice', 'unknown', '']),
    row(Array(7).fill('---')),
    ...rows,
  ].join('\n');
}

/** How long roles were away, seconds, as a table of Markdown. */
export function recoveryTable(
  roles: readonly Role[],
  kills: ReadonlyMap<Role, number>,
  recoveries: Recoveries,
): string {
  const rows = roles.map((role) => {
    const times = recoveries.of(role).toSorted((a, b) => a - b);
    const at = (part: number) => seconds(times[Math.floor(part * (times.length - 1))]);
    return row([role, kills.get(role) ?? 0, times.length, at(0.5), at(1)]);
  });
  return [
    row(['role', 'killed', 'back before the next kill', 'median s', 'most s']),
    row(Array(5).fill('---')),
    ...rows,
  ].join('\n');
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '-' : (ms / 1000).toFixed(1);
}
