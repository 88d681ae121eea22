import {
  type Assumptions,
  fillingRules,
  type MarketInputs,
  measuredRules,
  notModelled,
} from './core/assumptions.ts';
import type { LiquidationMap, MeasuredLayer } from './core/liquidation-map.ts';
import type { FoldedPart } from './map-parts.ts';

/** Where the score of weights is told that do not bring their own. */
const scoreTold = 'not scored; scores against real positions: README and docs/model.md';

/** What a map made of these parts rests on. */
export function assumptionsOf(
  map: Pick<LiquidationMap, 'timeMs' | 'openInterestUsd' | 'unknownAgeShare' | 'venues' | 'measured'>,
  parts: readonly FoldedPart[],
): Assumptions {
  const { churn, fastHazardRatio } = largestOf(parts).weights;
  const distinct = (texts: readonly string[]) => [...new Set(texts)].join('; ');
  const seenUsd = parts.reduce(
    (sum, { orderBook, openInterestUsd }) => sum + (orderBook ? openInterestUsd : 0),
    0,
  );
  return {
    weights: {
      source: distinct(parts.map(({ weights }) => weights.source)),
      score: distinct(parts.map(({ weights }) => weights.score ?? scoreTold)),
      churn,
      fastHazardRatio,
    },
    inputs: parts.map((part) => inputsOf(part, map.openInterestUsd)),
    coverage: {
      marketsIn: parts.length,
      marketsOut: map.venues.filter(({ included }) => !included).length,
      knownAge: 1 - map.unknownAgeShare,
      orderBooks: part(seenUsd, map.openInterestUsd),
      ...(map.measured && { measured: measuredOf(map.measured, map.timeMs) }),
    },
    rules: map.measured ? [...measuredRules, ...fillingRules] : fillingRules,
    notModelled,
  };
}

function measuredOf({ venue, coverage, coverageBySide, positions, ageMs }: MeasuredLayer, nowMs: number) {
  return {
    venue,
    share: coverage,
    longs: coverageBySide.long,
    shorts: coverageBySide.short,
    positions,
    seenMs: nowMs - ageMs,
  };
}

function inputsOf({ history, openInterestUsd, orderBook }: FoldedPart, allUsd: number): MarketInputs {
  const { market, facts, rules } = history;
  const { candles, marks, openInterest, fundingPoints } = facts;
  return {
    venue: market.venue,
    market: market.symbol,
    contract: market.contract,
    share: part(openInterestUsd, allUsd),
    candles: { ...candles, marks },
    openInterest: { points: openInterest.points, fromMs: openInterest.fromMs },
    ...(fundingPoints !== undefined && { fundingPoints }),
    margin: {
      source: rules.source,
      ...(rules.asOfMs !== undefined && { asOfMs: rules.asOfMs }),
      tiers: rules.tiers.length,
      feeRate: rules.feeRate,
    },
    ...(orderBook && { orderBookLevels: orderBook.bids.length + orderBook.asks.length }),
  };
}

function largestOf(parts: readonly FoldedPart[]): FoldedPart {
  return parts.reduce((a, b) => (b.openInterestUsd > a.openInterestUsd ? b : a));
}

function part(usd: number, allUsd: number): number {
  return allUsd > 0 ? usd / allUsd : 0;
}
