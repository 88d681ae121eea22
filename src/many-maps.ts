import type { MapWindow } from './core/liquidation-map.ts';
import { UserError } from './errors.ts';
import type { MapAnswer, Maps } from './maps.ts';

export type ManyMaps = {
  /** In the order asked for; a coin asked for by two names comes once. */
  readonly answers: readonly MapAnswer[];
  /** Coins without a map, with the reason for people. */
  readonly failed: readonly { readonly symbol: string; readonly reason: string }[];
};

/** How many are asked for at once: each may ask all venues. */
const atOnce = 4;

/** The maps of several coins. One that cannot be had is named; a defect is thrown. */
export async function manyMaps(maps: Maps, symbols: readonly string[], window: MapWindow): Promise<ManyMaps> {
  const answers = new Map<string, MapAnswer>();
  const failed: { symbol: string; reason: string }[] = [];
  for (let first = 0; first < symbols.length; first += atOnce) {
    const batch = symbols.slice(first, first + atOnce);
    const outcomes = await Promise.all(batch.map((symbol) => mapOrReason(maps, symbol, window)));
    for (const outcome of outcomes) {
      if ('reason' in outcome) failed.push(outcome);
      else answers.set(outcome.map.symbol, outcome);
    }
  }
  return { answers: [...answers.values()], failed };
}

async function mapOrReason(maps: Maps, symbol: string, window: MapWindow) {
  try {
    return await maps.map({ symbol, window });
  } catch (error) {
    if (error instanceof UserError) return { symbol, reason: error.message.split('\n')[0]! };
    throw error;
  }
}
