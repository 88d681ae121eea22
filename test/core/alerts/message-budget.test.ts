import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit, digestSpan } from '../../../src/core/alerts/message-budget.ts';

const minuteMs = 60_000;
const budget = { dailyCap: 5 };

describe('the budget of a destination', () => {
  it('never lets more than three begin in ten minutes, nor more than the cap in a day', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 300 * minuteMs }), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 12 }), (drawn, dailyCap) => {
        const sent: number[] = [];
        let atMs = 0;
        for (const gapMs of drawn) {
          atMs += gapMs;
          if (admit(sent, atMs, { dailyCap }).admitted) sent.push(atMs);
        }
        for (const time of sent) {
          const within = (spanMs: number) =>
            sent.filter((other) => other >= time && other < time + spanMs).length;
          expect(within(10 * minuteMs)).toBeLessThanOrEqual(3);
          expect(within(1_440 * minuteMs)).toBeLessThanOrEqual(dailyCap);
        }
      }),
    );
  });

  it('lets in what both limits leave room for, and says which is in the way', () => {
    expect(admit([0, 0, 0], 11 * minuteMs, budget)).toEqual({ admitted: true, opensBurst: true });
    expect(admit([0, 0], 9 * minuteMs, budget)).toEqual({ admitted: true, opensBurst: false });
    expect(admit([0, 0, 0], 9 * minuteMs, budget)).toEqual({ admitted: false, why: 'burst' });
    const spread = [0, 1, 2, 3, 4].map((hour) => hour * 60 * minuteMs);
    expect(admit(spread, 6 * 60 * minuteMs, budget)).toEqual({ admitted: false, why: 'daily cap' });
    expect(admit(spread, 1_440 * minuteMs, budget)).toMatchObject({ admitted: true });
  });

  it('counts what is held back at the time at which it will come', () => {
    const morning = 480 * minuteMs;
    expect(admit([morning, morning, morning], morning, budget)).toEqual({ admitted: false, why: 'burst' });
    expect(admit([morning, morning, morning], 0, budget)).toMatchObject({ admitted: true });
  });

  it('tells what it left out by stretches of ten minutes and of days', () => {
    const atMs = Date.UTC(2026, 1, 4, 6, 17);
    expect(digestSpan('burst', atMs)).toEqual({
      fromMs: Date.UTC(2026, 1, 4, 6, 10),
      toMs: Date.UTC(2026, 1, 4, 6, 20),
    });
    expect(digestSpan('daily cap', atMs).toMs).toBe(Date.UTC(2026, 1, 5));
  });
});
