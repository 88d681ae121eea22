import { type FontWeight, textWidth } from './text-width.ts';

/** All coordinates in px from the top left corner of the picture; `y` of a text is its baseline. */
export type Text = {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly weight: FontWeight;
  readonly color: string;
  readonly align: 'left' | 'center' | 'right';
  /** Clockwise degrees about (x, y). */
  readonly angle: 0 | 90 | 270;
};

/** A filled rectangle; thin ones serve as lines. */
export type Box = Bounds & { readonly color: string; readonly opacity: number; readonly radius: number };

export type Bounds = { readonly x: number; readonly y: number; readonly x2: number; readonly y2: number };

/** What is drawn in px: below the data, above the data, and the words on top of everything. */
export type Marks = {
  readonly under: readonly Box[];
  /** Large faint words behind the data. */
  readonly watermarks: readonly Text[];
  readonly over: readonly Box[];
  readonly texts: readonly Text[];
};

/** Several lists of marks as one, later ones above earlier ones. */
export function joinMarks(parts: readonly Partial<Marks>[]): Marks {
  return {
    under: parts.flatMap((part) => part.under ?? []),
    watermarks: parts.flatMap((part) => part.watermarks ?? []),
    over: parts.flatMap((part) => part.over ?? []),
    texts: parts.flatMap((part) => part.texts ?? []),
  };
}

/** A piece of a line of text, with its own look. */
export type Run = Pick<Text, 'text' | 'size' | 'weight' | 'color'>;

/** Sets runs one after the other on one baseline, `gap` px apart. */
export function setRuns(runs: readonly Run[], at: { x: number; y: number; gap: number }): readonly Text[] {
  let x = at.x;
  return runs.map((run) => {
    const text: Text = { ...run, x, y: at.y, align: 'left', angle: 0 };
    x += textWidth(run.text, run) + at.gap;
    return text;
  });
}

/** Runs with a dot between neighbours, as large as the word before it. */
export function dotted(runs: readonly Run[], color: string): readonly Run[] {
  return runs.flatMap((run, i): readonly Run[] =>
    i === 0 ? [run] : [{ text: '·', size: run.size, weight: 400, color }, run],
  );
}

/** Width of runs set `gap` px apart. */
export function runsWidth(runs: readonly Run[], gap: number): number {
  return runs.reduce((sum, run) => sum + textWidth(run.text, run), 0) + gap * Math.max(0, runs.length - 1);
}

/** Parts of an em that Inter's capitals and ascenders rise above the baseline, and descenders fall below. */
const rise = 0.76;
const fall = 0.21;

/** The rectangle that a text covers. */
export function textBounds(text: Text): Bounds {
  const width = textWidth(text.text, text);
  const start = text.align === 'left' ? 0 : text.align === 'right' ? -width : -width / 2;
  const across = { from: start, to: start + width };
  const up = rise * text.size;
  const down = fall * text.size;
  if (text.angle === 0) {
    return { x: text.x + across.from, x2: text.x + across.to, y: text.y - up, y2: text.y + down };
  }
  // Turned by a quarter: what ran along x runs along y, downwards for 90 and upwards for 270 degrees.
  return text.angle === 90
    ? { x: text.x - down, x2: text.x + up, y: text.y + across.from, y2: text.y + across.to }
    : { x: text.x - up, x2: text.x + down, y: text.y - across.to, y2: text.y - across.from };
}

/** Whether two rectangles come nearer than `gap` px to each other. */
export function overlap(a: Bounds, b: Bounds, gap = 0): boolean {
  return a.x < b.x2 + gap && b.x < a.x2 + gap && a.y < b.y2 + gap && b.y < a.y2 + gap;
}
