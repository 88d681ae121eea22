import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passwordCheck, passwordGate } from '../../src/web/password.ts';

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('a password', () => {
  it('is known again under any user name, and whatever signs it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 20 }).map((name) => name.replaceAll(':', '')),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }),
        (user, password) => {
          expect(passwordCheck(password)(basic(user, password))).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['another password', basic('me', 'correct horse batter')],
    ['a longer one', basic('me', 'correct horse battery!')],
    ['none', basic('me', '')],
    ['the password as user name', basic('correct horse battery', '')],
    ['no colon', `Basic ${Buffer.from('correct horse battery').toString('base64')}`],
    ['another scheme', basic('me', 'correct horse battery').replace('Basic', 'Bearer')],
    ['what is not base64', 'Basic ***'],
    ['a header of a megabyte', `Basic ${'A'.repeat(1_000_000)}`],
  ])('is not taken for %s', (_, header) => {
    expect(passwordCheck('correct horse battery')(header)).toBe(false);
  });
});

describe('who guesses', () => {
  it('is heard ten times and then once in half a minute, also with the right one', () => {
    let nowMs = 0;
    const attempt = passwordGate('correct horse battery', () => nowMs);
    const right = basic('me', 'correct horse battery');
    expect(attempt(right, 'a')).toEqual({ isRight: true, waitMs: 0 });
    for (let i = 0; i < 10; i += 1) {
      expect(attempt(basic('me', `guess ${i}`), 'a')).toEqual({ isRight: false, waitMs: 0 });
    }
    expect(attempt(right, 'a')).toEqual({ isRight: false, waitMs: 30_000 });
    expect(attempt(right, 'b')).toEqual({ isRight: true, waitMs: 0 });
    nowMs = 30_000;
    for (let i = 0; i < 20; i += 1) expect(attempt(right, 'a')).toEqual({ isRight: true, waitMs: 0 });
    expect(attempt(basic('me', 'one more'), 'a')).toEqual({ isRight: false, waitMs: 0 });
    expect(attempt(right, 'a').isRight).toBe(false);
  });
});
