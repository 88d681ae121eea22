import { expect, it } from 'vitest';
import { heldBetween } from '../../src/core/bins-between.ts';

const edges = Float64Array.of(10, 20, 40);
const bins = Float64Array.of(5, 8);

it.each([
  ['whole bins count whole', { low: 10, high: 40 }, 13],
  ['a bin that is cut counts in proportion', { low: 15, high: 30 }, 2.5 + 4],
  ['what lies beyond the edges holds nothing', { low: 0, high: 10 }, 0],
  ['no range holds nothing', { low: 30, high: 20 }, 0],
])('%s', (_, range, held) => {
  expect(heldBetween(edges, bins, range)).toBe(held);
});
