import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wideWeights } from '../src/core/weights.ts';
import { UserError } from '../src/errors.ts';
import type { ReplayInput } from '../src/recorded-market.ts';
import { inBaseUnits } from '../src/recorded-market.ts';
import { Replay } from '../src/replay.ts';
import { plainRules } from './support/book-fixtures.ts';
import { dayMs, hourMs, startMs, testSeries } from './support/market-series.ts';

const candleCount = 18 * 24;
const endMs = startMs + candleCount * hourMs;
const firstOiMs = startMs + 4 * dayMs;

/** 18 days of hours, open interest from the fifth day on; borrowed from a venue seven times as large or its own. */
function inputOf(seed: number, borrowed = false): ReplayInput {
  const { candles, openInterest, funding } = testSeries({ seed, candles: candleCount, candleMs: hourMs });
  return {
    coin: 'ETH',
    venue: 'alpha',
    candles,
    borrowed,
    openInterest: openInterest.filter(({ timeMs }) => timeMs >= firstOiMs),
    funding,
    rules: plainRules,
    weights: wideWeights,
    ...(borrowed && { candleOpenInterest: openInterest.map((p) => ({ ...p, size: p.size * 7 })) }),
  };
}

/** The rows that were there at a time. */
function knownAt(input: ReplayInput, timeMs: number): ReplayInput {
  const until = <T extends { readonly timeMs: number }>(rows: readonly T[]) =>
    rows.filter((row) => row.timeMs <= timeMs);
  return {
    ...input,
    candles: input.candles.filter(({ openMs }) => openMs + hourMs <= timeMs),
    openInterest: until(input.openInterest),
    funding: until(input.funding!),
    ...(input.candleOpenInterest && { candleOpenInterest: until(input.candleOpenInterest) }),
  };
}

function frameAt(input: ReplayInput, timeMs: number) {
  const frame = new Replay(input).at(timeMs);
  if ('reason' in frame) throw new Error(frame.reason);
  return frame;
}

const moments = fc.integer({ min: firstOiMs, max: endMs + hourMs });

describe('a replay', () => {
  test('never looks ahead: without all that came later a frame is the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), moments, fc.boolean(), (seed, timeMs, borrowed) => {
        const input = inputOf(seed, borrowed);
        expect(frameAt(knownAt(input, timeMs), timeMs)).toEqual(frameAt(input, timeMs));
      }),
      { numRuns: 7 },
    );
  });

  test('gives the same map whether it was asked before or not', () => {
    const input = inputOf(1);
    const replay = new Replay(input);
    const times = [0.3, 0.5, 0.75, 1].map((part) => Math.round(firstOiMs + part * (endMs - firstOiMs)));
    for (const timeMs of times) {
      const asked = replay.at(timeMs);
      const fresh = frameAt(input, timeMs);
      if ('reason' in asked) throw new Error(asked.reason);
      for (const [i, usd] of fresh.map.longUsd.entries()) {
        expect(Math.abs(asked.map.longUsd[i]! - usd)).toBeLessThan(1e-9 * usd + 1e-6);
      }
      expect(asked.flows.steps).toBe(fresh.flows.steps);
    }
  });

  test('uses the candles that had closed, and says how old the last one is', () => {
    const input = inputOf(2);
    const timeMs = firstOiMs + 10 * hourMs + 1234;
    const frame = frameAt(input, timeMs);
    const last = input.candles.findLast(({ openMs }) => openMs + hourMs <= timeMs)!;
    expect(frame.mark).toBe(last.close);
    expect(frame.map.priceUsd).toBe(last.close);
    expect(frame.markAgeMs).toBe(1234);
    expect(frame.map.timeMs).toBe(timeMs);
    const [status] = frame.map.venues;
    expect(status).toMatchObject({ venue: 'alpha', included: true, dataAgeMs: 1234 });
    expect(status).not.toHaveProperty('stale');
  });

  test('calls its data stale once a candle is missing', () => {
    const [status] = frameAt(inputOf(2), endMs + hourMs + 1).map.venues;
    expect(status).toMatchObject({ stale: true, dataAgeMs: hourMs + 1 });
  });

  test('counts flows, change of open interest and funding as they were', () => {
    const input = inputOf(3);
    const timeMs = firstOiMs + 3 * dayMs;
    const { map, flows } = frameAt(input, timeMs);
    const sizeAt = (ms: number) => input.openInterest.findLast((point) => point.timeMs <= ms)!.size;
    expect(map.openInterestChange24hPct).toBeCloseTo((sizeAt(timeMs) / sizeAt(timeMs - dayMs) - 1) * 100, 9);
    const paid = input.funding!.filter((p) => p.timeMs > timeMs - 8 * hourMs && p.timeMs <= timeMs);
    expect(paid.length).toBe(1);
    expect(map.fundingRate8h).toBe(paid[0]!.rate);
    expect(flows.long.opened - flows.long.closed).toBeCloseTo(sizeAt(timeMs) - sizeAt(firstOiMs), 5);
    expect(map.atrPct).toBeGreaterThan(1);
    expect(map.openInterestUsd).toBeCloseTo(sizeAt(timeMs) * map.priceUsd, 3);
  });

  test('keeps the ids of clusters from frame to frame', () => {
    const replay = new Replay(inputOf(4));
    const idsAt = (timeMs: number) => {
      const frame = replay.at(timeMs);
      if ('reason' in frame) throw new Error(frame.reason);
      return frame.clusters.map(({ id }) => id);
    };
    const first = idsAt(endMs - hourMs);
    const second = idsAt(endMs);
    expect(first.length).toBeGreaterThan(1);
    expect(second.filter((id) => first.includes(id)).length).toBeGreaterThan(first.length / 2);
  });
});

describe('volume', () => {
  test('of its own candles is taken as it is', () => {
    expect(frameAt(inputOf(5), endMs).volumeScale).toBe(1);
  });

  test('of borrowed candles is scaled by the ratio of open interest', () => {
    const frame = frameAt(inputOf(5, true), endMs);
    expect(frame.volumeScale).toBeCloseTo(1 / 7, 9);
    expect(frame.flows.traced).toBeLessThan(frameAt(inputOf(5), endMs).flows.traced);
    expect(frame.map.venues[0]!.note).toMatch(/borrowed/);
  });

  test('is scaled by a fixed factor where one is given', () => {
    const replay = new Replay({ ...inputOf(5, true), volumeScale: 0.5 });
    expect(replay.lastScale).toBe(0.5);
    expect(replay.at(endMs)).toMatchObject({ volumeScale: 0.5 });
  });
});

describe('there is no map', () => {
  test('before open interest is known, with the reason', () => {
    expect(new Replay(inputOf(6)).at(firstOiMs - 1)).toEqual({
      timeMs: firstOiMs - 1,
      reason: 'no open interest is stamped at or before this time',
    });
  });

  test('before a candle has closed, with the reason', () => {
    const input = inputOf(6);
    const early = { ...input, openInterest: [{ timeMs: startMs - dayMs, size: 1e5 }] };
    expect(new Replay(early).at(startMs + hourMs - 1)).toMatchObject({
      reason: expect.stringMatching(/closed/),
    });
    expect(new Replay(early).at(startMs + hourMs)).toHaveProperty('map');
  });

  test('of open interest that begins after the last candle', () => {
    const input = inputOf(6);
    const late = { ...input, openInterest: [{ timeMs: endMs + dayMs, size: 1 }] };
    expect(() => new Replay(late)).toThrow(UserError);
    expect(() => new Replay({ ...input, openInterest: [] })).toThrow(UserError);
  });

  test('of a single candle, whose length nobody knows', () => {
    const input = inputOf(6);
    expect(() => new Replay({ ...input, candles: input.candles.slice(0, 1) })).toThrow(UserError);
  });
});

describe('open interest in USD', () => {
  const { candles } = testSeries({ seed: 7, candles: 10, candleMs: hourMs });

  test('is divided by the last close that was known when it was stamped', () => {
    const points = [
      { timeMs: startMs + hourMs - 1, usd: 6e6 },
      { timeMs: startMs + hourMs, usd: 6e6 },
      { timeMs: startMs + 5.5 * hourMs, usd: 6e6 },
      { timeMs: startMs + 50 * hourMs, usd: 6e6 },
    ];
    expect(inBaseUnits(points, candles)).toEqual(
      [
        { timeMs: startMs + hourMs, price: candles[0]!.close },
        { timeMs: startMs + 5.5 * hourMs, price: candles[4]!.close },
        { timeMs: startMs + 50 * hourMs, price: candles[9]!.close },
      ].map(({ timeMs, price }) => ({ timeMs, size: 6e6 / price })),
    );
  });
});
