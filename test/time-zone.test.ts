import { describe, expect, test } from 'vitest';
import { localTime, nearTimeZones, timeZoneNamed } from '../src/time-zone.ts';

describe('a time zone', () => {
  test.each([
    ['Europe/Vienna', 'Europe/Vienna'],
    ['EUROPE/VIENNA', 'Europe/Vienna'],
    ['vienna', 'Europe/Vienna'],
    ['new york', 'America/New_York'],
    ['UTC', 'UTC'],
  ])('called "%s" is %s', (text, zone) => {
    expect(timeZoneNamed(text)).toBe(zone);
    expect(timeZoneNamed(zone)).toBe(zone);
  });

  test('that some systems list under an older name is known by both', () => {
    expect(timeZoneNamed('Asia/Kolkata')).toBe(timeZoneNamed('Asia/Calcutta'));
  });

  test.each(['', 'Nowhere', 'Mars/Base', '../etc'])('called "%s" there is not', (text) => {
    expect(timeZoneNamed(text)).toBeUndefined();
  });

  test('that is misspelled has near ones', () => {
    expect(nearTimeZones('viena')).toContain('Europe/Vienna');
    expect(nearTimeZones('europe/lodnon')).toContain('Europe/London');
  });
});

describe('the time of a zone', () => {
  const noonMs = Date.UTC(2026, 1, 14, 12, 30);

  test('is that of its clocks, in summer and winter', () => {
    expect(localTime(noonMs, 'Europe/Vienna')).toBe('13:30 Europe/Vienna');
    expect(localTime(Date.UTC(2026, 6, 14, 12, 30), 'Europe/Vienna')).toBe('14:30 Europe/Vienna');
    expect(localTime(Date.UTC(2026, 1, 14, 0, 5), 'UTC')).toBe('00:05 UTC');
  });

  test('names the day where it is another than in UTC', () => {
    expect(localTime(Date.UTC(2026, 1, 14, 23, 30), 'Asia/Tokyo')).toBe('2026-02-15 08:30 Asia/Tokyo');
    expect(localTime(Date.UTC(2026, 1, 14, 0, 30), 'America/New_York')).toBe(
      '2026-02-13 19:30 America/New_York',
    );
  });
});
