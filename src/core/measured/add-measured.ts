import type { LiquidationMap, MeasuredLayer, SidedBins, SidedUsd } from '../liquidation-map.ts';
import { addSpan } from '../map-bins.ts';
import type { Side } from '../market-data.ts';
import { isOld } from './measured-age.ts';
import type { MeasuredMarket } from './measured-market.ts';
import type { MeasuredPosition } from './measured-position.ts';

/** The measured positions of one market, and its mark now: levels keep their distance from it. */
export type MeasuredPart = {
  readonly venue: string;
  readonly market: MeasuredMarket;
  readonly markUsd: number;
};

const none: SidedUsd = { longUsd: 0, shortUsd: 0 };

/**
 * A map with real positions at the liquidation prices that were reported for them. The map's books must have left their share
 * out (`MapPart.modelled`), so that nothing is counted twice. Bands grow by what was seen, of which they are sure.
 */
export function addMeasured(map: LiquidationMap, part: MeasuredPart): LiquidationMap {
  const drawn = drawPositions(map, part);
  const { layer } = drawn;
  return {
    ...map,
    ...joinedBins(map, layer),
    measured: layer,
    byVenue: map.byVenue.map((one) =>
      one.venue === part.venue ? { ...one, ...joinedBins(one, layer) } : one,
    ),
    meanLeverage: {
      long: joinedMeans(map.meanLeverage.long, map.longUsd, drawn.logLeverage.longUsd, layer.longUsd),
      short: joinedMeans(map.meanLeverage.short, map.shortUsd, drawn.logLeverage.shortUsd, layer.shortUsd),
    },
    outside: joinedUsd(map.outside, layer.outside),
    neverLiquidated: joinedUsd(map.neverLiquidated, layer.neverLiquidated),
    ...(map.bandUsd && {
      bandUsd: {
        long: {
          low: sum(map.bandUsd.long.low, layer.longUsd),
          high: sum(map.bandUsd.long.high, layer.longUsd),
        },
        short: {
          low: sum(map.bandUsd.short.low, layer.shortUsd),
          high: sum(map.bandUsd.short.high, layer.shortUsd),
        },
      },
    }),
  };
}

function drawPositions(map: LiquidationMap, { venue, market, markUsd }: MeasuredPart) {
  const bins = () => new Float64Array(map.longUsd.length);
  const all = { longUsd: bins(), shortUsd: bins() };
  const logLeverage = { longUsd: bins(), shortUsd: bins() };
  const outside = { ...none };
  const neverLiquidated = { ...none };
  for (const position of market.positions) {
    const key = position.side === 'long' ? 'longUsd' : 'shortUsd';
    const { size, liquidationPrice, standing } = position;
    if (standing !== 'level' || liquidationPrice === undefined) {
      neverLiquidated[key] += size * markUsd;
      continue;
    }
    const amount = size * liquidationPrice;
    const level = onOwnSide(liquidationPrice * (map.priceUsd / markUsd), position.side, map.priceUsd);
    const left = addSpan(all[key], map.edges, { low: level, high: level, amount });
    outside[key] += left;
    const logs = (amount - left) * Math.log(effectiveLeverage(position));
    addSpan(logLeverage[key], map.edges, { low: level, high: level, amount: logs });
  }
  const { coverage, ageMs, positions } = market;
  const layer: MeasuredLayer = {
    venue,
    coverage: (coverage.long + coverage.short) / 2,
    coverageBySide: coverage,
    ageMs,
    ...isOld(ageMs),
    positions: positions.length,
    ...all,
    outside,
    neverLiquidated,
  };
  return { layer, logLeverage };
}

/** A level a hair from the price must not be pushed over it by what rounding does. */
function onOwnSide(level: number, side: Side, priceUsd: number): number {
  return side === 'long' ? Math.min(level, priceUsd * (1 - 1e-9)) : Math.max(level, priceUsd);
}

/** For the words beside a cluster alone: that of the way from entry to the level, at most what the trader has set. */
function effectiveLeverage({ entryPrice, liquidationPrice, leverage }: MeasuredPosition): number {
  const way = Math.abs(1 - liquidationPrice! / entryPrice);
  return Math.max(1, Math.min(leverage, 1 / way));
}

function joinedBins(a: SidedBins, b: SidedBins): SidedBins {
  return { longUsd: sum(a.longUsd, b.longUsd), shortUsd: sum(a.shortUsd, b.shortUsd) };
}

function joinedUsd(a: SidedUsd, b: SidedUsd): SidedUsd {
  return { longUsd: a.longUsd + b.longUsd, shortUsd: a.shortUsd + b.shortUsd };
}

function sum(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((one, i) => one + b[i]!);
}

/** Geometric means by USD of two sets of bins together; of the second the sums of logarithms are given. */
function joinedMeans(means: Float64Array, usd: Float64Array, logs: Float64Array, more: Float64Array) {
  return means.map((mean, i) => {
    const whole = usd[i]! + more[i]!;
    if (!(whole > 0)) return 0;
    const before = mean > 0 ? usd[i]! * Math.log(mean) : 0;
    return Math.exp((before + logs[i]!) / whole);
  });
}
