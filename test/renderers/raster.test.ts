import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawMap, mapChart } from '../../renderers/map/chart.ts';
import { pngFromSvg } from '../../renderers/png.ts';
import { renderPng, renderSvg } from '../../renderers/raster.ts';
import { themes } from '../../renderers/theme.ts';
import { setUpFonts } from '../../src/config.ts';
import { fixtures } from './fixtures.ts';
import { changedFromGolden, changedShare, decode } from './pixels.ts';

beforeAll(() => setUpFonts());

function chartOf(name: string) {
  return mapChart({ ...fixtures[name]!(), theme: themes.dark });
}

function svgOf(text: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60"><text x="5" y="40" font-family="Inter" font-size="32">${text}</text></svg>`;
}

describe('rasterising', () => {
  it('vega-lite leaves no toJSON on Set, which would crash the import of discord.js', async () => {
    expect('toJSON' in Set.prototype).toBe(false);
    await renderSvg(chartOf('eth'));
    expect('toJSON' in Set.prototype).toBe(false);
  });

  it.each([
    ['eth', 'dark'],
    ['tiny-price', 'light'],
  ] as const)('the %s map in %s looks as reviewed', async (name, theme) => {
    const png = await drawMap({ ...fixtures[name]!(), theme });
    // Other versions of librsvg or the fonts smooth edges differently; a moved label changes more than this.
    expect(await changedFromGolden(png, `${name}-${theme}`, 0.004)).toBeLessThanOrEqual(0.004);
  });

  it('a golden picture tells one map from another', async () => {
    const [a, b] = await Promise.all(
      ['eth', 'stale'].map(async (name) => decode(await renderPng(chartOf(name)))),
    );
    expect(changedShare(a!, b!)).toBeGreaterThan(0.05);
  });

  it.each([
    ['wide', 1, 1200, 675],
    ['wide', 2, 2400, 1350],
    ['square', 1, 1080, 1080],
    ['square', 2, 2160, 2160],
  ] as const)('a %s picture of scale %d is %d x %d', async (shape, scale, width, height) => {
    const png = await renderPng(mapChart({ ...fixtures['empty']!(), theme: themes.dark, shape, scale }));
    // The header of a PNG: its first chunk begins with both, after signature, length and type.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height]);
  });

  it.each(Object.keys(fixtures))('the SVG of the %s map holds no NaN', async (name) => {
    const svg = await renderSvg(chartOf(name));
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg).toContain('LIQUIDATED');
  });

  it('charts drawn at the same time do not mix, and drawing leaves a chart as it was', async () => {
    const charts = ['eth', 'btc', 'eth', 'one-sided'].map((name) => chartOf(name));
    const before = structuredClone(charts[0]!);
    const together = await Promise.all(charts.map(renderSvg));
    expect(together[0]).toBe(together[2]);
    for (const [index, chart] of charts.entries()) expect(await renderSvg(chart)).toBe(together[index]);
    expect(charts[0]).toEqual(before);
  });

  it('no text carries a double space, which SVG would close up', async () => {
    expect(await renderSvg(chartOf('stale'))).not.toMatch(/>[^<]* {2}[^<]*<\/text>/);
  });
});

describe('text on a machine that shows no fonts but the shipped ones', () => {
  const folder = mkdtempSync(join(tmpdir(), 'liqmap-no-fonts-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Raw pixels of texts drawn by a process whose fontconfig finds no font at all. */
  function drawnWithoutFonts(texts: readonly string[]): readonly string[] {
    const config = join(folder, 'fonts.conf');
    writeFileSync(
      config,
      `<?xml version="1.0"?><fontconfig><dir>${folder}</dir><cachedir>${folder}</cachedir></fontconfig>`,
    );
    const script = `import sharp from 'sharp';
      for (const svg of ${JSON.stringify(texts.map(svgOf))})
        console.log((await sharp(Buffer.from(svg)).png().toBuffer()).toString('base64'));`;
    return execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH: process.env['PATH'], FONTCONFIG_FILE: config },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split('\n');
  }

  it('letters are letters, not hollow boxes', async () => {
    const [h, i] = await Promise.all(['HHHH', 'OOOO'].map((text) => pngFromSvg(svgOf(text))));
    expect(changedShare(await decode(h!), await decode(i!))).toBeGreaterThan(0.01);
  });

  it('the comparison would notice hollow boxes', async () => {
    const [hollowH, hollowO] = drawnWithoutFonts(['HHHH', 'OOOO']).map((line) => Buffer.from(line, 'base64'));
    expect(changedShare(await decode(hollowH!), await decode(hollowO!))).toBe(0);
    const drawn = await pngFromSvg(svgOf('HHHH'));
    expect(changedShare(await decode(drawn), await decode(hollowH!))).toBeGreaterThan(0.01);
  });
});
