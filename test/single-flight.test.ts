import { describe, expect, it, vi } from 'vitest';
import { Recent } from '../src/recent.ts';
import { SingleFlight } from '../src/single-flight.ts';

describe('work of which there is one at a time', () => {
  it('is done once for all who come while it runs, and again for who comes later', async () => {
    const flight = new SingleFlight();
    const work = vi.fn(async () => ({}));
    const [a, b] = await Promise.all([flight.run('x', work), flight.run('x', work)]);
    expect(a).toBe(b);
    expect(await flight.run('x', work)).not.toBe(a);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('fails for all who came, and is tried again for the next', async () => {
    const flight = new SingleFlight();
    const failing = () => Promise.reject(new Error('away'));
    const outcomes = await Promise.allSettled([flight.run('x', failing), flight.run('x', failing)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flight.run('x', async () => 1)).toBe(1);
  });

  it('does not hold up other work', async () => {
    const flight = new SingleFlight();
    void flight.run('x', () => new Promise(() => undefined));
    expect(await flight.run('y', async () => 2)).toBe(2);
  });
});

describe('the values used last', () => {
  it('push out the one that was not used for longest', () => {
    const recent = new Recent<number>(2);
    recent.set('a', 1);
    recent.set('b', 2);
    recent.get('a');
    recent.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([1, undefined, 3]);
  });

  it('need room for one at least', () => {
    expect(() => new Recent(0)).toThrow(RangeError);
  });
});
