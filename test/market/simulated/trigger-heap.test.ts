import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TriggerHeap } from '../../../src/market/simulated/trigger-heap.ts';

const levels = fc.array(fc.double({ noNaN: true }), { maxLength: 300 });

function drain(heap: TriggerHeap): { level: number; reference: number }[] {
  const entries: { level: number; reference: number }[] = [];
  while (heap.size > 0) {
    entries.push({ level: heap.topLevel, reference: heap.topReference });
    heap.pop();
  }
  return entries;
}

describe('a heap of triggers', () => {
  it('gives everything back, lowest level first, each with its reference', () => {
    fc.assert(
      fc.property(levels, (pushed) => {
        const heap = new TriggerHeap();
        pushed.forEach((level, i) => {
          heap.push(level, i, 0);
        });
        const popped = drain(heap);
        expect(popped.map(({ level }) => level)).toEqual([...pushed].sort((a, b) => a - b));
        expect(popped.every(({ level, reference }) => pushed[reference] === level)).toBe(true);
      }),
    );
  });

  it('keeps order and entries when the stale ones are dropped', () => {
    fc.assert(
      fc.property(levels, (pushed) => {
        const heap = new TriggerHeap();
        const current = Int32Array.from(pushed, (_, i) => i % 3);
        pushed.forEach((level, i) => {
          heap.push(level, i, 1);
        });
        heap.dropStale(current);
        const fresh = pushed.filter((_, i) => i % 3 === 1);
        expect(drain(heap).map(({ level }) => level)).toEqual(fresh.sort((a, b) => a - b));
      }),
    );
  });

  it('has no level to reach when it is empty', () => {
    expect(new TriggerHeap().topLevel).toBe(Number.POSITIVE_INFINITY);
  });
});
