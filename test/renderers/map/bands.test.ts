import { expect, test } from 'vitest';
import { mapChart } from '../../../renderers/map/chart.ts';
import { mapText } from '../../../renderers/map/text.ts';
import { themes } from '../../../renderers/theme.ts';
import type { Cluster, LiquidationMap } from '../../../src/core/liquidation-map.ts';
import { randomMap } from '../fixtures.ts';
import { layoutFaults, valueFaults, wordsOf } from '../layout-faults.ts';

const plain = randomMap({ seed: 4, symbol: 'ETH', bins: 200 });
const times = (factor: number) => (amounts: Float64Array) => amounts.map((amount) => factor * amount);
const [low, high] = [times(0.25), times(2.75)];
const map: LiquidationMap = {
  ...plain.map,
  bandUsd: {
    long: { low: low(plain.map.longUsd), high: high(plain.map.longUsd) },
    short: { low: low(plain.map.shortUsd), high: high(plain.map.shortUsd) },
  },
};
const clusters = plain.clusters.map(
  (cluster): Cluster => ({ ...cluster, bandUsd: { low: cluster.usd / 5, high: cluster.usd * 2 } }),
);

test('picture and words tell between which amounts a cluster and a bar lie', () => {
  const chart = mapChart({ map, clusters, theme: themes.dark });
  expect(layoutFaults(chart)).toEqual([]);
  expect(valueFaults(chart)).toEqual([]);
  const words = wordsOf(chart);
  const bands = words.filter((text) => /^\(\$.*–\$.*\)$/.test(text));
  expect(bands.length).toBeGreaterThan(0);
  expect(words.join(' ')).toMatch(/a bar is likely \(4 in 5\) 0\.[23] to 2\.[78]x as high as drawn/);
  for (const text of Object.values(mapText(map, clusters))) {
    expect(text).toMatch(/\(likely \$[\d.]+[KMB]?–\$[\d.]+[KMB]?\)/);
    expect(text.length).toBeLessThan(1024);
  }
});

test('a band that begins at nothing is told by its end', () => {
  const { long, short } = map.bandUsd!;
  const none = (side: typeof long) => ({ ...side, low: side.low.map(() => 0) });
  const upTo = clusters.map((cluster) => ({ ...cluster, bandUsd: { low: 0, high: cluster.usd * 2 } }));
  const { caption } = mapText({ ...map, bandUsd: { long: none(long), short: none(short) } }, upTo);
  expect(caption).toMatch(/\(likely up to \$[\d.]+[KMB]?\)/);
  expect(caption).toMatch(/a bar is likely \(4 in 5\) at most 2\.[78]x as high as drawn/);
});

test('without a band nothing is said of one', () => {
  const { caption } = mapText(plain.map, plain.clusters);
  expect(caption).not.toContain('likely');
});
