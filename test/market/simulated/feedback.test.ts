import { describe, expect, it } from 'vitest';
import { createSimulatedSources } from '../../../src/market/simulated/market.ts';

const startMs = Date.UTC(2026, 0, 5);
const minutes = 8 * 1440;
const endMs = startMs + minutes * 60_000;
const range = { fromMs: startMs, toMs: endMs };

type Run = {
  /** Log mark at the end of each minute. */
  readonly logMark: readonly number[];
  /** Forced selling less forced buying, and their sum, by minute. */
  readonly netUsd: Float64Array;
  readonly liquidatedUsd: number;
};

async function run(seed: number, forcedImpact: number): Promise<Run> {
  const { sources } = createSimulatedSources({
    seed,
    startMs,
    endMs,
    coins: ['SOL'],
    warmUpDays: 0,
    forcedImpact,
  });
  const netUsd = new Float64Array(minutes);
  let liquidatedUsd = 0;
  for (const source of sources) {
    const [market] = await source.markets();
    for (const { timeMs, liquidatedSide, usd } of (await source.liquidations(market!, range))!) {
      netUsd[Math.floor((timeMs - startMs) / 60_000)]! += liquidatedSide === 'long' ? usd : -usd;
      liquidatedUsd += usd;
    }
  }
  const [market] = await sources[0]!.markets();
  const candles = await sources[0]!.candles(market!, { ...range, timeframe: '1m', price: 'mark' });
  return { logMark: candles!.map(({ close }) => Math.log(close)), netUsd, liquidatedUsd };
}

const seeds = [1, 2, 3, 4, 5];

describe('forced orders in a simulated market', async () => {
  const pairs = await Promise.all(
    seeds.map(async (seed) => ({ felt: await run(seed, 1), unfelt: await run(seed, 0) })),
  );

  it.each(seeds)('of seed %i move the price their way, against the same news without them', (seed) => {
    const { felt, unfelt } = pairs[seeds.indexOf(seed)]!;
    const pushed = (minute: number): number =>
      felt.logMark[minute]! -
      unfelt.logMark[minute]! -
      (felt.logMark[minute - 1]! - unfelt.logMark[minute - 1]!);
    const bySize = [...felt.netUsd.keys()].slice(1).sort((a, b) => felt.netUsd[b]! - felt.netUsd[a]!);
    // Over ten minutes each: in a single one, recovery from the minute before may be stronger.
    const sum = (of: readonly number[]): number => of.reduce((total, minute) => total + pushed(minute), 0);
    expect(sum(bySize.slice(0, 10))).toBeLessThan(-0.005);
    expect(sum(bySize.slice(-10))).toBeGreaterThan(0.005);
  });

  it('cause more of their kind: more is liquidated than without feedback', () => {
    const total = (kind: 'felt' | 'unfelt'): number =>
      pairs.reduce((sum, pair) => sum + pair[kind].liquidatedUsd, 0);
    expect(total('felt')).toBeGreaterThan(1.1 * total('unfelt'));
  });
});
