import { describe, expect, it } from 'vitest';
import { quietUntil } from '../../src/alerts/quiet.ts';

const night = {
  from: 22 * 60,
  to: 7 * 60 + 30,
  timeZone: 'Europe/Vienna',
  weekends: false,
  during: 'hold',
} as const;
const at = (text: string) => Date.parse(text);
const until = (text: string, quiet: Parameters<typeof quietUntil>[0] = night) => {
  const endMs = quietUntil(quiet, at(text));
  return endMs === undefined ? undefined : new Date(endMs).toISOString();
};

describe('quiet hours', () => {
  it('go over midnight, in the time of their zone', () => {
    expect(until('2026-02-03T20:59:59Z')).toBeUndefined();
    expect(until('2026-02-03T21:00:00Z')).toBe('2026-02-04T06:30:00.000Z');
    expect(until('2026-02-04T06:29:59Z')).toBe('2026-02-04T06:30:00.000Z');
    expect(until('2026-02-04T06:30:00Z')).toBeUndefined();
  });

  it('end when the clock on the wall says so, also in the night in which it is set', () => {
    expect(until('2026-03-28T23:00:00Z')).toBe('2026-03-29T05:30:00.000Z');
    expect(until('2026-10-24T23:00:00Z')).toBe('2026-10-25T06:30:00.000Z');
  });

  it('last from Friday night to Monday morning where weekends are quiet', () => {
    const quiet = { ...night, weekends: true };
    expect(until('2026-02-06T21:30:00Z', quiet)).toBe('2026-02-09T06:30:00.000Z');
    expect(until('2026-02-07T12:00:00Z', quiet)).toBe('2026-02-09T06:30:00.000Z');
    expect(until('2026-02-06T12:00:00Z', quiet)).toBeUndefined();
  });

  it('may be weekends alone', () => {
    const quiet = { ...night, from: 0, to: 0, weekends: true };
    expect(until('2026-02-06T22:59:00Z', quiet)).toBeUndefined();
    expect(until('2026-02-06T23:00:00Z', quiet)).toBe('2026-02-08T23:00:00.000Z');
  });

  it('keep to zones of half an hour', () => {
    const quiet = { ...night, timeZone: 'Asia/Kolkata', from: 10 * 60, to: 12 * 60 };
    expect(until('2026-02-04T04:30:00Z', quiet)).toBe('2026-02-04T06:30:00.000Z');
  });

  it('are refused in a zone nobody knows', () => {
    expect(() => quietUntil({ ...night, timeZone: 'Mars/Olympus' }, 0)).toThrow(RangeError);
  });
});
