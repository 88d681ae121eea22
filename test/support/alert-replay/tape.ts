import { join } from 'node:path';
import type { Liquidation, Side } from '../../../src/core/market-data.ts';
import { readLiquidations } from '../../../src/market/recorded/liquidations.ts';
import type { LiquidationFeeds } from '../../../src/observed-liquidations.ts';
import type { Truth } from './receipt-table.ts';

export type Tape = ReadonlyMap<string, readonly Liquidation[]>;

const minuteMs = 60_000;

/** The recorded liquidations of 4 and 5 March 2026, by coin. */
export async function readTape(folder: string): Promise<Tape> {
  const path = join(folder, 'okx-liquidations.csv.gz');
  const of = async (coin: string) => [coin, await readLiquidations(path, { coin, venue: 'okx' })] as const;
  return new Map(await Promise.all(['ETH', 'SOL'].map(of)));
}

/** What the tape has of a time was observed; before its first row and after its last nobody watched. */
export function tapeFeeds(tape: Tape): LiquidationFeeds {
  return {
    see: async (markets, { fromMs, toMs }) => {
      const rows = tape.get(markets[0]?.base ?? '') ?? [];
      const watched = (a: number, b: number) => Math.max(0, Math.min(b, toMs) - Math.max(a, fromMs));
      const watchedMs = rows.length > 0 ? watched(rows[0]!.timeMs, rows.at(-1)!.timeMs) : 0;
      const symbol = markets[0]?.symbol ?? '';
      return {
        liquidations: rows
          .filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs)
          .map((row) => ({ ...row, venue: 'okx', market: symbol })),
        watches: watchedMs > 0 ? [{ venue: 'okx', shows: 'every', watchedMs }] : [],
      };
    },
  };
}

/** In the band of a stage, of its side, within the hour: read from the tape itself. */
export function onTape(tape: Tape): Truth {
  return {
    name: 'on the tape',
    of: ({ symbol, side, atMs, low, high }) => {
      const rows = tape.get(symbol) ?? [];
      const isTaped = rows.length > 0 && atMs >= rows[0]!.timeMs && atMs < rows.at(-1)!.timeMs;
      if (!isTaped) return undefined;
      const until = atMs + 60 * minuteMs;
      const near = rows.filter(
        ({ timeMs, price }) =>
          timeMs >= atMs - minuteMs && timeMs < until && price >= low * 0.995 && price <= high * 1.005,
      );
      return sumOf(near, side);
    },
  };
}

function sumOf(rows: readonly Liquidation[], side: Side): number {
  return rows.reduce((sum, one) => (one.liquidatedSide === side ? sum + one.usd : sum), 0);
}
