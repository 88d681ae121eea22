import type { Cluster, LeverageLayer, LiquidationMap, VenueStatus } from '../../src/core/liquidation-map.ts';
import type { Side } from '../../src/core/market-data.ts';
import { createRandom } from '../../src/core/random.ts';
import { withMeasured } from './measured-fixtures.ts';
import { withStress } from './stress-fixtures.ts';

export type Fixture = { readonly map: LiquidationMap; readonly clusters: readonly Cluster[] };

export type FixtureOptions = Partial<
  Pick<
    LiquidationMap,
    | 'symbol'
    | 'priceUsd'
    | 'provenance'
    | 'window'
    | 'venues'
    | 'openInterestUsd'
    | 'unknownAgeShare'
    | 'atrPct'
    | 'openInterestChange24hPct'
    | 'fundingRate8h'
  >
> & {
  readonly seed: number;
  readonly bins?: number;
  /** Half of the range, % of price. */
  readonly rangePct?: number;
  readonly sides?: readonly Side[];
  /** Where the price stands in the range, 0.5 in the middle. */
  readonly priceAt?: number;
};

const timeMs = Date.UTC(2026, 1, 14, 12, 30);

const layerSpecs = [
  { label: '≤ 5x', minLeverage: 1, maxLeverage: 5, distancePct: 24, weight: 0.28 },
  { label: '5-10x', minLeverage: 5, maxLeverage: 10, distancePct: 11, weight: 0.26 },
  { label: '10-25x', minLeverage: 10, maxLeverage: 25, distancePct: 6, weight: 0.22 },
  { label: '25-50x', minLeverage: 25, maxLeverage: 50, distancePct: 2.8, weight: 0.14 },
  { label: '> 50x', minLeverage: 50, maxLeverage: 125, distancePct: 1.3, weight: 0.1 },
] as const;

/** A map like those of real coins: entries gather at a few past prices, each leverage at its own distance. */
export function randomMap(options: FixtureOptions): Fixture {
  const random = createRandom(options.seed);
  const bins = options.bins ?? 400;
  const priceUsd = options.priceUsd ?? 3012.5;
  const openInterestUsd = options.openInterestUsd ?? 8.24e9;
  const sides = options.sides ?? ['long', 'short'];
  const edges = evenEdges(priceUsd, bins, options.rangePct ?? 50, options.priceAt ?? 0.5);
  const entries = Array.from({ length: 14 }, () => ({
    price: priceUsd * (1 + 0.11 * random.normal()),
    weight: random.exponential() ** 2,
  }));
  const totalWeight = entries.reduce((sum, entry) => sum + entry.weight, 0);

  const byLeverage = layerSpecs.map((spec): LeverageLayer => {
    const layer = emptyLayer(spec, bins);
    for (const entry of entries) {
      for (const side of sides) {
        const usd = (openInterestUsd * 0.6 * spec.weight * entry.weight) / totalWeight;
        for (let piece = 0; piece < 150; piece++) {
          const distance = (spec.distancePct / 100) * (1 + 0.16 * random.normal()) + 0.0012 * random.normal();
          const spread = 1 + 0.006 * random.normal();
          const level = entry.price * spread * (side === 'long' ? 1 - distance : 1 + distance);
          drop(layer, edges, priceUsd, side, level, usd / 150);
        }
      }
    }
    return layer;
  });
  return finish(options, { edges, priceUsd, openInterestUsd, byLeverage });
}

export function finish(
  options: FixtureOptions,
  parts: Pick<LiquidationMap, 'edges' | 'priceUsd' | 'openInterestUsd' | 'byLeverage'>,
): Fixture {
  const bins = parts.edges.length - 1;
  const sum = (key: 'longUsd' | 'shortUsd') =>
    Float64Array.from({ length: bins }, (_, bin) =>
      parts.byLeverage.reduce((total, layer) => total + layer[key][bin]!, 0),
    );
  const longUsd = sum('longUsd');
  const shortUsd = sum('shortUsd');
  const venues = options.venues ?? defaultVenues;
  const map: LiquidationMap = {
    symbol: options.symbol ?? 'ETH',
    timeMs,
    provenance: options.provenance ?? 'live',
    window: options.window ?? '7d',
    ...optional(options),
    ...parts,
    longUsd,
    shortUsd,
    byVenue: [],
    // No picture shows it: clusters carry their own.
    meanLeverage: { long: new Float64Array(0), short: new Float64Array(0) },
    outside: { longUsd: parts.openInterestUsd * 0.03, shortUsd: parts.openInterestUsd * 0.02 },
    neverLiquidated: { longUsd: parts.openInterestUsd * 0.16, shortUsd: parts.openInterestUsd * 0.2 },
    older: { longUsd: parts.openInterestUsd * 0.2, shortUsd: parts.openInterestUsd * 0.2 },
    unknownAgeShare: options.unknownAgeShare ?? 0.14,
    venues,
  };
  return { map, clusters: [...findClusters(map, 'long'), ...findClusters(map, 'short')] };
}

function optional(options: FixtureOptions): Partial<LiquidationMap> {
  return {
    atrPct: options.atrPct ?? 4.2,
    openInterestChange24hPct: options.openInterestChange24hPct ?? 3.14,
    fundingRate8h: options.fundingRate8h ?? 0.0001,
  };
}

const defaultVenues: readonly VenueStatus[] = [
  { venue: 'binance', market: 'ETH/USDT:USDT', included: true, dataAgeMs: 12_000, openInterestUsd: 4.1e9 },
  { venue: 'okx', market: 'ETH/USDT:USDT', included: true, dataAgeMs: 9_000, openInterestUsd: 1.9e9 },
  { venue: 'gate', market: 'ETH/USDT:USDT', included: true, dataAgeMs: 4_000, openInterestUsd: 1.2e9 },
  { venue: 'hyperliquid', market: 'ETH/USDC:USDC', included: true, dataAgeMs: 3_000, openInterestUsd: 1e9 },
  { venue: 'bybit', market: 'ETH/USDT:USDT', included: false, note: 'geo-blocked' },
];

function evenEdges(priceUsd: number, bins: number, rangePct: number, priceAt: number): Float64Array {
  const width = (priceUsd * 2 * rangePct) / 100 / bins;
  const below = Math.round(bins * priceAt);
  return Float64Array.from({ length: bins + 1 }, (_, edge) =>
    edge === below ? priceUsd : priceUsd + (edge - below) * width,
  );
}

function emptyLayer(
  spec: { readonly label: string; readonly minLeverage: number; readonly maxLeverage: number },
  bins: number,
): LeverageLayer {
  return {
    label: spec.label,
    minLeverage: spec.minLeverage,
    maxLeverage: spec.maxLeverage,
    longUsd: new Float64Array(bins),
    shortUsd: new Float64Array(bins),
  };
}

/** Mass on the wrong side of the price was liquidated on the way there. */
function drop(
  layer: LeverageLayer,
  edges: Float64Array,
  priceUsd: number,
  side: Side,
  level: number,
  usd: number,
): void {
  if (side === 'long' ? level >= priceUsd : level < priceUsd) return;
  const bin = Math.floor((level - edges[0]!) / (edges[1]! - edges[0]!));
  const target = side === 'long' ? layer.longUsd : layer.shortUsd;
  if (bin >= 0 && bin < target.length) target[bin] = target[bin]! + usd;
}

/** Highest windows of seven bins that do not touch; a stand-in for the real cluster finder. */
function findClusters(map: LiquidationMap, side: Side): readonly Cluster[] {
  const bins = side === 'long' ? map.longUsd : map.shortUsd;
  const half = 3;
  const sumAround = (bin: number) =>
    bins.subarray(Math.max(0, bin - half), bin + half + 1).reduce((a, b) => a + b, 0);
  const candidates = Array.from(bins, (_, bin) => ({ bin, usd: sumAround(bin) }))
    .filter(
      ({ bin, usd }) =>
        usd > 0 && bins[bin] === Math.max(...bins.subarray(Math.max(0, bin - half), bin + half + 1)),
    )
    .sort((a, b) => b.usd - a.usd);
  const chosen: { bin: number; usd: number }[] = [];
  for (const candidate of candidates) {
    if (chosen.every(({ bin }) => Math.abs(bin - candidate.bin) > 2 * half)) chosen.push(candidate);
    if (chosen.length === 5) break;
  }
  return chosen.map(({ bin, usd }, index): Cluster => {
    const peak = (map.edges[bin]! + map.edges[bin + 1]!) / 2;
    const distancePct = (peak / map.priceUsd - 1) * 100;
    return {
      id: `${side}-${index + 1}`,
      side,
      low: map.edges[Math.max(0, bin - half)]!,
      high: map.edges[Math.min(bins.length, bin + half + 1)]!,
      peak,
      usd,
      shareOfOi: usd / map.openInterestUsd,
      distancePct,
      leverage: Math.min(125, Math.max(1.5, 80 / Math.abs(distancePct))),
      rank: index + 1,
    };
  });
}

/** One of each sort that a picture must survive. */
export const fixtures: Readonly<Record<string, () => Fixture>> = {
  eth: () => randomMap({ seed: 1 }),
  btc: () =>
    randomMap({ seed: 2, symbol: 'BTC', priceUsd: 98_765.4, openInterestUsd: 3.41e10, window: '30d' }),
  'tiny-price': () =>
    randomMap({
      seed: 3,
      symbol: 'PEPE',
      priceUsd: 0.00000123,
      openInterestUsd: 3.1e8,
      fundingRate8h: -0.00231,
    }),
  'one-sided': () => randomMap({ seed: 4, symbol: 'SOL', priceUsd: 187.32, sides: ['long'] }),
  empty: () =>
    randomMap({ seed: 5, symbol: 'NEW', priceUsd: 1, openInterestUsd: 0, sides: [], window: '24h' }),
  outlier: () => withOutlier(randomMap({ seed: 6 })),
  'single-venue': () =>
    randomMap({
      seed: 7,
      symbol: 'HYPE',
      priceUsd: 42.17,
      openInterestUsd: 1.3e9,
      venues: defaultVenues.slice(3, 4),
    }),
  'small-range': () => randomMap({ seed: 8, rangePct: 5 }),
  simulated: () => randomMap({ seed: 9, symbol: 'SIM', provenance: 'simulated', window: '24h' }),
  recorded: () => randomMap({ seed: 10, symbol: 'BTC', priceUsd: 64_210, provenance: 'recorded' }),
  stale: () => randomMap({ seed: 11, venues: staleVenues }),
  fragile: () => withStress(randomMap({ seed: 15 }), { depthUsd: 2.2e8, above: 0.943 }),
  sturdy: () => withStress(randomMap({ seed: 16, symbol: 'BTC' }), { depthUsd: 4e9, above: 0.21 }),
  measured: () => withMeasured(randomMap({ seed: 17 }), { coverage: 0.41, ageMs: 12.5 * 60_000 }),
  'measured-old': () =>
    withMeasured(randomMap({ seed: 18, symbol: 'BTC', priceUsd: 64_210 }), {
      coverage: 0.087,
      ageMs: 95 * 60_000,
      isOld: true,
    }),
  'off-centre': () => randomMap({ seed: 12, priceAt: 0.2, rangePct: 40 }),
  'long-name': () =>
    randomMap({ seed: 13, symbol: '1000000BABYDOGEWIFHAT', priceUsd: 0.0015234, venues: manyVenues }),
};

const staleVenues: readonly VenueStatus[] = [
  { venue: 'binance', market: 'ETH/USDT:USDT', included: true, dataAgeMs: 20_000 },
  { venue: 'okx', market: 'ETH/USDT:USDT', included: true, dataAgeMs: 42 * 60_000, stale: true },
  { venue: 'gate', market: 'ETH/USDT:USDT', included: true, note: 'no open interest history' },
  { venue: 'bybit', market: 'ETH/USDT:USDT', included: false, note: 'geo-blocked' },
  { venue: 'bitget', market: 'ETH/USDT:USDT', included: false, note: 'timed out after 8 s' },
];

const manyVenues: readonly VenueStatus[] = Array.from({ length: 14 }, (_, index) => ({
  venue: `venue-with-a-name-${index + 1}`,
  market: 'X/USDT:USDT',
  included: index < 9,
  dataAgeMs: index * 1000,
  ...(index >= 9 && { note: 'does not list this coin as a perpetual future' }),
}));

function withOutlier({ map }: Fixture): Fixture {
  const layer = map.byLeverage[2]!;
  const longUsd = layer.longUsd.slice();
  longUsd[150] = Math.max(...map.longUsd) * 40;
  const byLeverage = map.byLeverage.with(2, { ...layer, longUsd });
  return finish({ seed: 0 }, { ...map, byLeverage });
}

/** Small enough to check by hand: eight bins of 1 %, two leverage groups with a quarter and three quarters. */
export function handMadeMap(): LiquidationMap {
  const longUsd = Float64Array.of(100, 200, 300, 400, 0, 0, 0, 0);
  const shortUsd = Float64Array.of(0, 0, 0, 0, 50, 60, 70, 80);
  const part = (label: string, fraction: number): LeverageLayer => ({
    label,
    minLeverage: 1,
    maxLeverage: 100,
    longUsd: longUsd.map((usd) => usd * fraction),
    shortUsd: shortUsd.map((usd) => usd * fraction),
  });
  return {
    ...randomMap({ seed: 0, bins: 8, priceUsd: 100, openInterestUsd: 2_000, symbol: 'TEST' }).map,
    edges: Float64Array.of(96, 97, 98, 99, 100, 101, 102, 103, 104),
    longUsd,
    shortUsd,
    byLeverage: [part('≤ 10x', 0.25), part('> 10x', 0.75)],
  };
}

export function handMadeClusters(): readonly Cluster[] {
  const shared = { shareOfOi: 0.2, leverage: 20, rank: 1 };
  return [
    { ...shared, id: 'l1', side: 'long', low: 98, high: 100, peak: 99.5, usd: 700, distancePct: -0.5 },
    { ...shared, id: 's1', side: 'short', low: 102, high: 104, peak: 103.5, usd: 150, distancePct: 3.5 },
  ];
}
