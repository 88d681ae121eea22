import { describe, expect, it } from 'vitest';
import { buildMap } from '../src/core/build-map.ts';
import { BookFold } from '../src/core/fold.ts';
import { measuredLimitMs } from '../src/core/measured/measured-age.ts';
import type { MeasuredPosition } from '../src/core/measured/measured-position.ts';
import { agedMap } from '../src/map-age.ts';
import type { FoldedPart } from '../src/map-parts.ts';
import { findMeasured, storedMeasured, withMeasured, withoutMeasured } from '../src/measured-markets.ts';
import { fewPairs } from './support/book-fixtures.ts';
import { dayMs, hourMs, startMs, testSeries } from './support/market-series.ts';

const nowMs = startMs + 5 * dayMs;
const made = testSeries({ seed: 8, candles: 5 * 24, candleMs: hourMs });

function part(venue: string): FoldedPart {
  const series = {
    segments: [{ candles: made.candles, candleMs: hourMs }],
    openInterest: made.openInterest,
  };
  const fold = new BookFold({ model: fewPairs.linear, series });
  fold.foldUntil(nowMs);
  const { book } = fold;
  const market = { venue, symbol: 'ETH/USDC:USDC', contract: 'linear' };
  return {
    ...{ venue, book, markUsd: book.markPrice, openInterestUsd: book.openInterest * book.markPrice },
    history: { market, series },
  } as unknown as FoldedPart;
}

const parts = [part('closed'), part('open')];
const { book, markUsd } = parts[1]!;
const whale: MeasuredPosition = {
  timeMs: nowMs - 60_000,
  side: 'short',
  size: book.openInterest / 4,
  entryPrice: markUsd,
  leverage: 10,
  liquidationPrice: markUsd * 1.3,
  standing: 'level',
};

async function mapOf(seen: readonly MeasuredPosition[], atMs = nowMs) {
  const stored = storedMeasured({ of: async () => [...seen] }, ['open'], () => undefined);
  const measured = await findMeasured(parts, stored, atMs);
  const map = buildMap({
    ...{ symbol: 'ETH', timeMs: atMs, provenance: 'live', window: 'all', venues: [] },
    parts: withoutMeasured(parts, measured),
  });
  return withMeasured(map, measured);
}

describe('real positions of the markets of a map', () => {
  it('take the place of their part of the book of their own venue alone', async () => {
    const { measured } = await mapOf([whale]);
    expect(measured).toMatchObject({ venue: 'open', ageMs: 60_000, positions: 1 });
    expect(measured!.coverageBySide).toEqual({ long: 0, short: expect.closeTo(0.25, 9) });
    const stored = storedMeasured({ of: async () => [whale] }, ['open'], () => undefined);
    const [closed, open] = withoutMeasured(parts, await findMeasured(parts, stored, nowMs));
    expect(closed).toBe(parts[0]);
    expect(open!.modelled).toEqual({ long: 1, short: expect.closeTo(0.75, 9) });
  });

  it('are not shown as now: named as old after an hour, gone after two', async () => {
    const soon = await mapOf([whale]);
    expect(soon.measured!.isOld).toBeUndefined();
    expect(agedMap(soon, nowMs + hourMs).measured).toMatchObject({ isOld: true, ageMs: 60_000 + hourMs });
    expect((await mapOf([whale], whale.timeMs + 1.5 * hourMs)).measured!.isOld).toBe(true);
    expect((await mapOf([whale], whale.timeMs + measuredLimitMs + 1)).measured).toBeUndefined();
  });

  it('are asked for where they are shown alone, and a store that fails is done without', async () => {
    const asked: string[] = [];
    const troubles: unknown[] = [];
    const of = async ({ venue }: { readonly venue: string }) => {
      asked.push(venue);
      throw new Error('the store is away');
    };
    const stored = storedMeasured({ of }, ['open'], (error) => troubles.push(error));
    expect(await findMeasured(parts, stored, nowMs)).toBeUndefined();
    expect(asked).toEqual(['open']);
    expect(troubles).toHaveLength(1);
  });
});
