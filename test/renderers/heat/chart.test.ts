import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { changesChart } from '../../../renderers/changes/chart.ts';
import { changesText } from '../../../renderers/changes/text.ts';
import { heatChart } from '../../../renderers/heat/chart.ts';
import { heatIndex, heatPalette, heatScale } from '../../../renderers/heat/colors.ts';
import { heatPixels } from '../../../renderers/heat/image.ts';
import { heatText } from '../../../renderers/heat/text.ts';
import { imageUrl } from '../../../renderers/pixel-png.ts';
import { renderSvg } from '../../../renderers/raster.ts';
import { themes } from '../../../renderers/theme.ts';
import { randomMap } from '../fixtures.ts';
import { layoutFaults, valueFaults } from '../layout-faults.ts';
import { madeUpChanges, madeUpHeat } from './fixtures.ts';

const timeMs = Date.UTC(2026, 1, 14, 12, 30);
const coins = [
  { symbol: 'ETH', priceUsd: 3012.5 },
  { symbol: 'PEPE', priceUsd: 0.00000123 },
  { symbol: 'BTC', priceUsd: 98_765.4 },
] as const;

describe('an image of pixels', () => {
  test('holds every pixel where it was, as a PNG that others read', () => {
    const pixels = Uint8Array.from([0, 1, 2, 2, 1, 0]);
    const palette = [
      [0, 0, 0],
      [10, 20, 30],
      [255, 255, 255],
    ];
    const url = imageUrl({ width: 3, height: 2, pixels, palette });
    const bytes = Buffer.from(url.replace('data:image/png;base64,', ''), 'base64');
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([3, 2]);
    const data = bytes.indexOf('IDAT');
    const lines = inflateSync(bytes.subarray(data + 4, data + 4 + bytes.readUInt32BE(data - 4)));
    expect([...lines]).toEqual([0, 0, 1, 2, 0, 2, 1, 0]);
    expect(() => imageUrl({ width: 4, height: 2, pixels, palette })).toThrow('4 x 2');
  });
});

describe('the colours of a heatmap', () => {
  test.each(['dark', 'light'] as const)('get ever further from the ground (%s)', (name) => {
    const palette = heatPalette(themes[name]);
    const light = (color: readonly number[]) => 0.3 * color[0]! + 0.59 * color[1]! + 0.11 * color[2]!;
    const steps = palette.slice(1).map((color, i) => light(color) - light(palette[i]!));
    expect(palette).toHaveLength(250);
    const rising = steps.filter((step) => (name === 'dark' ? step >= -0.5 : step <= 0.5)).length;
    expect(rising).toBe(249);
  });

  test('grow with the amount and end at the largest but for outliers', () => {
    const cells = Float32Array.from({ length: 1000 }, (_, i) => i);
    const scale = heatScale(cells, Float32Array.of(1e9));
    expect(scale.brightUsd).toBeGreaterThan(900);
    expect(scale.brightUsd).toBeLessThan(1000);
    expect(heatIndex(0, scale)).toBe(0);
    expect(heatIndex(1e9, scale)).toBe(249);
    const indices = [...cells].map((usd) => heatIndex(usd, scale));
    expect(indices).toEqual(indices.toSorted((a, b) => a - b));
  });

  test('keep what is everywhere dark, so that what stands out is seen', () => {
    const plateau = Float32Array.from({ length: 1000 }, (_, i) => 80 + (i % 100) / 20);
    const scale = heatScale(
      plateau,
      Float32Array.from({ length: 20 }, () => 100),
    );
    expect(heatIndex(82, scale)).toBeLessThan(150);
    expect(heatIndex(100, scale)).toBe(249);
    const sparse = heatScale(Float32Array.of(1, 2, 4, 8, 1000), Float32Array.of(1000));
    expect(heatIndex(2, sparse)).toBeGreaterThan(0);
  });

  test('say nothing of cells that hold nothing, and tell equal ones from them', () => {
    expect(heatScale(new Float32Array(9), new Float32Array(9))).toMatchObject({ brightUsd: 0 });
    const equal = heatScale(Float32Array.of(7, 7), new Float32Array(2));
    expect([heatIndex(0, equal), heatIndex(7, equal)]).toEqual([0, 249]);
  });

  test('put the highest price at the top and the newest column at the right', () => {
    const cell = { edges: Float64Array.of(1, 2, 3), shortUsd: new Float32Array(4) };
    // Two columns of two rows: only the newest column's upper row holds anything.
    const pixels = heatPixels(
      { ...cell, longUsd: Float32Array.of(0, 0, 0, 5) },
      { brightUsd: 5, gamma: 1 },
      { width: 4, height: 4 },
    );
    expect([...pixels]).toEqual([0, 0, 249, 249, 0, 0, 249, 249, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe.each(coins)('pictures of the history of $symbol', ({ symbol, priceUsd }) => {
  const { map, clusters } = randomMap({ seed: 5, symbol, priceUsd, bins: 200 });
  const heat = madeUpHeat({ symbol, priceUsd, timeMs });
  const changes = madeUpChanges({ symbol, priceUsd, timeMs });
  const span = 'levels of the last 7d';

  test.each(['dark', 'light'] as const)('keep their words apart and inside (%s)', (name) => {
    const theme = themes[name];
    for (const chart of [
      heatChart({ heat, map, clusters, span, theme }),
      changesChart({ changes, map, clusters, theme }),
    ]) {
      expect(layoutFaults(chart)).toEqual([]);
      expect(valueFaults(chart)).toEqual([]);
    }
  });

  test('have one image however many cells there are', async () => {
    const svg = await renderSvg(heatChart({ heat, map, clusters, span, theme: themes.dark }));
    expect(svg.match(/<image /g)).toHaveLength(1);
    expect(svg.replace(/base64,[^"]*/, '')).not.toMatch(/NaN|undefined/);
  });

  test('have a text twin of less than 1,024 characters that says how sure it is', () => {
    for (const { caption, alt } of [
      heatText(heat, map, clusters, span),
      changesText(changes, map, clusters),
    ]) {
      for (const text of [caption, alt]) {
        expect(text.length).toBeLessThan(1024);
        expect(text).not.toMatch(/NaN|undefined/);
        expect(text).toMatch(/estimate/i);
        expect(text).toContain('2026-02');
      }
    }
  });
});

test('a heatmap of nothing says so', () => {
  const { map, clusters } = randomMap({ seed: 5, symbol: 'ETH', bins: 200 });
  const heat = madeUpHeat({ symbol: 'ETH', priceUsd: map.priceUsd, timeMs, empty: true });
  const chart = heatChart({ heat, map, clusters, span: 'x', theme: themes.dark });
  expect(JSON.stringify(chart.data['texts'])).toContain('no open positions to draw');
  expect(heatText(heat, map, clusters, 'x').caption).toContain('Nothing stood in this time');
});
