/**
 * Multipliers on the parts of a joined estimate (`joinedParts`) before a coin's own snapshots are looked at:
 * book, profile, then by sighting (last snapshot, up to 12 h before it, up to 30 h, longer) at the three widths.
 * Printed by `npm run liqmap -- fit` and put here by hand, as the table of weights is written: fitted to BTC, ETH and SOL positions of Hyperliquid from 2026-02-04 to
 * 2026-02-08 07:52 UTC alone, each snapshot predicted from what was seen at least four hours before it.
 */
export const joinedPrior = Float64Array.from([
  1, 0.68, 0.98, 0.75, 1.28, 0.67, 0.48, 0.44, 0.22, 0.25, 0.52, 0.44, 0.49, 0.49,
]);
