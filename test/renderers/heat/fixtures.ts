import type { ChangesChartOptions } from '../../../renderers/changes/chart.ts';
import type { HeatChartOptions } from '../../../renderers/heat/chart.ts';
import { type MapChanges, noChanges } from '../../../src/core/changes.ts';
import { type Heatmap, heatEdges } from '../../../src/core/heatmap.ts';
import { mapEdges } from '../../../src/core/map-bins.ts';
import type { Candle } from '../../../src/core/market-data.ts';
import { createRandom } from '../../../src/core/random.ts';
import { type Fixture, fixtures } from '../fixtures.ts';

const hourMs = 3_600_000;

/** A made-up heatmap that ends at a price: a wandering path, with two levels that come, go and are crossed. */
export function madeUpHeat(given: {
  readonly symbol: string;
  readonly priceUsd: number;
  readonly timeMs: number;
  readonly columns?: number;
  readonly rows?: number;
  readonly empty?: true;
}): Heatmap {
  const { symbol, priceUsd, timeMs, columns = 168, rows = 120, empty } = given;
  const random = createRandom(7);
  const candles: Candle[] = [];
  let close = priceUsd;
  for (let i = columns - 1; i >= 0; i--) {
    const open = close * Math.exp(0.006 * random.normal());
    const high = Math.max(open, close) * (1 + 0.004 * random.uniform());
    const low = Math.min(open, close) * (1 - 0.004 * random.uniform());
    candles.unshift({ openMs: timeMs - (columns - i) * hourMs, open, high, low, close, volume: 1 });
    close = open;
  }
  const edges = heatEdges(candles, rows);
  const longUsd = new Float32Array(columns * rows);
  const shortUsd = new Float32Array(columns * rows);
  for (let column = 0; column < columns && !empty; column++) {
    const price = candles[column]!.close;
    for (let row = 0; row < rows; row++) {
      const distance = (edges[row]! + edges[row + 1]!) / 2 / price - 1;
      const hump = Math.exp(-(((Math.abs(distance) - 0.06) / 0.03) ** 2));
      const usd = 2e6 * hump * (1 + 0.4 * Math.sin(row / 3)) * Math.min(1, column / 40);
      if (distance < 0) longUsd[column * rows + row] = usd;
      else shortUsd[column * rows + row] = usd;
    }
  }
  return {
    symbol,
    provenance: 'live',
    timeMs,
    columnMs: hourMs,
    priceUsd,
    edges,
    longUsd,
    shortUsd,
    candles,
    venues: [],
  };
}

/** Made-up changes: price fell by 4 %, through longs. */
export function madeUpChanges(given: {
  readonly symbol: string;
  readonly priceUsd: number;
  readonly timeMs: number;
}): MapChanges {
  const { symbol, priceUsd, timeMs } = given;
  const edges = mapEdges(priceUsd, 0.25);
  const changes = {
    symbol,
    provenance: 'live' as const,
    fromMs: timeMs - 24 * hourMs,
    timeMs,
    fromPriceUsd: priceUsd * 1.04,
    priceUsd,
    edges,
    long: noChanges(edges),
    short: noChanges(edges),
    venues: [],
  };
  for (let bin = 0; bin < edges.length - 1; bin++) {
    const distance = (edges[bin]! + edges[bin + 1]!) / 2 / priceUsd - 1;
    const hump = Math.exp(-(((Math.abs(distance) - 0.07) / 0.04) ** 2));
    const side = distance < 0 ? changes.long : changes.short;
    side.builtUsd[bin] = 1.5e6 * hump;
    side.closedUsd[bin] = 0.5e6 * hump * (1 + Math.cos(bin / 9));
    if (distance > 0 && distance < 0.035) changes.long.liquidatedUsd[bin] = 2.2e6;
  }
  return changes;
}

/** What a picture of a map needs, and when and of what it is. */
function withMap({ map, clusters }: Fixture) {
  const { symbol, priceUsd, timeMs } = map;
  return { map, clusters, of: { symbol, priceUsd, timeMs } };
}

function heatOf(fixture: Fixture, given: Partial<Parameters<typeof madeUpHeat>[0]> = {}, span = '7d') {
  const { of, ...shown } = withMap(fixture);
  const { provenance } = fixture.map;
  return {
    ...shown,
    heat: { ...madeUpHeat({ ...of, ...given }), provenance },
    span: `levels of the last ${span}`,
  };
}

/** One of each sort of heatmap that a picture must survive. */
export const heatFixtures: Readonly<Record<string, () => Omit<HeatChartOptions, 'theme'>>> = {
  eth: () => heatOf(fixtures['eth']!()),
  'many-columns': () => heatOf(fixtures['btc']!(), { columns: 360, rows: 220 }, '30d'),
  'few-columns': () => heatOf(fixtures['eth']!(), { columns: 12, rows: 40 }, '12h'),
  'tiny-price': () => heatOf(fixtures['tiny-price']!()),
  'one-sided': () => {
    const given = heatOf(fixtures['one-sided']!());
    return { ...given, heat: { ...given.heat, shortUsd: given.heat.shortUsd.map(() => 0) } };
  },
  empty: () => heatOf(fixtures['empty']!(), { empty: true }),
  outlier: () => {
    const given = heatOf(fixtures['outlier']!());
    const longUsd = given.heat.longUsd.map((usd, cell) => (cell === 9_000 ? 1e9 : usd));
    return { ...given, heat: { ...given.heat, longUsd } };
  },
  simulated: () => heatOf(fixtures['simulated']!()),
  stale: () => heatOf(fixtures['stale']!()),
  'long-name': () => heatOf(fixtures['long-name']!()),
};

function changesOf(fixture: Fixture, given: Partial<MapChanges> = {}) {
  const { of, ...shown } = withMap(fixture);
  return { ...shown, changes: { ...madeUpChanges(of), ...given } };
}

/** One of each sort of changes that a picture must survive. */
export const changesFixtures: Readonly<Record<string, () => Omit<ChangesChartOptions, 'theme'>>> = {
  eth: () => changesOf(fixtures['eth']!()),
  'tiny-price': () => changesOf(fixtures['tiny-price']!()),
  'no-move': () => changesOf(fixtures['btc']!(), { fromPriceUsd: 98_765.4 }),
  'price-at-edge': () => changesOf(fixtures['eth']!(), { fromPriceUsd: 3012.5 * 1.249 }),
  'price-below-edge': () => changesOf(fixtures['eth']!(), { fromPriceUsd: 3012.5 * 0.6 }),
  nothing: () => {
    const given = changesOf(fixtures['empty']!());
    const { edges } = given.changes;
    return { ...given, changes: { ...given.changes, long: noChanges(edges), short: noChanges(edges) } };
  },
  outlier: () => {
    const given = changesOf(fixtures['eth']!());
    const builtUsd = given.changes.long.builtUsd.map((usd, bin) => (bin === 40 ? 4e8 : usd));
    return { ...given, changes: { ...given.changes, long: { ...given.changes.long, builtUsd } } };
  },
  simulated: () => changesOf(fixtures['simulated']!()),
  'long-name': () => changesOf(fixtures['long-name']!()),
};
