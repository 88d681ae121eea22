/**
 * When funding was settled, from the time it was booked: Binance and Hyperliquid stamp it up to some ten milliseconds
 * past the full second (1,621,267,200,005).
 */
export function settlementMs(bookedMs: number): number {
  return Math.round(bookedMs / 1000) * 1000;
}
