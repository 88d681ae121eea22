import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Book } from '../../src/core/book.ts';
import { buildMap } from '../../src/core/build-map.ts';
import { findClusters } from '../../src/core/clusters.ts';
import { cropMap } from '../../src/core/crop-map.ts';
import { ensembleMembers, ensembleSize, leverageBand, leverageBands } from '../../src/core/ensemble.ts';
import { usdBand } from '../../src/core/ensemble-band.ts';
import { EnsembleRows } from '../../src/core/ensemble-rows.ts';
import { between, magnitude } from '../support/between.ts';
import { linearModel, marketHistory } from '../support/book-fixtures.ts';

const evenly = (deviation: number) => Array.from({ length: 6 }, () => deviation);
const spread = { long: evenly(0.5), short: evenly(0.2) };
const book = new Book({ model: linearModel, price: 3000, openInterest: 100_000 });
for (const step of marketHistory(3, 200)) book.step(step);
const mapWith = (uncertainty?: { spread: typeof spread; positionShare: number }) =>
  buildMap({
    symbol: 'ETH',
    timeMs: 0,
    provenance: 'simulated',
    window: 'all',
    parts: [{ venue: 'alpha', book, markUsd: book.markPrice }],
    venues: [],
    ...(uncertainty && { uncertainty }),
  });

describe('an ensemble', () => {
  test('has mirrored members that are always the same', () => {
    const { long } = ensembleMembers(spread);
    expect(long).toHaveLength(ensembleSize * leverageBands);
    expect(ensembleMembers(spread).long).toEqual(long);
    const band = leverageBand(10);
    const logs = Array.from({ length: ensembleSize }, (_, k) => Math.log(long[k * leverageBands + band]!));
    expect(logs.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 12);
    expect(Math.sqrt(logs.reduce((sum, one) => sum + one * one, 0) / ensembleSize)).toBeGreaterThan(0.2);
  });

  test('of weights that are sure does not deviate, nor where all is of one leverage', () => {
    const rows = new EnsembleRows(2);
    rows.add('long', 10, Float64Array.from([5, 7]));
    expect([...rows.deviations(spread).long]).toEqual([expect.closeTo(0, 9), expect.closeTo(0, 9)]);
    rows.addElsewhere('long', 2, 20);
    expect(rows.deviations(spread).long[0]).toBeGreaterThan(0.5);
    expect([...rows.deviations({ long: evenly(0), short: evenly(0) }).long]).toEqual([0, 0]);
  });

  test('refuses a spread that is none', () => {
    expect(() => ensembleMembers({ long: [0.1], short: evenly(0) })).toThrow(/6 deviations/);
    expect(() => ensembleMembers({ long: evenly(Number.NaN), short: evenly(0) })).toThrow(/NaN/);
  });
});

describe('a band', () => {
  test('is that of a gamma distribution', () => {
    const { low, high } = usdBand({ mean: 10, deviation: 5, positionUsd: 0 });
    // Quantiles of shape 4, scale 2.5 (any table of chi-squared with 8 degrees of freedom).
    expect(low).toBeCloseTo(4.36, 1);
    expect(high).toBeCloseTo(16.7, 1);
  });

  test('holds its mean, and begins at zero where no position at all is likely', () => {
    fc.assert(
      fc.property(magnitude(1, 1e9), between(0, 3), magnitude(1e-3, 1e3), (mean, off, size) => {
        const { low, high } = usdBand({ mean, deviation: mean * off, positionUsd: mean * size });
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(mean);
        expect(high).toBeGreaterThanOrEqual(mean);
        if (size > 0.5) expect(low).toBe(0);
      }),
      { numRuns: 200 },
    );
    expect(usdBand({ mean: 0, deviation: 1, positionUsd: 1 })).toEqual({ low: 0, high: 0 });
  });
});

describe('a map with bands', () => {
  const plain = mapWith();
  const sure = mapWith({ spread, positionShare: 1e-9 });
  const map = mapWith({ spread, positionShare: 0.005 });

  test('is the same map as without', () => {
    const { bandUsd, ensemble, ...rest } = map;
    expect(rest).toEqual(plain);
    expect(plain.bandUsd).toBeUndefined();
    expect(bandUsd && ensemble).toBeDefined();
  });

  test('holds every bin in its band, which reaches lower when positions are larger', () => {
    for (const [i, usd] of map.longUsd.entries()) {
      expect(map.bandUsd!.long.low[i]).toBeLessThanOrEqual(usd);
      expect(map.bandUsd!.long.high[i]).toBeGreaterThanOrEqual(usd);
      expect(map.bandUsd!.long.low[i]).toBeLessThanOrEqual(sure.bandUsd!.long.low[i]!);
    }
  });

  test('has clusters whose bands are narrower than those of their bins together', () => {
    for (const { usd, bandUsd, side, low, high } of findClusters(map)) {
      expect(bandUsd!.low).toBeLessThanOrEqual(usd);
      expect(bandUsd!.high).toBeGreaterThanOrEqual(usd);
      const bins = map.bandUsd![side].high.filter(
        (_, i) => map.edges[i]! >= low && map.edges[i + 1]! <= high,
      );
      expect(bandUsd!.high).toBeLessThanOrEqual(bins.reduce((sum, one) => sum + one, 0) * 1.05);
    }
  });

  test('keeps its bands when it is cropped', () => {
    const { map: cropped } = cropMap({ map, clusters: [] }, 0.1);
    expect(cropped.bandUsd!.short.high).toHaveLength(cropped.shortUsd.length);
    const first = map.edges.indexOf(cropped.edges[0]!);
    expect(cropped.bandUsd!.long.low[3]).toBe(map.bandUsd!.long.low[first + 3]);
  });
});
