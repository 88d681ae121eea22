import { expect, test } from 'vitest';
import { alertSettingsSchema } from '../../src/alerts/settings.ts';

const quiet = { from: 0, to: 60, timeZone: 'Europe/Vienna', weekends: false, during: 'hold' };
const isFit = (more: object) => alertSettingsSchema.safeParse({ symbols: ['ETH'], ...more }).success;

test('stored settings that nobody could act upon are refused: a zone unknown here, a time that is no date', () => {
  expect(isFit({ quiet })).toBe(true);
  expect(isFit({ quiet: { ...quiet, timeZone: 'Mars/Olympus' } })).toBe(false);
  expect(isFit({ mutedUntilMs: Date.UTC(2100, 0) })).toBe(true);
  for (const mutedUntilMs of [1e24, -1, Number.NaN]) expect(isFit({ mutedUntilMs })).toBe(false);
});
