import { boxes, pictureTemplate, skyline, words } from '../template.ts';
import type { Theme } from '../theme.ts';
import type { CompareFrame, CompareRow } from './frame.ts';

/**
 * The vega-lite template of a comparison: one skyline a coin, in rows that share the axis of distances from the price
 * (parameters `lowPct`, `highPct`, in %), each with a scale of USD of its own (`top0Usd` is what the top of the first
 * row's plot stands for). Rows of the data set `bars` name theirs in `row`.
 */
export function compareTemplate(at: CompareFrame, theme: Theme, colors: readonly string[]): object {
  return pictureTemplate({
    size: at,
    theme,
    params: ['lowPct', 'highPct', ...at.rows.map((_, index) => topOf(index))],
    layers: [
      boxes('under'),
      words('watermarks'),
      ...at.rows.map((row, index) => ({
        transform: [{ filter: `datum.row === ${index}` }],
        ...bars(row, topOf(index), colors),
      })),
      boxes('over'),
      words('texts'),
    ],
  });
}

/** The parameter of a row's scale. */
export function topOf(row: number): string {
  return `top${row}Usd`;
}

function bars({ plot }: CompareRow, top: string, colors: readonly string[]): object {
  const quantity = { type: 'quantitative', axis: null };
  return skyline({
    name: 'bars',
    x: {
      ...quantity,
      field: 'distancePct',
      scale: {
        domain: [{ expr: 'lowPct' }, { expr: 'highPct' }],
        range: [plot.x, plot.x2],
        nice: false,
        zero: false,
      },
    },
    y: {
      ...quantity,
      field: 'from',
      stack: null,
      scale: { domain: [0, { expr: top }], range: [plot.y2, plot.y], nice: false },
    },
    by: 'layer',
    domain: colors.map((_, index) => index),
    colors,
  });
}
