import type { AlertSheet } from '../../../src/alerts/sheet.ts';
import type { MarketPrice } from '../../../src/core/alerts/reference-price.ts';

/** What the engine of alerts went by, in the order in which it did. */
export type EngineInput = { readonly symbol: string } & (
  | { readonly what: 'map'; readonly sheet: AlertSheet }
  | { readonly what: 'price'; readonly price: MarketPrice; readonly nowMs: number; readonly isMuted?: true }
  /** Sizes of the past are looked at anew: once an hour, after a map. */
  | { readonly what: 'sizes' }
);
