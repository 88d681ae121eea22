import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followBack, gatherBack, gatherEvents } from '../../../src/market/live/pages.ts';
import type { TimeRange } from '../../../src/market/source.ts';

const within = (times: readonly number[], { fromMs, toMs }: TimeRange) =>
  times.filter((timeMs) => timeMs >= fromMs && timeMs < toMs);

test('windows meet without gap or overlap, whatever the range', async () => {
  const ranges = fc.record({
    fromMs: fc.nat(500),
    span: fc.nat(500),
    windowMs: fc.integer({ min: 1, max: 90 }),
  });
  await fc.assert(
    fc.asyncProperty(ranges, async ({ fromMs, span, windowMs }) => {
      const range = { fromMs, toMs: fromMs + span };
      const times = Array.from({ length: 1100 }, (_, timeMs) => timeMs);
      for (const gather of [gatherBack, gatherEvents]) {
        const rows = await gather(range, windowMs, async (window) => {
          expect(window.toMs - window.fromMs).toBeLessThanOrEqual(windowMs);
          return within(times, window);
        });
        expect(rows.sort((a, b) => a - b)).toEqual(within(times, range));
      }
    }),
  );
});

test('history is not asked for far beyond its beginning; events are', async () => {
  const asked = { history: 0, events: 0 };
  const range = { fromMs: 0, toMs: 10_000 };
  await gatherBack(range, 10, async (window) => {
    asked.history += 1;
    return within([9_950, 9_960, 9_970, 9_980, 9_990], window);
  });
  expect(asked.history).toBeLessThanOrEqual(8);
  const events = await gatherEvents(range, 10, async (window) => {
    asked.events += 1;
    return within([5, 9_999], window);
  });
  expect(asked.events).toBe(1000);
  expect(events.sort()).toEqual([5, 9_999]);
});

describe('pages followed back', () => {
  /** Ten rows a page, newest first, from 990 down. */
  const page = (beforeMs: number) =>
    Array.from({ length: 100 }, (_, index) => ({ timeMs: 990 - index * 10 }))
      .filter(({ timeMs }) => timeMs < beforeMs)
      .slice(0, 10);

  test('end at the one that reaches the start of the range', async () => {
    const asked: number[] = [];
    const rows = await followBack({ fromMs: 700, toMs: 1000 }, async (beforeMs) => {
      asked.push(beforeMs);
      return page(beforeMs);
    });
    expect(asked).toEqual([1000, 900, 800]);
    expect(rows).toHaveLength(30);
  });

  test('end at an empty page, one that repeats, and one with a garbled time', async () => {
    for (const second of [[], page(1000), [{ timeMs: Number.NaN }]]) {
      let pages = 0;
      await followBack({ fromMs: 0, toMs: 1000 }, async () => {
        pages += 1;
        return pages === 1 ? page(1000) : second;
      });
      expect(pages).toBe(2);
    }
  });

  test('go on through pages newer than the range', async () => {
    const rows = await followBack({ fromMs: 300, toMs: 400 }, async (_, number) =>
      page(1000 - (number - 1) * 100),
    );
    expect(
      within(
        rows.map(({ timeMs }) => timeMs),
        { fromMs: 300, toMs: 400 },
      ),
    ).toHaveLength(10);
  });
});
