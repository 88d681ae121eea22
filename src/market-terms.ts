import type { Contract, MarginRules } from './core/market-data.ts';
import type { FoldedPart } from './map-parts.ts';

/** By which rules a market of a map closes positions, and where its price stands. */
export type MarketTerms = {
  readonly venue: string;
  readonly market: string;
  readonly contract: Contract;
  readonly markUsd: number;
  readonly openInterestUsd: number;
  readonly rules: MarginRules;
};

/** The terms of a market that is in a map. */
export function termsOf({ history, markUsd, openInterestUsd }: FoldedPart): MarketTerms {
  const { market, rules } = history;
  const { venue, symbol, contract } = market;
  return { venue, market: symbol, contract, markUsd, openInterestUsd, rules };
}
