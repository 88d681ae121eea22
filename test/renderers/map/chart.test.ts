import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chart } from '../../../renderers/chart.ts';
import type { BarRow } from '../../../renderers/map/bars.ts';
import { mapChart } from '../../../renderers/map/chart.ts';
import type { Text } from '../../../renderers/marks.ts';
import { usd } from '../../../renderers/numbers.ts';
import { drawable } from '../../../renderers/text-width.ts';
import { themes } from '../../../renderers/theme.ts';
import { type Fixture, fixtures, handMadeClusters, handMadeMap, randomMap } from '../fixtures.ts';
import { layoutFaults, textsOf, valueFaults, wordsOf } from '../layout-faults.ts';

const theme = themes.dark;

function draw({ map, clusters }: Fixture): Chart {
  return mapChart({ map, clusters, theme, brand: 'example.org' });
}

const anyFixture = fc
  .record({
    seed: fc.nat(1e6),
    priceUsd: fc.double({ min: -9, max: 6, noNaN: true }).map((exponent) => 10 ** exponent),
    openInterestUsd: fc.double({ min: 2, max: 12, noNaN: true }).map((exponent) => 10 ** exponent),
    rangePct: fc.double({ min: 0.5, max: 60, noNaN: true }),
    priceAt: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    bins: fc.constantFrom(40, 400),
    symbol: fc.constantFrom('ETH', 'BTC', 'kPEPE', '1000000MOGWIFHAT', '币安人生', 'A'),
    provenance: fc.constantFrom('live' as const, 'recorded' as const, 'simulated' as const),
    fundingRate8h: fc.double({ min: -0.02, max: 0.02, noNaN: true }),
    openInterestChange24hPct: fc.double({ min: -90, max: 5_000, noNaN: true }),
    unknownAgeShare: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  // Longs cannot be drawn below a price of nothing.
  .filter(({ rangePct, priceAt }) => 2 * rangePct * priceAt < 99)
  .map(randomMap);

describe('the picture of a liquidation map', () => {
  describe.each(Object.entries(fixtures))('of the %s fixture', (_, make) => {
    it('no words touch other words or leave the frame', () => {
      expect(layoutFaults(draw(make()))).toEqual([]);
    });

    it('nothing is drawn from a number that is none', () => {
      expect(valueFaults(draw(make()))).toEqual([]);
    });

    it('every character has a glyph', () => {
      for (const text of wordsOf(draw(make()))) expect(drawable(text)).toBe(text);
    });
  });

  it('words stay apart, inside the frame and free of NaN on any map', () => {
    fc.assert(
      fc.property(anyFixture, (fixture) => {
        const chart = draw(fixture);
        expect(layoutFaults(chart)).toEqual([]);
        expect(valueFaults(chart)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('the check of the layout finds words that touch', () => {
    const chart = draw(fixtures['eth']!());
    const moved = textsOf(chart).map((text, index) => (index === 1 ? { ...text, x: text.x - 60 } : text));
    expect(layoutFaults({ ...chart, data: { ...chart.data, texts: moved } })).not.toEqual([]);
  });

  it('each side says what is liquidated and when, longs left of the price and shorts right of it', () => {
    const texts = textsOf(draw(fixtures['eth']!()));
    const at = (text: string) => texts.find((each) => each.text === text)!.x;
    const price = texts.find((each) => each.text === '$3,012.5' && each.align === 'center')!.x;
    expect(at('LONGS LIQUIDATED')).toBeLessThan(at('if price falls'));
    expect(at('if price falls')).toBeLessThan(price);
    expect(price).toBeLessThan(at('if price rises'));
    expect(at('if price rises')).toBeLessThan(at('SHORTS LIQUIDATED'));
  });

  it.each([
    ['eth', 'MODEL ESTIMATE', undefined],
    ['recorded', 'ESTIMATE · RECORDED DATA', 'RECORDED'],
    ['simulated', 'ESTIMATE · SIMULATED DATA', 'SIMULATED'],
  ])('a map like %s is stamped %s', (name, stamp, watermark) => {
    const chart = draw(fixtures[name]!());
    expect(wordsOf(chart)).toContain(stamp);
    expect((chart.data['watermarks'] as readonly Text[])[0]?.text).toBe(watermark);
  });

  it('stale venues are named in place of the age', () => {
    const words = wordsOf(draw(fixtures['stale']!()));
    expect(words).toContain('STALE: okx 42 min old');
    expect(words.some((text) => text.startsWith('data '))).toBe(false);
    expect(wordsOf(draw(fixtures['eth']!()))).toContain('data 12 s old');
  });

  it('a venue that is left out is named with its reason', () => {
    expect(wordsOf(draw(fixtures['eth']!())).join()).toContain('left out: bybit (geo-blocked)');
    expect(wordsOf(draw(fixtures['single-venue']!())).join()).not.toContain('left out');
  });

  it('what the map does not know is not drawn', () => {
    const { map, clusters } = fixtures['eth']!();
    const { fundingRate8h: _funding, openInterestChange24hPct: _change, atrPct: _atr, ...known } = map;
    const words = wordsOf(draw({ map: { ...known, unknownAgeShare: 0 }, clusters })).join();
    expect(words).not.toMatch(/FUNDING|OI 24H|ATR|unknown age/);
    expect(wordsOf(draw({ map, clusters })).join()).toMatch(/FUNDING.*OI 24H|OI 24H.*FUNDING/);
  });

  it('all three clusters of both sides are labelled where there is room', () => {
    const { map, clusters } = fixtures['btc']!();
    const words = wordsOf(draw({ map, clusters }));
    for (const cluster of clusters.filter(({ rank }) => rank <= 3)) {
      expect(words).toContain(`${cluster.distancePct > 0 ? '+' : ''}${cluster.distancePct.toFixed(1)} %`);
    }
  });

  it('an empty map says so', () => {
    expect(wordsOf(draw(fixtures['empty']!()))).toContain('no open positions to draw');
    expect(wordsOf(draw(fixtures['eth']!()))).not.toContain('no open positions to draw');
  });

  it('layers stack to the sum of the bins', () => {
    const { map, clusters } = fixtures['eth']!();
    const rows = draw({ map, clusters }).data['bars'] as readonly BarRow[];
    const tops = rows.filter(({ layer }) => layer === map.byLeverage.length - 1);
    for (const [bin, usd] of map.longUsd.entries()) {
      expect(tops[bin]!.to).toBeCloseTo(usd + map.shortUsd[bin]!, 3);
    }
    for (const row of rows.filter(({ layer }) => layer > 0)) {
      const below = rows.find((other) => other.layer === row.layer - 1 && other.price === row.price)!;
      expect(row.from).toBe(below.to);
    }
  });

  it('a huge bar is cut, and its true height is written', () => {
    const { map, clusters } = fixtures['outlier']!();
    const chart = draw({ map, clusters });
    const heights = Array.from(map.longUsd, (usd, bin) => usd + map.shortUsd[bin]!).sort((a, b) => b - a);
    const drawn = Math.max(...(chart.data['bars'] as readonly BarRow[]).map(({ to }) => to));
    expect(drawn).toBeLessThan(heights[0]! / 5);
    expect(drawn).toBeGreaterThan(heights[1]!);
    expect(wordsOf(chart).join()).toContain(`broken bar: ${usd(heights[0]!)}`);
    expect(wordsOf(draw(fixtures['eth']!())).join()).not.toContain('broken bar');
  });

  it('a map without leverage groups is drawn as one', () => {
    const { map, clusters } = fixtures['eth']!();
    const chart = draw({ map: { ...map, byLeverage: [] }, clusters });
    expect(wordsOf(chart)).toContain('all leverage');
    expect(chart.data['bars']).toHaveLength(401);
  });

  it('charts of one key share one template, whatever their data', () => {
    const charts = Object.entries(fixtures).map(([name, make]) => ({ name, ...draw(make()) }));
    const measured = charts.filter(({ name }) => name.startsWith('measured'));
    const others = charts.filter(({ name }) => !name.startsWith('measured'));
    for (const alike of [measured, others]) {
      expect(new Set(alike.map(({ key }) => key)).size).toBe(1);
      for (const { template } of alike) expect(template).toEqual(alike[0]!.template);
    }
    expect(measured[0]!.key).not.toBe(others[0]!.key);
  });

  it('theme, shape and number of groups make another key', () => {
    const { map, clusters } = fixtures['eth']!();
    const keys = [
      mapChart({ map, clusters, theme }),
      mapChart({ map, clusters, theme: themes.light }),
      mapChart({ map, clusters, theme, shape: 'square' }),
      mapChart({ map: { ...map, byLeverage: map.byLeverage.slice(1) }, clusters, theme }),
    ].map(({ key }) => key);
    expect(new Set(keys).size).toBe(4);
  });

  it('maps that contradict themselves are refused with the value', () => {
    const { map, clusters } = fixtures['eth']!();
    const chartOf = (changes: object) => () => draw({ map: { ...map, ...changes }, clusters });
    expect(chartOf({ priceUsd: 1 })).toThrow('got 1');
    expect(chartOf({ longUsd: new Float64Array(399) })).toThrow('401 edges needs 400 bins, got 399 and 400');
    expect(chartOf({ openInterestUsd: Number.NaN })).toThrow('got NaN');
    expect(() => mapChart({ map, clusters, theme, scale: 4 })).toThrow('got 4');
  });

  it('the whole chart of a small map is as reviewed', async () => {
    const chart = mapChart({ map: handMadeMap(), clusters: handMadeClusters(), theme, brand: 'example.org' });
    const rounded = JSON.stringify(
      chart,
      (_, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value),
      1,
    );
    await expect(rounded).toMatchFileSnapshot('chart.golden.json');
  });
});
