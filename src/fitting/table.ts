import type { Uncertainty } from '../core/ensemble.ts';
import type { FittedRows, FittedScore, FittedTable } from '../core/fitted-table.ts';
import { rowsOfWeights } from '../core/fitted-table.ts';
import type { FitSettings, FittedSet } from '../fitting.ts';

/** What a fit found, as a table that can be shipped. */
export function tableOf(
  venue: string,
  set: FittedSet,
  { settings, uncertainty }: { readonly settings: FitSettings; readonly uncertainty: Uncertainty },
): FittedTable {
  return {
    venue,
    trainedFrom: new Date(set.trainedFromMs).toISOString(),
    trainedUntil: new Date(set.trainedUntilMs).toISOString(),
    snapshots: set.snapshots,
    churn: settings.churn,
    fastHazardRatio: settings.fastHazardRatio,
    uncertainty,
    positions: Object.fromEntries(set.positions),
    rows: {
      pooled: rowsOfWeights(set.pooled),
      ...Object.fromEntries([...set.coins].map(([coin, weights]) => [coin, rowsOfWeights(weights)])),
    },
  };
}

/** The source text of `src/core/fitted-weights.ts`: the same fit always gives the same text. */
export function tableModule(
  shipped: FittedTable,
  heldOut: FittedTable,
  scores: readonly FittedScore[],
): string {
  return `import type { FittedScore, FittedTable } from './fitted-table.ts';

// Written by \`npm run liqmap -- fit\` (docs/model.md tells from which data); not to be edited by hand.

/** Fitted to all snapshots: what maps are drawn with. */
export const fittedWeights: FittedTable = ${tableText(shipped)};

/** Fitted to the earlier half of the snapshots, by the same settings: what is scored on the later half. */
export const heldOutWeights: FittedTable = ${tableText(heldOut)};

/** Scores of \`heldOutWeights\` on the later half of the snapshots, both sides together. */
export const heldOutScores: readonly FittedScore[] = [
${scores.map((score) => `  {\n${fields(score, 4)}\n  },`).join('\n')}
];
`;
}

function tableText({ rows, positions, uncertainty, ...head }: FittedTable): string {
  const { spread, positionShare } = uncertainty;
  const counts = Object.entries(positions).map(([coin, count]) => `${coin}: ${count}`);
  return [
    '{',
    fields(head, 2),
    '  uncertainty: {',
    '    spread: {',
    `      long: [${spread.long.join(', ')}],`,
    `      short: [${spread.short.join(', ')}],`,
    '    },',
    `    positionShare: ${positionShare},`,
    '  },',
    `  positions: { ${counts.join(', ')} },`,
    '  rows: {',
    ...Object.entries(rows).map(([coin, of]) => `    ${coin}: [\n${rowsText(of)}\n    ],`),
    '  },',
    '}',
  ].join('\n');
}

function rowsText(rows: FittedRows): string {
  return rows.map((row) => `      [${row.join(', ')}],`).join('\n');
}

function fields(of: Readonly<Record<string, string | number>>, indent: number): string {
  return Object.entries(of)
    .map(
      ([name, value]) => `${' '.repeat(indent)}${name}: ${typeof value === 'string' ? `'${value}'` : value},`,
    )
    .join('\n');
}
