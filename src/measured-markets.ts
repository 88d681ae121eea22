import type { LiquidationMap } from './core/liquidation-map.ts';
import { addMeasured, type MeasuredPart } from './core/measured/add-measured.ts';
import { measuredLimitMs } from './core/measured/measured-age.ts';
import { measureMarket } from './core/measured/measured-market.ts';
import type { MeasuredPosition } from './core/measured/measured-position.ts';
import { mixedWithMeasured } from './core/measured/measured-prior.ts';
import type { FoldedPart } from './map-parts.ts';
import type { Market } from './market/source.ts';
import type { MeasuredPositions } from './store/measured-positions.ts';

/** Real positions of markets, where their venue shows them. Never fails: a map is whole without. */
export interface MeasuredMarkets {
  /** Those that were seen of late; empty where none are. */
  of(market: Market, nowMs: number): Promise<readonly MeasuredPosition[]>;
}

/** What the sweep has written down. @param venues that show positions: of others the store need not be asked */
export function storedMeasured(
  positions: Pick<MeasuredPositions, 'of'>,
  venues: readonly string[],
  onTrouble: (error: unknown) => void,
): MeasuredMarkets {
  return {
    async of({ venue, symbol }, nowMs) {
      if (!venues.includes(venue)) return [];
      try {
        return await positions.of({ venue, symbol }, nowMs - measuredLimitMs);
      } catch (error) {
        onTrouble(error);
        return [];
      }
    },
  };
}

/** The measured part of a map, and the folded one whose place it takes in so far. */
export type Measured = MeasuredPart & { readonly part: FoldedPart };

/** What is measured of the parts of a map: of one of them, where several are, the one with the most open interest. */
export async function findMeasured(
  parts: readonly FoldedPart[],
  measured: MeasuredMarkets,
  nowMs: number,
): Promise<Measured | undefined> {
  for (const part of parts.toSorted((a, b) => b.openInterestUsd - a.openInterestUsd)) {
    const { history, book, markUsd, venue } = part;
    const seen = await measured.of(history.market, nowMs);
    const market = measureMarket(seen, {
      openInterest: book.openInterest,
      markUsd,
      nowMs,
      candles: candlesSince(part, nowMs - measuredLimitMs),
    });
    if (market) return { part, venue, market, markUsd };
  }
  return undefined;
}

/** The parts to build a map from: of what was measured the book is drawn for the rest alone. */
export function withoutMeasured(
  parts: readonly FoldedPart[],
  measured: Measured | undefined,
): readonly FoldedPart[] {
  if (!measured) return parts;
  const { long, short } = measured.market.coverage;
  const modelled = { long: 1 - long, short: 1 - short };
  return parts.map((part) => (part === measured.part ? { ...part, modelled } : part));
}

/** A map of `withoutMeasured` parts with what was measured. */
export function withMeasured(map: LiquidationMap, measured: Measured | undefined): LiquidationMap {
  return measured ? addMeasured(mixedWithMeasured(map, measured), measured) : map;
}

function candlesSince({ history }: FoldedPart, sinceMs: number) {
  return history.series.segments.flatMap(({ candles, marks }) =>
    (marks ?? candles).filter(({ openMs }) => openMs >= sinceMs),
  );
}
