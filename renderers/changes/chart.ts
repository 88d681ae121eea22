import type { MapChanges } from '../../src/core/changes.ts';
import type { Cluster, LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { Chart } from '../chart.ts';
import { pictureOf } from '../draw.ts';
import { type Look, lookKey, pixelRatio } from '../look.ts';
import { xOfPrice } from '../map/axes.ts';
import { mapFacts } from '../map/facts.ts';
import { drawFooter } from '../map/footer.ts';
import { drawHeader } from '../map/header.ts';
import { drawEmptiness, drawWatermark } from '../map/notices.ts';
import { drawSides } from '../map/sides.ts';
import { joinMarks, type Marks, type Run, runsWidth, setRuns } from '../marks.ts';
import { usd } from '../numbers.ts';
import type { Theme } from '../theme.ts';
import { drawChangesAxes, type PriceSpan } from './axes.ts';
import { changesBars } from './bars.ts';
import { type ChangesFacts, changesFacts } from './facts.ts';
import { changesFrame } from './frame.ts';
import { changeColors, changesTemplate } from './template.ts';

export type ChangesChartOptions = Look & {
  readonly changes: MapChanges;
  /** As it stands now. */
  readonly map: LiquidationMap;
  readonly clusters: readonly Cluster[];
};

/**
 * What became of liquidation levels between two moments: built above the line of no change, closed and liquidated
 * below it, by price.
 */
export function changesChart(options: ChangesChartOptions): Chart {
  const { changes, map, theme, brand } = options;
  const at = changesFrame(options.shape);
  const said = changesFacts(changes);
  const facts = {
    ...mapFacts(map, options.clusters),
    view: 'levels: what changed',
    window: `in the last ${said.span}, price ${said.move}`,
  };
  const { tallestUsd, topUsd, built, gone } = changesBars(changes);
  const cutNotes = tallestUsd > topUsd ? [`bars beyond the plot: up to ${usd(tallestUsd)}`] : [];
  const span: PriceSpan = {
    lowUsd: changes.edges[0]!,
    highUsd: changes.edges.at(-1)!,
    priceUsd: changes.priceUsd,
    fromPriceUsd: changes.fromPriceUsd,
    topUsd,
  };
  const marks = joinMarks([
    drawChangesAxes(span, at, theme),
    drawWatermark(facts, at.plot.y, at, theme),
    drawSides(said.priceNow, xOfPrice(span, at, changes.priceUsd), at, theme),
    drawHeader(facts, at, theme),
    drawSums(said, at, theme),
    tallestUsd > 0 ? {} : drawEmptiness(at, theme, 'no level changed'),
    drawFooter({ ...facts, ownNotes: cutNotes, venueNotes: [] }, brand, at, theme),
  ]);
  return {
    key: `changes/${lookKey(at, theme)}`,
    template: changesTemplate(at, theme),
    data: { ...marks, built, gone },
    params: { lowUsd: span.lowUsd, highUsd: span.highUsd, topUsd: topUsd || 1 },
    pixelRatio: pixelRatio(options),
  };
}

/** The same as PNG, 1200 x 675 px. */
export const drawChanges = pictureOf(changesChart);

/** The sums of both sides, in the colours of the bars: the legend of the picture. */
function drawSums(
  { long, short }: ChangesFacts,
  at: ReturnType<typeof changesFrame>,
  theme: Theme,
): Partial<Marks> {
  const colors = changeColors(theme);
  const number = { size: 18, weight: 700, color: theme.text } as const;
  const word = { size: 18, weight: 600 } as const;
  const side = (name: string, sums: ChangesFacts['long'], color: string): readonly Run[] => [
    { text: `${name}:`, size: 18, weight: 400, color: theme.muted },
    { ...number, text: sums.built },
    { ...word, text: 'built', color },
    { ...number, text: sums.closed },
    { ...word, text: 'closed', color: theme.muted },
    { ...number, text: sums.liquidated },
    { ...word, text: 'liquidated', color: colors.liquidatedText },
  ];
  const gap = 7;
  const longs = side('Longs', long, theme.long);
  const shorts = side('Shorts', short, theme.short);
  return {
    texts: [
      ...setRuns(longs, { x: at.left, y: at.legendY, gap }),
      ...setRuns(shorts, {
        x: at.shape === 'wide' ? at.right - runsWidth(shorts, gap) : at.left,
        y: at.legend2Y,
        gap,
      }),
    ],
  };
}
