import type { Size } from '../frame.ts';
import type { Shape } from '../look.ts';
import type { Bounds } from '../marks.ts';

/** A picture of rows below each other, one a coin. In px; baselines end in `Y`. */
export type TableFrame = Size & {
  readonly shape: Shape;
  readonly left: number;
  readonly right: number;
  readonly titleY: number;
  readonly subtitleY: number;
  readonly headY: number;
  readonly rowsFrom: number;
  readonly rowHeight: number;
  readonly mostRows: number;
  readonly footerY: number;
};

const looks = {
  wide: { width: 1200, height: 675, margin: 24, title: 52, subtitle: 86, head: 122, from: 134, end: 640 },
  square: { width: 720, height: 720, margin: 22, title: 44, subtitle: 74, head: 108, from: 118, end: 690 },
} as const;
const gap = 5;

/** Rows that are wanted, and how high one may be; `below` is kept free under the last. All in px. */
export type TableRows = {
  readonly wanted: number;
  readonly lowest: number;
  readonly highest: number;
  readonly below?: number;
};

/** As many rows as can be read get room. A picture of few of them is less high, a square one too. */
export function tableFrame(shape: Shape, rows: TableRows): TableFrame {
  const { width, height: highest, margin, title, subtitle, head, from, end: lastEnd } = looks[shape];
  const end = lastEnd - (rows.below ?? 0);
  const mostRows = Math.floor((end - from + gap) / (rows.lowest + gap));
  const shown = Math.max(1, Math.min(rows.wanted, mostRows));
  const rowHeight = Math.min(rows.highest, Math.floor((end - from + gap) / shown) - gap);
  const left = end - (from + shown * (rowHeight + gap) - gap);
  // Even, so that it is whole pixels of a square picture, too.
  const height = highest - left + ((highest - left) % 2);
  return {
    shape,
    width,
    height,
    left: margin,
    right: width - margin,
    titleY: title,
    subtitleY: subtitle,
    headY: head,
    rowsFrom: from,
    rowHeight,
    mostRows,
    footerY: height - (shape === 'wide' ? 14 : 10),
  };
}

/** The ground of a row. */
export function rowBounds({ left, right, rowsFrom, rowHeight }: TableFrame, row: number): Bounds {
  const y = rowsFrom + row * (rowHeight + gap);
  return { x: left, x2: right, y, y2: y + rowHeight };
}
