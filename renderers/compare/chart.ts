import type { LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { Chart } from '../chart.ts';
import { pictureOf } from '../draw.ts';
import { type Look, lookKey, pixelRatio } from '../look.ts';
import { stackBars } from '../map/bars.ts';
import { mapFacts } from '../map/facts.ts';
import { drawFoot } from '../map/footer.ts';
import { hatchGround, layersKey } from '../map/hatch.ts';
import { type Box, joinMarks, type Marks, type Text } from '../marks.ts';
import { roundPercent } from '../numbers.ts';
import { layerColors, type Theme } from '../theme.ts';
import { niceStep, ticksWithin } from '../ticks.ts';
import { type ComparedMap, leftOut } from './facts.ts';
import { type CompareFrame, compareFrame } from './frame.ts';
import { drawCompareHeader } from './header.ts';
import { drawRow } from './row.ts';
import { compareTemplate, topOf } from './template.ts';

export type CompareChartOptions = Look & {
  /** One to four, of the same window. */
  readonly maps: readonly ComparedMap[];
};

/** A bar of a row: from one distance to the next row's, both in % of its coin's price. */
type CompareBar = {
  readonly row: number;
  readonly layer: number;
  readonly distancePct: number;
  readonly from: number;
  readonly to: number;
};

/**
 * Small maps of several coins below each other, on one axis of distances from the price, so that what is near and
 * what is far is seen at a glance; each has a USD scale of its own.
 *
 * @throws RangeError for no map or more than four, and for maps that contradict themselves
 */
export function compareChart(options: CompareChartOptions): Chart {
  const { maps, theme, brand } = options;
  const at = compareFrame(maps.length, options.shape);
  const rows = alike(maps).map(({ map, clusters }) => ({
    map,
    facts: mapFacts(map, clusters),
    bars: stackBars(map),
  }));
  const isMeasured = rows.some(({ bars }) => bars.measured !== undefined);
  const colors = [
    ...layerColors(theme, rows[0]!.bars.labels.length),
    ...(isMeasured ? [hatchGround(theme)] : []),
  ];
  const span = distances(maps.map(({ map }) => map));
  const { plot } = at.rows[0]!;
  const xOfPct = (pct: number) =>
    plot.x + ((pct - span.lowPct) / (span.highPct - span.lowPct)) * (plot.x2 - plot.x);
  const drawn = rows.map((row, index) =>
    drawRow(row, at.rows[index]!, (priceUsd) => xOfPct(distancePct(priceUsd, row.map)), theme),
  );
  const missing = leftOut(rows.map((row) => row.facts));
  const marks = joinMarks([
    ...drawn.map((row) => row.marks),
    drawAxis(span, xOfPct, at, theme),
    drawCompareHeader(rows, colors, xOfPct(0), at, theme),
    drawFoot(missing.length > 0 ? [`left out: ${missing.join(', ')}`] : [], brand, at, theme),
  ]);
  const bars = rows.flatMap(({ map, bars }, row) =>
    bars.rows.map(
      ({ layer, price, from, to }): CompareBar => ({
        row,
        layer,
        distancePct: distancePct(price, map),
        from,
        to,
      }),
    ),
  );
  const tops = rows.map(
    ({ bars }, index) => [topOf(index), (bars.topUsd || 1) * drawn[index]!.headroom] as const,
  );
  return {
    key: `compare/${lookKey(at, theme)}/${maps.length}/${layersKey(colors, theme)}`,
    template: compareTemplate(at, theme, colors),
    data: { ...marks, bars },
    params: { ...span, ...Object.fromEntries(tops) },
    pixelRatio: pixelRatio(options),
  };
}

/** The same as PNG, 1200 px wide. */
export const drawComparison = pictureOf(compareChart);

/** One legend stands for all: where groups of leverage differ, maps are drawn without them. */
function alike(maps: readonly ComparedMap[]): readonly ComparedMap[] {
  const labels = new Set(maps.map(({ map }) => map.byLeverage.map(({ label }) => label).join()));
  if (labels.size === 1) return maps;
  return maps.map(({ map, clusters }) => ({ map: { ...map, byLeverage: [] }, clusters }));
}

function distances(maps: readonly LiquidationMap[]): { readonly lowPct: number; readonly highPct: number } {
  return {
    lowPct: Math.min(...maps.map((map) => distancePct(map.edges[0]!, map))),
    highPct: Math.max(...maps.map((map) => distancePct(map.edges.at(-1)!, map))),
  };
}

function distancePct(priceUsd: number, map: LiquidationMap): number {
  return (priceUsd / map.priceUsd - 1) * 100;
}

function drawAxis(
  { lowPct, highPct }: { readonly lowPct: number; readonly highPct: number },
  xOfPct: (pct: number) => number,
  at: CompareFrame,
  theme: Theme,
): Partial<Marks> {
  const ticks = ticksWithin(
    lowPct,
    highPct,
    niceStep((highPct - lowPct) / (at.shape === 'wide' ? 10 : 8)),
  ).filter((tick) => tick !== 0);
  return {
    under: ticks.flatMap((tick) =>
      at.rows.map(({ plot }): Box => {
        const x = Math.round(xOfPct(tick));
        return { x, x2: x + 1, y: plot.y, y2: plot.y2, color: theme.grid, opacity: 1, radius: 0 };
      }),
    ),
    texts: [...(at.shape === 'wide' ? [] : [0]), ...ticks]
      .filter((tick) => xOfPct(tick) > at.rows[0]!.plot.x + 24 && xOfPct(tick) < at.right - 24)
      .map(
        (tick): Text => ({
          text: tick === 0 ? 'price' : roundPercent(tick),
          x: xOfPct(tick),
          y: at.tickY,
          size: at.shape === 'wide' ? 20 : 17,
          weight: 600,
          color: theme.muted,
          align: 'center',
          angle: 0,
        }),
      ),
  };
}
