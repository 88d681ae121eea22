import { describe, expect, it } from 'vitest';
import { positionChart } from '../../../renderers/position/chart.ts';
import { positionText } from '../../../renderers/position/text.ts';
import { drawable } from '../../../renderers/text-width.ts';
import { themes } from '../../../renderers/theme.ts';
import { ownPosition } from '../../../src/own-position.ts';
import { handMadeClusters, handMadeMap } from '../fixtures.ts';
import { layoutFaults, textsOf, valueFaults, wordsOf } from '../layout-faults.ts';
import { positionFixtures, termsOf } from './fixtures.ts';

const theme = themes.dark;

describe.each(Object.entries(positionFixtures))('the picture of the %s position', (_, make) => {
  const given = make();
  const chart = positionChart({ ...given, theme, brand: 'example.org' });

  it('has no words that touch others or leave the frame, and nothing drawn from a number that is none', () => {
    expect(layoutFaults(chart)).toEqual([]);
    expect(valueFaults(chart)).toEqual([]);
    for (const text of wordsOf(chart)) expect(drawable(text)).toBe(text);
  });

  it('is said in words, too: what closes it, and what would keep it open', () => {
    const { caption, alt } = positionText(given.map, given.own);
    const facts = wordsOf(chart).filter((text) => /liquidate[sd] |ATR|^entry \$|of others/.test(text));
    expect(facts.length).toBeGreaterThan(1);
    for (const text of [caption, alt]) {
      expect(text.length).toBeLessThan(1024);
      expect(text).not.toMatch(/NaN|undefined|null|Infinity|\[object/);
      for (const fact of facts.filter((one) => !one.includes('daily range'))) {
        expect(text.toLowerCase()).toContain(fact.toLowerCase());
      }
    }
  });
});

describe('the picture of an own position', () => {
  it("marks a long's end left of the price and a short's right of it", () => {
    const flagX = (name: string) =>
      textsOf(positionChart({ ...positionFixtures[name]!(), theme })).find(({ text }) =>
        text.startsWith('liquidated at'),
      )!.x;
    expect(flagX('long')).toBeLessThan(600);
    expect(flagX('short')).toBeGreaterThan(600);
  });

  it('says where nothing can be advised', () => {
    const words = wordsOf(positionChart({ ...positionFixtures['no-cluster']!(), theme }));
    expect(words).toContain('no cluster of its side on the map, so nothing to keep beyond');
    expect(words).not.toContain('LARGEST SIZE');
  });

  it('whole, on a small map, is as reviewed', async () => {
    const [map, clusters] = [handMadeMap(), handMadeClusters()];
    const own = ownPosition(
      { map, clusters, terms: [termsOf(100)] },
      { side: 'long', entryUsd: 100.5, leverage: 40 },
    );
    const chart = positionChart({ map, clusters, own, theme, brand: 'example.org' });
    const rounded = JSON.stringify(
      chart,
      (_, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value),
      1,
    );
    await expect(rounded).toMatchFileSnapshot('chart.golden.json');
  });
});
