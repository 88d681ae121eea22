import type { Heatmap } from '../../src/core/heatmap.ts';
import { pixelOf } from '../look.ts';
import type { ClusterFact } from '../map/facts.ts';
import { type Box, type Marks, runsWidth, setRuns } from '../marks.ts';
import { labelOpacity, type Theme } from '../theme.ts';
import { type HeatSpan, yOfPrice } from './axes.ts';
import type { HeatFrame } from './frame.ts';

const rowHeight = 23;
const gap = 7;

/** What stands at the end of the time shown: bars by price in the colours of the sides, and the clusters. */
export function drawNow(
  heat: Heatmap,
  clusters: readonly ClusterFact[],
  span: HeatSpan,
  at: HeatFrame,
  theme: Theme,
): Partial<Marks> {
  const labels = clusterLabels(clusters, span, at, theme);
  return {
    under: [{ ...at.now, color: theme.panel, opacity: 1, radius: 0 }],
    over: [...bars(heat, at, theme), ...(labels.over ?? [])],
    texts: labels.texts ?? [],
  };
}

function bars(heat: Heatmap, at: HeatFrame, theme: Theme): Box[] {
  const rows = heat.edges.length - 1;
  const from = heat.longUsd.length - rows;
  const long = heat.longUsd.subarray(from);
  const short = heat.shortUsd.subarray(from);
  const most = Math.max(...long, ...short);
  if (!(most > 0)) return [];
  const height = (at.now.y2 - at.now.y) / rows;
  const pixel = pixelOf(at.shape);
  // A seam between rows would read as structure.
  const whole = (y: number) => Math.round(y / pixel) * pixel;
  return Array.from({ length: rows }, (_, row): Box => {
    const isLong = long[row]! >= short[row]!;
    const usd = isLong ? long[row]! : short[row]!;
    const y2 = whole(at.now.y2 - row * height);
    return {
      x: at.now.x,
      x2: at.now.x + (usd / most) * (at.now.x2 - at.now.x),
      y: whole(at.now.y2 - (row + 1) * height),
      y2,
      color: isLong ? theme.long : theme.short,
      opacity: usd > 0 ? 1 : 0,
      radius: 0,
    };
  });
}

/** The largest clusters, named at their price inside the plot's right end; what would overlap is left out. */
function clusterLabels(
  clusters: readonly ClusterFact[],
  span: HeatSpan,
  at: HeatFrame,
  theme: Theme,
): Partial<Marks> {
  const taken: number[] = [yOfPrice(span.priceUsd, span, at)];
  const over: Box[] = [];
  const texts = clusters
    .toSorted((a, b) => a.rank - b.rank)
    .flatMap((cluster) => {
      const y = yOfPrice(cluster.peakUsd, span, at);
      const isSeen = y > at.plot.y + rowHeight && y < at.plot.y2 - rowHeight;
      if (!isSeen || taken.some((other) => Math.abs(other - y) < rowHeight)) return [];
      taken.push(y);
      const runs = [
        { text: cluster.usd, size: 18, weight: 700, color: theme.text },
        { text: cluster.distance, size: 16, weight: 600, color: theme[cluster.side] },
      ] as const;
      const x = at.plot.x2 - runsWidth(runs, gap) - 10;
      over.push({
        x: x - 7,
        x2: at.plot.x2 - 3,
        y: y - 13,
        y2: y + 11,
        color: theme.background,
        opacity: labelOpacity,
        radius: 4,
      });
      return setRuns(runs, { x, y: y + 5, gap });
    });
  return { over, texts };
}
