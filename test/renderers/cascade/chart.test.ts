import { describe, expect, it } from 'vitest';
import { cascadeChart } from '../../../renderers/cascade/chart.ts';
import type { CurveRow } from '../../../renderers/cascade/curves.ts';
import { cascadeText } from '../../../renderers/cascade/text.ts';
import { drawable } from '../../../renderers/text-width.ts';
import { themes } from '../../../renderers/theme.ts';
import { handMadeClusters, handMadeMap } from '../fixtures.ts';
import { layoutFaults, textsOf, valueFaults, wordsOf } from '../layout-faults.ts';
import { withStress } from '../stress-fixtures.ts';
import { cascadeFixtures } from './fixtures.ts';

const theme = themes.dark;
const handMade = () => ({
  ...withStress({ map: handMadeMap(), clusters: handMadeClusters() }, { depthUsd: 1500, above: 0.95 }),
  shock: 0.01,
});

describe.each(Object.entries(cascadeFixtures))('the picture of the %s cascade', (_, make) => {
  const given = make();
  const chart = cascadeChart({ ...given, theme, brand: 'example.org' });

  it('has no words that touch others or leave the frame, and nothing drawn from a number that is none', () => {
    expect(layoutFaults(chart)).toEqual([]);
    expect(valueFaults(chart)).toEqual([]);
    for (const text of wordsOf(chart)) expect(drawable(text)).toBe(text);
  });

  it('keeps its curves within the plot', () => {
    const { lowUsd, highUsd, topUsd } = chart.params as Record<string, number>;
    for (const name of ['fuel', 'fuelLines', 'depth']) {
      for (const { price, usd } of chart.data[name] as readonly CurveRow[]) {
        expect(price >= lowUsd! * (1 - 1e-9) && price <= highUsd! * (1 + 1e-9)).toBe(true);
        expect(usd >= 0 && usd <= topUsd! * (1 + 1e-9)).toBe(true);
      }
    }
  });

  it('is said in words, too: where each side stops, how far, and how much is forced', () => {
    const { caption, alt } = cascadeText(given.map, given.clusters, given.shock);
    for (const text of [caption, alt]) {
      expect(text.length).toBeLessThan(1024);
      expect(text).not.toMatch(/NaN|undefined|null|Infinity|\[object/);
      for (const words of wordsOf(chart).filter((one) => /stop|forced$/.test(one)))
        expect(text).toContain(words);
    }
  });
});

describe('the picture of a cascade', () => {
  it('names the sides, and says that it is an estimate', () => {
    const words = wordsOf(cascadeChart({ ...cascadeFixtures['eth']!(), theme }));
    for (const word of ['LONGS LIQUIDATED', 'SHORTS LIQUIDATED', 'MODEL ESTIMATE'])
      expect(words).toContain(word);
    const simulated = wordsOf(cascadeChart({ ...cascadeFixtures['simulated']!(), theme }));
    expect(simulated).toContain('ESTIMATE · SIMULATED DATA');
  });

  it('stops a fall left of the price and a rise right of it', () => {
    const texts = textsOf(cascadeChart({ ...cascadeFixtures['eth']!(), theme }));
    const stops = texts.filter(({ text }) => text.startsWith('stops at')).map(({ x }) => x);
    expect(stops).toHaveLength(2);
    expect(stops[0]).toBeLessThan(600);
    expect(stops[1]).toBeGreaterThan(600);
  });

  it('says when the book does not hold', () => {
    const words = wordsOf(cascadeChart({ ...cascadeFixtures['no-end']!(), theme }));
    expect(words.filter((text) => text === 'does not stop within 50 %')).toHaveLength(2);
  });

  it('cannot be drawn without order books', () => {
    const { stress: _, ...map } = cascadeFixtures['eth']!().map;
    expect(() => cascadeChart({ map, clusters: [], shock: 0.03, theme })).toThrow('no order books');
  });

  it('whole, of a small map, is as reviewed', async () => {
    const chart = cascadeChart({ ...handMade(), theme, brand: 'example.org' });
    // Every 50th row of the curves: the rest lies between.
    const thinned = Object.entries(chart.data).map(([name, rows]) =>
      ['fuel', 'fuelLines', 'depth'].includes(name)
        ? [name, rows.filter((_, i) => i % 50 === 0)]
        : [name, rows],
    );
    const rounded = JSON.stringify(
      { ...chart, data: Object.fromEntries(thinned) },
      (_, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value),
      1,
    );
    await expect(rounded).toMatchFileSnapshot('chart.golden.json');
  });
});
