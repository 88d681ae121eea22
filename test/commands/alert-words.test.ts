import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AlertWish, alertWish } from '../../commands/alert-words.ts';
import { UserError } from '../../src/errors.ts';

const hourMs = 3_600_000;
const zone = 'Europe/Vienna';
const read = (text: string): AlertWish => alertWish(text, zone);
const changes = (text: string) => read(text).changes;

describe('what is said of alerts', () => {
  test('begins with coins, which are whatever is nothing else', () => {
    expect(read('eth, btc sol')).toEqual({ symbols: ['eth', 'btc', 'sol'], numbers: [], changes: {} });
    expect(read('#2 13')).toEqual({ symbols: [], numbers: [2, 13], changes: {} });
    expect(read('constructor toString').symbols).toEqual(['constructor', 'toString']);
    expect(read('')).toEqual({ symbols: [], numbers: [], changes: {} });
  });

  test.each([
    ['distance 2%', { distancePct: 2 }],
    ['distance 1.5', { distancePct: 1.5 }],
    ['distance 0.5atr', { distanceAtr: 0.5 }],
    ['distance 1 ATR', { distanceAtr: 1 }],
    ['distance default', {}],
    ['min 20m', { minUsd: 20_000_000 }],
    ['min $1.5B', { minUsd: 1_500_000_000 }],
    ['min 500k p90', { minUsd: 500_000, minPercentile: 90 }],
    ['min 1.5%', { minShareOfOi: 0.015 }],
    ['min any', {}],
    ['longs', { side: 'long' }],
    ['side short', { side: 'short' }],
    ['touch off', { kinds: { touch: 'off' } }],
    ['kinds touch silent, built on receipt', { kinds: { touch: 'silent', built: 'on', receipt: 'on' } }],
    ['ping 200000000000000001', { pingRoleId: '200000000000000001' }],
    ['ping off', {}],
    ['cap 5', { dailyCap: 5 }],
    ['cap off', {}],
    ['digest 8:00 20:30', { digestAt: [480, 1_230], kinds: { digest: 'on' } }],
    ['digest off', { kinds: { digest: 'off' } }],
    [
      'built on touch silent digest 8:00',
      { digestAt: [480], kinds: { built: 'on', touch: 'silent', digest: 'on' } },
    ],
    ['quiet off', {}],
  ])('%s', (text, expected) => {
    const { symbols, numbers } = read(text);
    expect([symbols, numbers]).toEqual([[], []]);
    expect(JSON.parse(JSON.stringify(changes(text)))).toEqual(expected);
  });

  test('takes back what it takes the place of: a distance in % ends one in ATR, a size ends all before', () => {
    expect(Object.keys(changes('distance 2%'))).toContain('distanceAtr');
    expect(Object.keys(changes('min 20m')).sort()).toEqual(['minPercentile', 'minShareOfOi', 'minUsd']);
  });

  test.each([
    ['quiet 22-7', { from: 1_320, to: 420, timeZone: zone, weekends: false, during: 'hold' }],
    [
      'quiet 22:30-06:15 tokyo',
      { from: 1_350, to: 375, timeZone: 'Asia/Tokyo', weekends: false, during: 'hold' },
    ],
    ['quiet 0-0 weekends silent', { from: 0, to: 0, timeZone: zone, weekends: true, during: 'silent' }],
    ['quiet 1-2 UTC hold weekends', { from: 60, to: 120, timeZone: 'UTC', weekends: true, during: 'hold' }],
  ])('%s', (text, quiet) => {
    expect(changes(text).quiet).toEqual(quiet);
  });

  test.each([
    ['4h', 4 * hourMs],
    ['for 30m', hourMs / 2],
    ['2d', 48 * hourMs],
    ['999d', 90 * 24 * hourMs],
  ])('mute %s', (text, muteMs) => {
    expect(read(text)).toMatchObject({ muteMs, symbols: [] });
  });

  test('reads a whole sentence, in any order', () => {
    const sentence = 'eth distance 2% min 20m short touch silent quiet 22-7 new_york weekends cap 5 btc';
    expect(read(sentence)).toMatchObject({
      symbols: ['eth', 'btc'],
      changes: {
        distancePct: 2,
        minUsd: 20_000_000,
        side: 'short',
        kinds: { touch: 'silent' },
        quiet: { timeZone: 'America/New_York', weekends: true },
        dailyCap: 5,
      },
    });
  });

  test.each([
    'distance',
    'distance far',
    'distance 0%',
    'distance 51%',
    'distance 11atr',
    'min 20',
    'min 99999999999b',
    'min lots',
    'min 0%',
    'min 101%',
    'ping everyone',
    'ping 12',
    'quiet nights',
    'quiet 25-7',
    'quiet 22',
    'quiet 22-7-9',
    'cap 0',
    'cap 201',
    'digest noon',
    'digest 1 2:00 3:00 4:00 5:00 6:00 7:00',
  ])('%s makes no sense, and an example is given', (text) => {
    expect(() => read(text)).toThrow(UserError);
    expect(() => read(text)).toThrow(/For example: \w+/);
  });

  test('whatever is said, it is read or refused in words, never anything else', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'distance',
        'min',
        'quiet',
        'digest',
        'cap',
        'ping',
        'touch',
        '2%',
        '22-7',
        'off',
        '4h',
        '#1',
      ),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        try {
          const wish = read(words.join(' '));
          expect(wish.numbers.every(Number.isSafeInteger)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
