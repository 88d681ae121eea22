import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LevelHeap, nowhere, type Waiting } from '../../../src/core/alerts/level-heap.ts';

/** Adds what is out and takes out what is in, by number. Few levels, so that many are equal. */
const touches = fc.array(fc.nat(29), { minLength: 1, maxLength: 120, size: 'max' });
const levels = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 30, maxLength: 30 });

it.each(['lowest', 'highest'] as const)(
  'has the %s level on top, whatever is added and taken out',
  (first) => {
    const sign = first === 'lowest' ? 1 : -1;
    fc.assert(
      fc.property(levels, touches, (heights, numbers) => {
        const items = heights.map((level, i): Waiting => ({ level, name: `n${i}`, slot: nowhere }));
        const heap = new LevelHeap<Waiting>(first);
        const inside = new Set<Waiting>();
        const inOrder = () =>
          [...inside].sort((a, b) => sign * (a.level - b.level) || (a.name < b.name ? -1 : 1));
        for (const number of numbers) {
          const item = items[number]!;
          if (inside.delete(item)) heap.remove(item);
          else {
            heap.add(item);
            inside.add(item);
          }
          expect(heap.top).toBe(inOrder()[0]);
          expect(heap.size).toBe(inside.size);
        }
        for (const item of items) expect(item.slot === nowhere).toBe(!inside.has(item));
        // A heap that was spoilt further down shows it only when that comes up.
        for (const next of inOrder()) {
          expect(heap.top).toBe(next);
          heap.remove(next);
        }
      }),
      { numRuns: 40 },
    );
  },
);
