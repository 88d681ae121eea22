import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Pace } from '../../../src/chat/discord/pace.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a pace', () => {
  test('starts work in order, evenly, in no second more than told', async () => {
    const pace = new Pace({ perSecond: 40, atOnce: 100 });
    const starts: { readonly n: number; readonly atMs: number }[] = [];
    const all = Array.from({ length: 100 }, (_, n) =>
      pace.run(async () => void starts.push({ n, atMs: performance.now() })),
    );
    await vi.runAllTimersAsync();
    await Promise.all(all);
    expect(starts.map(({ n }) => n)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    for (const { atMs } of starts) {
      const inASecond = starts.filter((one) => one.atMs >= atMs && one.atMs < atMs + 1_000);
      expect(inASecond.length).toBeLessThanOrEqual(40);
    }
    expect(starts.at(-1)!.atMs - starts[0]!.atMs).toBeLessThan(2_700);
  });

  test('keeps its rate though each timer is a little late', async () => {
    const punctual = setTimeout;
    const late = (work: () => void, ms = 0) => punctual(work, ms + 10);
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(late as typeof setTimeout);
    const pace = new Pace({ perSecond: 40, atOnce: 100 });
    const starts: number[] = [];
    const all = Array.from({ length: 100 }, () => pace.run(async () => void starts.push(performance.now())));
    await vi.runAllTimersAsync();
    await Promise.all(all);
    vi.restoreAllMocks();
    expect(starts.at(-1)! - starts[0]!).toBeLessThan(2_600);
    for (const atMs of starts) {
      const inASecond = starts.filter((one) => one >= atMs && one < atMs + 1_000);
      expect(inASecond.length).toBeLessThanOrEqual(41);
    }
  });

  test('has no more under way than told, and goes on after a failure', async () => {
    const pace = new Pace({ perSecond: 1_000, atOnce: 2 });
    const ends: (() => void)[] = [];
    const work = () => new Promise<void>((_, reject) => ends.push(() => reject(new Error('failed'))));
    const outcomes = Promise.allSettled([1, 2, 3].map(() => pace.run(work)));
    await vi.advanceTimersByTimeAsync(100);
    expect(ends).toHaveLength(2);
    ends[0]!();
    await vi.advanceTimersByTimeAsync(100);
    expect(ends).toHaveLength(3);
    ends[1]!();
    ends[2]!();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  test('refuses what waits when it is cleared, and leaves no timer', async () => {
    const pace = new Pace({ perSecond: 1, atOnce: 1 });
    const outcomes = Promise.allSettled([1, 2, 3].map((n) => pace.run(async () => n)));
    await vi.advanceTimersByTimeAsync(0);
    pace.clear(new Error('closed'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    { perSecond: 0, atOnce: 1 },
    { perSecond: Number.NaN, atOnce: 1 },
    { perSecond: 1, atOnce: 0 },
  ])('of %j is refused', (options) => {
    expect(() => new Pace(options)).toThrow(RangeError);
  });
});
