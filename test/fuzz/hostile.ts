import fc from 'fast-check';

const words = [
  '',
  ' ',
  '0',
  '-0',
  '-1',
  '1e999',
  'NaN',
  'Infinity',
  '-Infinity',
  'undefined',
  'null',
  'true',
  '[object Object]',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../etc/passwd',
  '%2e%2e%2f',
  '\u0000',
  '\r\nSet-Cookie: a=b',
  '@everyone',
  '<@&123456789012345678>',
  '<script>alert(1)</script>',
  '#{7*7}',
  '{{7*7}}',
  "'; drop table chats; --",
  '\ud800',
  '\u202e',
  '\ufeff',
  '💥',
  '币安人生',
  'é',
  'a'.repeat(5_000),
  '9'.repeat(400),
  '('.repeat(300),
  ' '.repeat(3_000),
  '1|liqmap|eth',
  '0x10',
  '1_000',
  '٣',
  '1,5',
  '0.0000000000001',
  '1e-7',
  '2026-01-01',
  'Infinity%',
  '99999999999h',
] as const;

/** Texts that have broken programs before, and any others. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...words) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...words), fc.constantFrom(...words)).map((two) => two.join('')),
  },
);

/** Numbers that no market has, some that JSON cannot even say. */
export const hostileNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, -0, -1, 1e-320, 1e308, -1e308, Number.MAX_SAFE_INTEGER + 2, 2 ** 53, 1e21, 0.1 + 0.2),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.double(),
  fc.integer(),
);

/** What JSON can hold, and numbers that it cannot. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: hostileText },
  { weight: 3, arbitrary: hostileNumber },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, undefined) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constant(nested(200)) },
);

function nested(depth: number): unknown {
  return depth === 0 ? [] : [nested(depth - 1)];
}
