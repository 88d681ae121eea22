import { describe, expect, test } from 'vitest';
import { Book } from '../../../src/core/book.ts';
import { buildMap } from '../../../src/core/build-map.ts';
import type { CoinPath, SeenPosition } from '../../../src/core/joined/carried.ts';
import { carriedPositions } from '../../../src/core/joined/carried.ts';
import { joinedMap, mapShares, rebinned } from '../../../src/core/joined/joined-map.ts';
import { joinedPrior } from '../../../src/core/joined/joined-prior.ts';
import { joinedMixture, joinedParts, joinedRows } from '../../../src/core/joined/joined-rows.ts';
import { linearModel, marketHistory } from '../../support/book-fixtures.ts';

const hourMs = 3_600_000;
const ethMap = mapOfBook();
const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
const long = { side: 'long', size: 2, valueUsd: 200 } as const;
const seen = (timeMs: number, trader: string, rest: Partial<SeenPosition> = {}): SeenPosition => ({
  ...long,
  timeMs,
  trader,
  coin: 'BTC',
  liquidationPrice: 80,
  ...rest,
});

function mapOfBook() {
  const book = new Book({ model: linearModel, price: 3000, openInterest: 100_000 });
  for (const step of marketHistory(3, 300)) book.step(step);
  return buildMap({
    symbol: 'ETH',
    timeMs: 0,
    provenance: 'simulated',
    window: 'all',
    parts: [{ venue: 'alpha', book, markUsd: book.markPrice }],
    venues: [],
  });
}

function pathOf(closes: readonly number[], low?: number): CoinPath {
  const candles = closes.map((close, i) => ({
    openMs: i * hourMs,
    open: close,
    high: close,
    low: i === closes.length - 1 ? (low ?? close) : close,
    close,
    volume: 1,
  }));
  return { candles, candleMs: hourMs, maintenanceRate: 0.01 };
}

const at = (paths: Record<string, CoinPath>, knownMs = 10 * hourMs) => ({
  coin: 'BTC',
  knownMs,
  timeMs: 20 * hourMs,
  paths: new Map(Object.entries(paths)),
});
const flat = pathOf(Array.from({ length: 20 }, () => 100));

describe('carried positions', () => {
  test('are those last seen of each trader, and nothing that is not known yet', () => {
    const carried = carriedPositions(
      [
        seen(1 * hourMs, 'a', { liquidationPrice: 70 }),
        seen(9 * hourMs, 'a'),
        seen(9 * hourMs, 'b'),
        seen(11 * hourMs, 'c'),
      ],
      at({ BTC: flat }),
    );
    expect(carried).toEqual([
      { side: 'long', share: 0.5, sighting: 0, liquidationPrice: 80 },
      { side: 'long', share: 0.5, sighting: 0, liquidationPrice: 80 },
    ]);
  });

  test('count the less the longer ago they were seen last', () => {
    const [old, last] = carriedPositions([seen(1 * hourMs, 'a'), seen(9 * hourMs, 'b')], at({ BTC: flat }));
    expect([old!.sighting, last!.sighting]).toEqual([1, 0]);
  });

  test('are gone once price has crossed their level, and stand if it was crossed before they were seen', () => {
    const dip = pathOf(
      Array.from({ length: 20 }, () => 100),
      79,
    );
    expect(carriedPositions([seen(9 * hourMs, 'a')], at({ BTC: dip }))).toEqual([]);
    const late = seen(20 * hourMs, 'a');
    expect(carriedPositions([late], at({ BTC: dip }, 20 * hourMs))).toHaveLength(1);
  });

  test('move by what the account won with other coins since', () => {
    const eth = pathOf(Array.from({ length: 20 }, (_, i) => (i < 12 ? 10 : 11)));
    const account = [
      seen(9 * hourMs, 'a'),
      seen(9 * hourMs, 'a', { coin: 'ETH', side: 'long', size: 5, valueUsd: 50 }),
    ];
    const [moved] = carriedPositions(account, at({ BTC: flat, ETH: eth }));
    // 5 USD won over 2 BTC, of which 1 % is needed as maintenance margin.
    expect(moved!.liquidationPrice).toBeCloseTo(80 - 5 / (2 * 0.99), 9);
  });
});

describe('joined parts', () => {
  const edges = Float64Array.from({ length: 61 }, (_, i) => i * 0.005);
  const even = new Float64Array(62).fill(1 / 62);

  test('keep the share of what is carried, wherever it lies', () => {
    const carried = [
      { sighting: 0, share: 0.5, distance: 0.001 },
      { sighting: 3, share: 0.2, distance: 0.299 },
      { sighting: 1, share: 0.3, distance: undefined },
    ];
    const rows = joinedParts(edges, { book: even, profile: even, carried });
    expect(total(rows)).toBeCloseTo(1 + 1 + 3 * (0.5 + 0.2 + 0.3), 6);
    expect(total(joinedMixture(rows, joinedPrior))).toBeCloseTo(1, 12);
    expect(joinedPrior).toHaveLength(joinedRows);
  });

  test('show a level where it is', () => {
    const rows = joinedParts(edges, {
      book: even,
      profile: even,
      carried: [{ sighting: 0, share: 1, distance: 0.1012 }],
    });
    const mixed = joinedMixture(rows, joinedPrior);
    expect(mixed.indexOf(Math.max(...mixed))).toBe(20);
  });
});

describe('a joined map', () => {
  test('of its own shares is the map as it was', () => {
    const shares = { long: mapShares(ethMap, 'long').shares, short: mapShares(ethMap, 'short').shares };
    const same = joinedMap(ethMap, shares);
    const scale = same.longUsd[0]! / ethMap.longUsd[0]!;
    for (const [i, usd] of ethMap.longUsd.entries()) expect(same.longUsd[i]).toBeCloseTo(usd * scale, 0);
    for (const side of ['longUsd', 'shortUsd'] as const) {
      const layers = same.byLeverage.reduce((sum, layer) => sum + total(layer[side]), 0);
      expect(layers / total(same[side])).toBeCloseTo(1, 9);
      const whole = total(same[side]) + same.outside[side] + same.neverLiquidated[side] + same.older[side];
      expect(whole / same.openInterestUsd).toBeCloseTo(1, 9);
    }
  });

  test('loses nothing when shares go to other bins', () => {
    const { edges, shares } = mapShares(ethMap, 'short');
    const coarse = Float64Array.from({ length: 31 }, (_, i) => i * 0.01);
    const there = rebinned({ edges, shares }, coarse);
    expect(total(there)).toBeCloseTo(total(shares), 12);
    expect(there[31]).toBeCloseTo(shares.at(-1)!, 12);
    const within = edges.findIndex((edge) => edge >= 0.1 - 1e-9);
    expect(total(there.subarray(0, 10))).toBeCloseTo(total(shares.subarray(0, within)), 2);
  });
});
