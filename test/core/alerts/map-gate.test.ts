import { describe, expect, it } from 'vitest';
import { type MapFitness, unfitness } from '../../../src/core/alerts/map-gate.ts';

const minuteMs = 60_000;
const bybit = {
  venue: 'bybit',
  market: 'BTC',
  included: true,
  dataAgeMs: 5_000,
  openInterestUsd: 6e9,
} as const;
const okx = { ...bybit, venue: 'okx', openInterestUsd: 4e9 };
const failed = (venue: string) => ({
  venue,
  market: 'all markets',
  included: false,
  note: 'geo-blocked (451)',
});
const fit: MapFitness = { timeMs: 0, venues: [bybit, okx], unknownAgeShare: 0.2 };

describe('the gate of maps for alerts', () => {
  it('is open for a map that is fresh and whole, though some venue failed or has dated futures', () => {
    expect(unfitness(fit, minuteMs)).toEqual([]);
    const venues = [bybit, okx, failed('gate'), { venue: 'okx', market: '3 dated futures', included: false }];
    expect(unfitness({ ...fit, venues }, minuteMs)).toEqual([]);
    expect(unfitness({ ...fit, venues: [bybit] }, minuteMs)).toEqual([]);
  });

  it('is shut by an old map, which has old data too when it is old enough', () => {
    expect(unfitness(fit, 20 * minuteMs)).toEqual([]);
    expect(unfitness(fit, 20 * minuteMs + 1)).toEqual(['old map']);
    expect(unfitness(fit, 31 * minuteMs)).toEqual(['old map', 'old data']);
  });

  it('is shut when the venues with fresh data hold less than half of the open interest', () => {
    const old = { ...bybit, dataAgeMs: 40 * minuteMs };
    expect(unfitness({ ...fit, venues: [old, okx] }, 0)).toEqual(['old data']);
    expect(unfitness({ ...fit, venues: [bybit, { ...okx, dataAgeMs: 40 * minuteMs }] }, 0)).toEqual([]);
    expect(unfitness({ ...fit, venues: [] }, 0)).toEqual(['old data']);
  });

  it('is shut when more venues failed than gave data', () => {
    const venues = [bybit, failed('okx'), failed('gate')];
    expect(unfitness({ ...fit, venues }, 0)).toEqual(['few venues']);
    expect(unfitness({ ...fit, venues: [...venues, failed('bybit')] }, 0)).toEqual(['few venues']);
    expect(unfitness({ ...fit, venues: [okx, ...venues.slice(0, 2)] }, 0)).toEqual([]);
  });

  it('is shut when the age of almost all of it is unknown', () => {
    expect(unfitness({ ...fit, unknownAgeShare: 0.8 }, 0)).toEqual([]);
    expect(unfitness({ ...fit, unknownAgeShare: 0.81 }, 0)).toEqual(['unknown age']);
  });
});
