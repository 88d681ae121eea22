import type { AlertSheet } from '../../../src/alerts/sheet.ts';
import type { MarketPrice } from '../../../src/core/alerts/reference-price.ts';

/** What the engine of alerts went by, in the order in which it did. */
export type EngineInput = { readonly symbol: string } & (
  | { readonly what: 'map'; readonly sheet: AlertSheet }
  | { readonly what: 'price'; readonly price: MarketPrice; readonly nowMs: number; readonly isMuted?: true }
  /** Sizes of the past are looked at anew: once an hour, after a map. */
  | { readonly what: 'sizes' }
  /** Whether anybody may be alerted of the coin was asked, and why not; of no weight for a reckoning, but tells of a difference. */
  | { readonly what: 'blocked'; readonly reasons: readonly string[]; readonly nowMs: number }
);
