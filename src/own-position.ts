import { heldBetween } from './core/bins-between.ts';
import { sumTo } from './core/distance-curve.ts';
import type { Cluster, LiquidationMap } from './core/liquidation-map.ts';
import { bankruptcyPrice, isolatedMargin, valueAt } from './core/margin.ts';
import type { Side } from './core/market-data.ts';
import type { OwnAdvice, OwnAnswer, OwnRequest } from './core/own-answer.ts';
import {
  leverageLimit,
  lossUsd,
  marginUsd,
  type OwnPosition,
  ownLiquidationPrice,
  safeguards,
} from './core/own-position.ts';
import { UserError } from './errors.ts';
import type { MapAnswer } from './maps.ts';
import type { MarketTerms } from './market-terms.ts';

const usualUsd = 1000;
/** Entries farther from the mark than this factor are taken for slips of the finger. */
const farthestEntry = 5;

/**
 * What closes a position by force on a venue, what lies in the way, and what would keep it open beyond that.
 *
 * @throws UserError for a venue, price, leverage or size that cannot be
 */
export function ownPosition({ map, clusters, terms = [] }: MapAnswer, request: OwnRequest): OwnAnswer {
  const market = chosenMarket(map, terms, request.venue);
  const own = heldPosition(market, request);
  const limit = checkedLimit(own, market);
  const priceUsd = ownLiquidationPrice(own, market.rules);
  const { side } = request;
  const { markUsd } = market;
  if (priceUsd !== undefined && (side === 'long' ? priceUsd >= markUsd : priceUsd <= markUsd)) {
    throw new UserError(
      `Such a position is gone: it would have been closed at $${priceUsd.toPrecision(6)}, and ${market.venue} marks ${map.symbol} at $${markUsd.toPrecision(6)}.`,
    );
  }
  const toMap = map.priceUsd / markUsd;
  const isBeforeLiquidation = ({ peak }: Cluster) =>
    priceUsd === undefined || (side === 'long' ? peak > priceUsd * toMap : peak < priceUsd * toMap);
  const ofSide = clusters
    .filter((cluster) => cluster.side === side)
    .toSorted((a, b) => Math.abs(a.distancePct) - Math.abs(b.distancePct));
  const advice = adviceOf(own, { map, market, cluster: ofSide[0], liquidationUsd: priceUsd });
  return {
    request,
    market: { venue: market.venue, market: market.market, contract: market.contract, markUsd },
    rulesSource: market.rules.source,
    valueUsd: inUsd(own, valueAt(own, own.entry), own.entry),
    coins: coinsOf(own),
    marginUsd: marginUsd(own),
    maxLeverage: limit,
    entryOnMapUsd: request.entryUsd * toMap,
    ...(priceUsd !== undefined && { liquidation: liquidationOf(own, priceUsd, map, markUsd) }),
    inTheWay: ofSide.filter(isBeforeLiquidation),
    ...(advice && { advice }),
  };
}

function chosenMarket(
  map: LiquidationMap,
  terms: readonly MarketTerms[],
  venue: string | undefined,
): MarketTerms {
  const ofVenue = terms.filter((one) => venue === undefined || one.venue === venue);
  // Linear contracts are what most hold; who means another names it as the symbol.
  const linear = ofVenue.filter(({ contract }) => contract === 'linear');
  const [largest] = (linear.length > 0 ? linear : ofVenue).toSorted(
    (a, b) => b.openInterestUsd - a.openInterestUsd,
  );
  if (largest) return largest;
  const known = [...new Set(terms.map((one) => one.venue))];
  if (known.length === 0)
    throw new UserError('No venue told its margin rules just now. Please try again in a minute.');
  throw new UserError(
    `The map of ${map.symbol} has no market of "${venue}". Venues in it: ${known.join(', ')}.`,
  );
}

function heldPosition({ contract, markUsd, venue }: MarketTerms, request: OwnRequest): OwnPosition {
  const { side, entryUsd, leverage, size = { usd: usualUsd } } = request;
  const factor = entryUsd / markUsd;
  if (!(factor <= farthestEntry && factor >= 1 / farthestEntry)) {
    throw new UserError(
      `An entry at $${entryUsd} is far from the price: ${venue} marks one coin at $${Number(markUsd.toPrecision(6))}. Is a digit missing, or is it the price of 1000?`,
    );
  }
  const usd = 'usd' in size ? size.usd : size.coins * entryUsd;
  if (!(usd >= 1 && usd <= 1e12))
    throw new UserError(`A size of $${usd} makes no sense. Between $1 and $1T.`);
  return { contract, side, entry: entryUsd, leverage, size: contract === 'linear' ? usd / entryUsd : usd };
}

function checkedLimit(own: OwnPosition, { venue, market, rules }: MarketTerms): number {
  const limit = leverageLimit(own, rules);
  const valueUsd = inUsd(own, valueAt(own, own.entry), own.entry);
  const words = `$${Math.round(valueUsd).toLocaleString('en-US')}`;
  if (limit === undefined)
    throw new UserError(`${venue} takes no position in ${market} as large as ${words}.`);
  if (own.leverage > limit) {
    throw new UserError(
      `${venue} allows at most ${limit}x for a position of ${words} in ${market}, not ${own.leverage}x.`,
    );
  }
  return limit;
}

function liquidationOf(
  own: OwnPosition,
  priceUsd: number,
  map: LiquidationMap,
  markUsd: number,
): NonNullable<OwnAnswer['liquidation']> {
  const distancePct = (priceUsd / markUsd - 1) * 100;
  const bankruptcyUsd = bankruptcyPrice({ ...own, margin: isolatedMargin(own) });
  const onMapUsd = priceUsd * (map.priceUsd / markUsd);
  return {
    priceUsd,
    onMapUsd,
    distancePct,
    ...(map.atrPct !== undefined && map.atrPct > 0 && { distanceAtr: distancePct / map.atrPct }),
    ...(bankruptcyUsd !== undefined && { bankruptcyUsd }),
    onTheWayUsd: onTheWay(map, own.side, onMapUsd),
  };
}

function adviceOf(
  own: OwnPosition,
  given: {
    readonly map: LiquidationMap;
    readonly market: MarketTerms;
    readonly cluster: Cluster | undefined;
    readonly liquidationUsd: number | undefined;
  },
): OwnAdvice | undefined {
  const { map, market, cluster, liquidationUsd } = given;
  if (!cluster || map.atrPct === undefined) return undefined;
  const sign = own.side === 'long' ? -1 : 1;
  const edgeOnMap = own.side === 'long' ? cluster.low : cluster.high;
  const targetOnMapUsd = edgeOnMap + sign * (map.atrPct / 100) * map.priceUsd;
  const toVenue = market.markUsd / map.priceUsd;
  const target = targetOnMapUsd * toVenue;
  const edge = edgeOnMap * toVenue;
  // A cluster may reach over the price by a part of a bin.
  if (!(target > 0) || Math.sign(target - market.markUsd) !== sign) return undefined;
  const { leverage, size, hedgeUsd } = safeguards(own, market.rules, { target, markUsd: market.markUsd });
  const resized = { ...own, size };
  return {
    cluster,
    targetUsd: target,
    targetOnMapUsd,
    isKept: liquidationUsd === undefined || sign * (liquidationUsd - target) >= 0,
    lossUsd: lossUsd(own, edge),
    ...(leverage !== undefined && {
      leverage: { times: leverage, marginUsd: marginUsd({ ...own, leverage }), lossUsd: lossUsd(own, edge) },
    }),
    size: {
      usd: inUsd(own, valueAt(resized, own.entry), own.entry),
      coins: coinsOf(resized),
      marginUsd: marginUsd(own),
      lossUsd: lossUsd(resized, edge),
    },
    hedgeUsd,
  };
}

/** Of everything open where that is known, else of what the map draws. */
function onTheWay(map: LiquidationMap, side: Side, toUsd: number): number {
  const { edges, priceUsd } = map;
  const isLong = side === 'long';
  if (!map.stress) {
    const range = isLong ? { low: toUsd, high: priceUsd } : { low: priceUsd, high: toUsd };
    return heldBetween(edges, isLong ? map.longUsd : map.shortUsd, range);
  }
  const { longUsd, shortUsd } = map.stress.fuel;
  return sumTo(isLong ? longUsd : shortUsd, Math.abs(toUsd / priceUsd - 1));
}

function inUsd({ contract }: OwnPosition, value: number, price: number): number {
  return contract === 'linear' ? value : value * price;
}

function coinsOf({ contract, size, entry }: OwnPosition): number {
  return contract === 'linear' ? size : size / entry;
}
