import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passwordCheck } from '../../src/web/password.ts';

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
