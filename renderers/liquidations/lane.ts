import { type Box, type Marks, type Run, runsWidth, setRuns, type Text } from '../marks.ts';
import { usd } from '../numbers.ts';
import { listed } from '../picture-text.ts';
import { drawable, fitText, textWidth } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import { niceStep, ticksWithin } from '../ticks.ts';
import { axisAmount, axisTitle, gridLine } from '../usd-axis.ts';
import type { LiquidationBins } from './bins.ts';
import type { ObservedFacts } from './facts.ts';
import type { LiquidationsFrame } from './frame.ts';
import { stripeSwatch } from './stripes.ts';

const gap = 10;
const swatch = 18;
const sumSizes = { wide: { loud: 26, quiet: 20 }, square: { loud: 22, quiet: 16 } } as const;

/** Ground, grid, price line and words of the lane that shows what was liquidated. */
export function drawLane(
  facts: ObservedFacts,
  lane: { readonly bins: LiquidationBins; readonly topUsd: number; readonly priceX: number },
  at: LiquidationsFrame,
  theme: Theme,
): Partial<Marks> {
  const ticks = lane.topUsd > 0 ? ticksWithin(0, lane.topUsd, niceStep(lane.topUsd / 6)).slice(1) : [];
  const yOf = (amount: number) => at.lane.y + (amount / lane.topUsd) * (at.lane.y2 - at.lane.y - headroom);
  const sums = drawSums(facts, at, theme);
  const titleAt = { x: at.left - 4, y: (at.lane.y + at.lane.y2) / 2, side: 'left' } as const;
  return {
    under: [
      { ...at.lane, color: theme.panel, opacity: 1, radius: 6 },
      ...ticks.map((amount) => gridLine(at.lane, yOf(amount), theme.grid)),
    ],
    over: [
      {
        x: lane.priceX - 1,
        x2: lane.priceX + 1,
        y: at.lane.y,
        y2: at.lane.y2,
        color: theme.price,
        opacity: 1,
        radius: 0,
      },
      ...(sums.over ?? []),
      ...(facts.emptiness === undefined ? [] : [emptyGround(facts.emptiness, at, theme)]),
    ],
    texts: [
      ...ticks.map((amount) => axisAmount(amount, { plot: at.lane, y: yOf(amount), side: 'left' }, theme)),
      axisTitle('seen, USD per bin', titleAt, theme),
      ...(sums.texts ?? []),
      ...drawFeeds(facts, lane.bins, at, theme),
      ...(facts.emptiness === undefined ? [] : [emptiness(facts.emptiness, at, theme)]),
    ],
  };
}

/** Between the longest bar and the lower edge of the lane, px. */
export const headroom = 8;

/** The sums of both sides in their colours: here, other than above, a side is not told by its place. */
function drawSums(facts: ObservedFacts, at: LiquidationsFrame, theme: Theme): Partial<Marks> {
  const { lane, sumsY } = at;
  if (facts.longs.usd === undefined || facts.shorts.usd === undefined) return {};
  const { loud, quiet } = sumSizes[at.shape];
  const longs = sumRuns('longs', facts.longs.usd, loud, theme);
  const shorts = sumRuns('shorts', facts.shorts.usd, loud, theme);
  const [from, to] = at.shape === 'wide' ? [lane.x, lane.x2] : [at.left, at.right];
  const shortsX = to - runsWidth(shorts, gap);
  const box = (x: number, color: string): Box => ({
    x,
    x2: x + swatch,
    y: sumsY - swatch + 1,
    y2: sumsY + 1,
    color,
    opacity: 1,
    radius: 3,
  });
  const shortsBox = box(shortsX - swatch - gap, theme.short);
  return {
    over: [box(from, theme.long), shortsBox, ...stripeSwatch(shortsBox, theme)],
    texts: [
      ...setRuns(longs, { x: from + swatch + gap, y: sumsY, gap }),
      {
        size: quiet,
        weight: 600,
        text: `${at.shape === 'wide' ? 'were liquidated' : 'seen'} ${facts.span}`,
        x: (lane.x + lane.x2) / 2,
        y: sumsY,
        color: theme.text,
        align: 'center',
        angle: 0,
      },
      ...setRuns(shorts, { x: shortsX, y: sumsY, gap }),
    ],
  };
}

function sumRuns(name: 'longs' | 'shorts', amount: string, size: number, theme: Theme): readonly Run[] {
  const color = name === 'longs' ? theme.long : theme.short;
  return [
    { text: amount, size, weight: 700, color: theme.text },
    { text: `of ${name}`, size: size - 2, weight: 700, color },
  ];
}

function drawFeeds(
  facts: ObservedFacts,
  { beyond }: LiquidationBins,
  at: LiquidationsFrame,
  theme: Theme,
): readonly Text[] {
  const beyondUsd = beyond.longUsd + beyond.shortUsd;
  const seenOn = (words: (venue: string) => string) =>
    [
      ...listed('every one seen on', facts.whole.map(words)),
      ...listed('in part on', facts.inPart.map(words)),
      ...listed('at most one a second on', facts.sampled.map(words)),
    ].join(' · ');
  const whole = seenOn((venue) => venue);
  // Names alone where there is no room for how much of each.
  const names = seenOn((venue) => venue.replace(/ .*/, ''));
  const rest = [
    ...listed('not observed:', facts.unobserved),
    ...(beyondUsd > 0 ? [`${usd(beyondUsd)} beyond the picture`] : []),
  ].join(' · ');
  const lineStyle = { size: at.shape === 'wide' ? 18 : 16, weight: 400 } as const;
  const room = at.right - at.left;
  const line = { ...lineStyle, x: at.left, color: theme.muted, align: 'left', angle: 0 } as const;
  const seen = textWidth(whole, lineStyle) <= room ? whole : names;
  return [
    { ...line, text: fitText(drawable(seen), lineStyle, room), y: at.seenY },
    { ...line, text: fitText(drawable(rest), lineStyle, room), y: at.unobservedY },
  ].filter(({ text }) => text !== '');
}

/** In the middle, on a ground that hides the price line. */
function emptiness(text: string, at: LiquidationsFrame, theme: Theme): Text {
  const { lane } = at;
  const x = (lane.x + lane.x2) / 2;
  const y = (lane.y + lane.y2) / 2 + 9;
  return { ...emptyStyle(at), text, x, y, color: theme.muted, align: 'center', angle: 0 };
}

function emptyGround(text: string, at: LiquidationsFrame, theme: Theme): Box {
  const { x, y } = emptiness(text, at, theme);
  const half = textWidth(text, emptyStyle(at)) / 2 + 12;
  return { x: x - half, x2: x + half, y: y - 28, y2: y + 14, color: theme.panel, opacity: 1, radius: 0 };
}

function emptyStyle({ shape }: LiquidationsFrame) {
  return { size: shape === 'wide' ? 26 : 22, weight: 600 } as const;
}
