import type { MarginRules } from '../core/market-data.ts';
import { withDeductions } from '../core/tiers.ts';
import { binanceTierTable } from './live/venues/binance-tier-table.ts';

/** [floor in USD, maintenance rate, highest leverage] */
type TierRow = readonly [number, number, number];

/**
 * Hyperliquid's margin tiers by coin; the maintenance rate is half the initial one at the tier's highest
 * leverage. Read on https://hyperliquid.gitbook.io/hyperliquid-docs/trading/margin-tiers
 */
const hyperliquid: { readonly asOf: string; readonly coins: Readonly<Record<string, readonly TierRow[]>> } = {
  asOf: '2026-11-22',
  coins: {
    BTC: [
      [0, 1 / 80, 40],
      [150_000_000, 1 / 40, 20],
    ],
    ETH: [
      [0, 1 / 50, 25],
      [100_000_000, 1 / 30, 15],
    ],
    SOL: [
      [0, 1 / 40, 20],
      [70_000_000, 1 / 20, 10],
    ],
  },
};

/** One tier that stands in where no table is known: 0.5 %, 100x, the first tiers of most large coins. */
const unknownVenue: readonly TierRow[] = [[0, 0.005, 100]];

/**
 * Margin rules of a linear USD market for recorded data, which comes without them: dated tables for Binance
 * and Hyperliquid, one plain tier (named so in `source`) for everything else.
 */
export function datedRules(venue: string, coin: string): MarginRules {
  const known = venue === 'hyperliquid' ? hyperliquid.coins[coin] : undefined;
  if (known) return rules(known, `Hyperliquid margin tiers as of ${hyperliquid.asOf}`, hyperliquid.asOf);
  const brackets = venue === 'binance' ? binanceTierTable.symbols[`${coin}USDT`] : undefined;
  if (brackets) {
    const rows = brackets.map(
      ([, rate, leverage], i): TierRow => [brackets[i - 1]?.[0] ?? 0, rate, leverage],
    );
    return rules(rows, `Binance brackets as of ${binanceTierTable.asOf}`, binanceTierTable.asOf);
  }
  return rules(unknownVenue, `assumed: no margin table for ${coin} on ${venue}`);
}

function rules(rows: readonly TierRow[], source: string, asOf?: string): MarginRules {
  const tiers = rows.map(([floor, maintenanceRate, maxLeverage], i) => ({
    floor,
    cap: rows[i + 1]?.[0] ?? Number.POSITIVE_INFINITY,
    maintenanceRate,
    maxLeverage,
  }));
  return {
    tiers: withDeductions(tiers),
    feeRate: 0,
    fundingMovesMargin: true,
    source,
    ...(asOf !== undefined && { asOfMs: Date.parse(asOf) }),
  };
}
