import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cropMap } from '../../src/core/crop-map.ts';
import { handMadeClusters, handMadeMap, randomMap } from '../renderers/fixtures.ts';

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

test('a crop keeps every dollar, in its bins or outside', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.double({ min: 0.005, max: 0.8, noNaN: true }), (seed, range) => {
      const whole = randomMap({ seed, bins: 80 });
      const { map } = cropMap(whole, range);
      for (const key of ['longUsd', 'shortUsd'] as const) {
        expect(sum(map[key]) + map.outside[key]).toBeCloseTo(sum(whole.map[key]) + whole.map.outside[key], 2);
        expect(map[key].length).toBe(map.edges.length - 1);
        const layers = map.byLeverage.reduce((total, layer) => total + sum(layer[key]), 0);
        expect(layers).toBeCloseTo(sum(map[key]), 2);
      }
      expect(map.edges).toContain(map.priceUsd);
    }),
    { numRuns: 30 },
  );
});

test('a crop reaches as far as whole bins lie within the range', () => {
  const { map } = cropMap({ map: handMadeMap(), clusters: [] }, 0.02);
  expect([...map.edges]).toEqual([98, 99, 100, 101, 102]);
  expect([...map.longUsd]).toEqual([300, 400, 0, 0]);
  expect([...map.shortUsd]).toEqual([0, 0, 50, 60]);
});

test('clusters beyond the crop are gone and the others are ranked anew', () => {
  const [long, short] = handMadeClusters();
  const far = { ...long!, id: 'far', peak: 96.5 };
  const near = { ...long!, id: 'near', rank: 2 };
  const { clusters } = cropMap({ map: handMadeMap(), clusters: [far, near, short!] }, 0.02);
  expect(clusters).toEqual([{ ...near, rank: 1 }]);
});

test('a map that is no wider stays as it is', () => {
  const whole = { map: handMadeMap(), clusters: handMadeClusters() };
  expect(cropMap(whole, 0.04).map).toBe(whole.map);
  expect(cropMap(whole, 0.5).map).toBe(whole.map);
});

test.each([0, -1, Number.NaN])('a range of %s is refused', (range) => {
  expect(() => cropMap({ map: handMadeMap(), clusters: [] }, range)).toThrow(`${range}`);
});
