/**
 * Multipliers on the parts of a joined estimate (`joinedParts`) before a coin's own snapshots are looked at:
 * book, profile, then by sighting (last snapshot, up to 12 h before it, up to 30 h, longer) at the three widths.
 * Fitted to BTC, ETH and SOL positions of Hyperliquid from 2026-02-04 to 2026-02-08 07:52 UTC alone, 102 sides
 * of 24 snapshots, each predicted from what was seen four hours before.
 */
export const joinedPrior = Float64Array.from([
  1, 0.47, 0.98, 0.68, 1.06, 0.58, 0.32, 0.34, 0.21, 0.21, 0.33, 0.37, 0.43, 0.43,
]);
