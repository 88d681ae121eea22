import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareChart, drawComparison } from '../../../renderers/compare/chart.ts';
import { compareText } from '../../../renderers/compare/text.ts';
import { themes } from '../../../renderers/theme.ts';
import { setUpFonts } from '../../../src/config.ts';
import { handMadeClusters, handMadeMap, randomMap } from '../fixtures.ts';
import { layoutFaults, textsOf, valueFaults, wordsOf } from '../layout-faults.ts';
import { changedFromGolden, decode } from '../pixels.ts';
import { comparisons } from './fixtures.ts';

const theme = themes.dark;

beforeAll(() => setUpFonts());

function draw(name: string) {
  return compareChart({ maps: comparisons[name]!(), theme, brand: 'example.org' });
}

const handMade = () => [
  { map: handMadeMap(), clusters: handMadeClusters() },
  { map: { ...handMadeMap(), symbol: 'OTHER' }, clusters: [] },
];

describe('the picture of a comparison', () => {
  describe.each(Object.keys(comparisons))('of %s', (name) => {
    it('has no words that touch or leave the frame, and no number that is none', () => {
      const chart = draw(name);
      expect(layoutFaults(chart)).toEqual([]);
      expect(valueFaults(chart)).toEqual([]);
    });

    it('has a text twin of below 1,024 characters with time, ages and every cluster that is labelled', () => {
      const { caption, alt } = compareText(comparisons[name]!());
      const labels = textsOf(draw(name)).filter(({ size, text }) => size === 22 && text.endsWith('%'));
      expect(name === 'odd' || labels.length > 1).toBe(true);
      for (const text of [caption, alt]) {
        expect(text.length).toBeLessThan(1024);
        expect(text).not.toMatch(/NaN|undefined|null|Infinity|\[object/);
        expect(text).toContain('2026-02-14 12:30 UTC');
        expect(text).toMatch(/data 12 s old/);
        for (const label of labels) expect(text).toContain(label.text);
      }
    });
  });

  it('puts equal distances at equal places, whatever the price of the coin', () => {
    const bars = draw('four').data['bars'] as readonly { row: number; distancePct: number }[];
    const ends = [0, 1, 2, 3].map((row) => {
      const distances = bars.filter((bar) => bar.row === row).map(({ distancePct }) => distancePct);
      return [Math.min(...distances), Math.max(...distances)];
    });
    for (const [low, high] of ends) {
      expect(low).toBeCloseTo(-20, 6);
      expect(high).toBeCloseTo(20, 6);
    }
    expect(draw('four').params).toMatchObject({ lowPct: expect.closeTo(-20), highPct: expect.closeTo(20) });
  });

  it('gives each coin a scale of its own, and says it', () => {
    const chart = draw('two');
    expect(chart.params['top0Usd']).toBeGreaterThan(2 * chart.params['top1Usd']!);
    expect(wordsOf(chart)).toContain('bars: USD, each coin on its own scale');
  });

  it('names the sides once, longs left of the price and shorts right of it', () => {
    const texts = textsOf(draw('three'));
    const at = (text: string) => texts.filter((each) => each.text === text).map(({ x }) => x);
    expect(at('LONGS LIQUIDATED')).toHaveLength(1);
    expect(at('LONGS LIQUIDATED')[0]).toBeLessThan(at('price')[0]!);
    expect(at('price')[0]).toBeLessThan(at('SHORTS LIQUIDATED')[0]!);
  });

  it('is stamped as simulated if one of its maps is', () => {
    expect(wordsOf(draw('simulated'))).toContain('ESTIMATE · SIMULATED DATA');
    expect(compareText(comparisons['simulated']!()).caption).toContain('SIMULATED DATA');
    expect(wordsOf(draw('two'))).toContain('MODEL ESTIMATE');
  });

  it('tells stale data apart', () => {
    expect(wordsOf(draw('odd'))).toContain('STALE: okx 42 min old');
    expect(compareText(comparisons['odd']!()).caption).toContain('STALE: okx 42 min old');
  });

  it('names a venue that is missing everywhere once', () => {
    expect(wordsOf(draw('four'))).toContain('left out: bybit (geo-blocked)');
    expect(compareText(comparisons['four']!()).caption).toContain('\nLeft out: bybit (geo-blocked)');
  });

  it('draws maps of different leverage groups without them', () => {
    const [first, second] = handMade();
    const chart = compareChart({
      maps: [first!, { ...second!, map: { ...second!.map, byLeverage: [] } }],
      theme,
    });
    expect(wordsOf(chart)).toContain('all leverage');
  });

  it('has room for its words on any maps', () => {
    const anyMap = fc
      .record({
        seed: fc.nat(1e6),
        priceUsd: fc.double({ min: -9, max: 6, noNaN: true }).map((exponent) => 10 ** exponent),
        openInterestUsd: fc.double({ min: 2, max: 12, noNaN: true }).map((exponent) => 10 ** exponent),
        symbol: fc.constantFrom('ETH', 'kPEPE', '1000000MOGWIFHAT', '币安人生', 'A'),
        openInterestChange24hPct: fc.double({ min: -90, max: 5_000, noNaN: true }),
      })
      .map((options) => randomMap({ ...options, bins: 100, rangePct: 20 }));
    fc.assert(
      fc.property(fc.array(anyMap, { minLength: 1, maxLength: 4 }), (maps) => {
        const chart = compareChart({ maps, theme });
        expect(layoutFaults(chart)).toEqual([]);
        expect(valueFaults(chart)).toEqual([]);
        expect(compareText(maps).caption.length).toBeLessThan(1024);
      }),
      { numRuns: 12 },
    );
  });

  it('grows with its rows', async () => {
    const heights = await Promise.all(
      ['two', 'four'].map(async (name) =>
        decode(await drawComparison({ maps: comparisons[name]!(), theme: 'dark' })),
      ),
    );
    expect(heights.map(({ width, height }) => `${width}x${height}`)).toEqual(['1200x718', '1200x1190']);
  });

  it('needs one to four maps', () => {
    const four = comparisons['four']!();
    expect(() => compareChart({ maps: [], theme })).toThrow('got 0');
    expect(() => compareChart({ maps: [...four, ...four], theme })).toThrow('got 8');
    expect(() => compareText([])).toThrow('got none');
  });

  it('of small maps is as reviewed', async () => {
    const rounded = JSON.stringify(
      compareChart({ maps: handMade(), theme, brand: 'example.org' }),
      (_, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value),
      1,
    );
    await expect(rounded).toMatchFileSnapshot('chart.golden.json');
  });

  it.each([
    ['three', 'dark'],
    ['one-sided', 'light'],
  ] as const)('of %s in %s looks as reviewed', async (name, themeName) => {
    const png = await drawComparison({ maps: comparisons[name]!(), theme: themeName });
    expect(await changedFromGolden(png, `compare-${name}-${themeName}`, 0.004)).toBeLessThanOrEqual(0.004);
  });
});
