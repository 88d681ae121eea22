import { describe, expect, test } from 'vitest';
import { Backoff } from '../../src/chat/backoff.ts';

describe('a back-off', () => {
  test('doubles up to its limit, and begins again after a reset', () => {
    const backoff = new Backoff({ firstMs: 100, longestMs: 500 }, () => 0);
    expect([1, 2, 3, 4, 5].map(() => backoff.nextMs())).toEqual([100, 200, 400, 500, 500]);
    backoff.reset();
    expect(backoff.nextMs()).toBe(100);
  });

  test('stays within a fifth above, whatever the number of attempts', () => {
    const backoff = new Backoff({ firstMs: 100, longestMs: 500 }, () => 0.999);
    for (let i = 0; i < 2_000; i += 1) expect(backoff.nextMs()).toBeLessThan(600);
  });

  test('ends at once when it is told to', async () => {
    const stopping = new AbortController();
    const waited = new Backoff({ firstMs: 3_600_000, longestMs: 3_600_000 }).wait(stopping.signal);
    stopping.abort();
    await waited;
    await new Backoff({ firstMs: 3_600_000, longestMs: 3_600_000 }).wait(stopping.signal);
  });
});
