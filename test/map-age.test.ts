import { describe, expect, it } from 'vitest';
import { agedMap, isPartial, isPassing } from '../src/map-age.ts';
import { handMadeMap } from './renderers/fixtures.ts';

const minuteMs = 60_000;
const map = {
  ...handMadeMap(),
  venues: [
    { venue: 'okx', market: 'X', included: true, dataAgeMs: 2 * minuteMs },
    { venue: 'gate', market: 'X', included: false, note: 'geo-blocked' },
  ],
};

describe('a map that is shown later than it was made', () => {
  it('says that its data are as much older', () => {
    const [okx, gate] = agedMap(map, map.timeMs + 5 * minuteMs).venues;
    expect(okx).toEqual({ venue: 'okx', market: 'X', included: true, dataAgeMs: 7 * minuteMs });
    expect(gate).toEqual(map.venues[1]);
  });

  it('says that they are stale when they are', () => {
    expect(agedMap(map, map.timeMs + 19 * minuteMs).venues[0]?.stale).toBe(true);
  });

  it('is not made younger by a clock that was set back', () => {
    expect(agedMap(map, map.timeMs - minuteMs).venues).toEqual(map.venues);
  });
});

describe('a map without venues that are still loading', () => {
  const whole = { venues: map.venues };
  const partial = {
    venues: [...map.venues, { venue: 'bybit', market: 'X', included: false, loading: true as const }],
  };

  it('is partial; one without venues that failed is not', () => {
    expect(isPartial(partial)).toBe(true);
    expect(isPartial(whole)).toBe(false);
  });

  it('is passing the first time, and stands the second', () => {
    expect(isPassing(partial, undefined)).toBe(true);
    expect(isPassing(partial, whole)).toBe(true);
    expect(isPassing(partial, partial)).toBe(false);
    expect(isPassing(whole, partial)).toBe(false);
  });
});
