import type { Contract } from './market-data.ts';

/** What one market gave to a map. */
export type MarketInputs = {
  readonly venue: string;
  readonly market: string;
  readonly contract: Contract;
  /** Share of the map's open interest. */
  readonly share: number;
  /** Of the longest stretch of equal candles; `marks` where the venue tells the mark price's own. */
  readonly candles: {
    readonly count: number;
    readonly stepMs: number;
    readonly fromMs: number;
    readonly marks: boolean;
  };
  readonly openInterest: { readonly points: number; readonly fromMs: number };
  /** Payments known; undefined where the venue tells none. */
  readonly fundingPoints?: number;
  readonly margin: {
    readonly source: string;
    readonly asOfMs?: number;
    readonly tiers: number;
    readonly feeRate: number;
  };
  /** Price levels seen on both sides; undefined without an order book. */
  readonly orderBookLevels?: number;
};

/** What a map rests on and what it leaves out, for whoever asks why it should be believed. */
export type Assumptions = {
  readonly weights: {
    readonly source: string;
    /** How good maps made with them are. */
    readonly score: string;
    readonly churn: number;
    readonly fastHazardRatio: number;
  };
  readonly inputs: readonly MarketInputs[];
  readonly coverage: {
    readonly marketsIn: number;
    readonly marketsOut: number;
    /** Share of the drawn USD whose age is known. */
    readonly knownAge: number;
    /** Share of open interest on markets whose order book was seen. */
    readonly orderBooks: number;
    /** Real positions that are drawn at the prices their venue reports; undefined where there are none. */
    readonly measured?: {
      readonly venue: string;
      /** Shares of the venue's own open interest. */
      readonly share: number;
      readonly longs: number;
      readonly shorts: number;
      readonly positions: number;
      /** Nine tenths of them were seen after that. */
      readonly seenMs: number;
    };
  };
  /** How what nobody tells is filled in. */
  readonly rules: readonly string[];
  readonly notModelled: readonly string[];
};

export const fillingRules: readonly string[] = [
  'Fuel and depth count everything that is open, whatever the window of the map.',
  'Beyond the visible order book, orders go on as dense as in its outer half.',
  'A market without an order book is as deep for its open interest as the others.',
  'Levels of every venue are placed by their distance from its own mark price.',
  'What was open before the history begins enters at the prices of the candles before, at an unknown age.',
];

/** How real positions are used where a map has some. */
export const measuredRules: readonly string[] = [
  'Real positions are drawn at reported prices, whenever opened; the book of their venue fills the rest.',
  "Hedged accounts and the venue's own vault count as seen and have no level.",
];

export const notModelled: readonly string[] = [
  'margin shared by an account, added later or taken out, position by position',
  'stop orders and positions closed by hand in a fast move',
  'positions reduced in part, insurance funds and auto-deleveraging',
  'hedges on other venues; market makers count as everybody else',
  'orders that come or go while the price moves',
  'dated futures and options',
];
