import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clip, escapeMarkdown } from '../../../src/chat/discord/markdown.ts';

describe('escaped text', () => {
  test.each([
    [
      '*bold* _slanted_ ~~gone~~ ||hidden|| `code`',
      '\\*bold\\* \\_slanted\\_ \\~\\~gone\\~\\~ \\|\\|hidden\\|\\| \\`code\\`',
    ],
    ['[click](https://a.example/x_y)', '\\[click\\](https://a.example/x_y)'],
    ['<@123> <#4> <t:1:R>', '\\<@123> \\<#4> \\<t:1:R>'],
    [
      '# title\n- item\n> quote\n-1.5 %\n  1. first',
      '\\# title\n\\- item\n\\> quote\n\\-1.5 %\n  1\\. first',
    ],
    ['back\\slash', 'back\\\\slash'],
    ['see https://a.example/b_c*d and e_f', 'see https://a.example/b_c*d and e\\_f'],
    ['ETH +3.2 %, $2,600.50 (12:30 UTC)', 'ETH +3.2 %, $2,600.50 (12:30 UTC)'],
  ])('%j', (plain, escaped) => {
    expect(escapeMarkdown(plain)).toBe(escaped);
  });

  test('reads as it was written once Discord has taken the backslashes away', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab1 .\n*_~|`<[]#>+-\\') });
    fc.assert(
      fc.property(text, (plain) => {
        expect(escapeMarkdown(plain).replace(/\\([^\sa-z\d])/g, '$1')).toBe(plain);
      }),
    );
  });
});

describe('a text that is cut', () => {
  test('ends with its last whole line and an ellipsis', () => {
    expect(clip('one\ntwo\nthree', 9)).toBe('one\ntwo…');
    expect(clip('one\ntwo', 7)).toBe('one\ntwo');
  });

  test('is cut inside a line that is most of it', () => {
    expect(clip(`one\n${'x'.repeat(20)}`, 10)).toBe('one\nxxxxx…');
  });

  test('never ends in half a character or an open escape', () => {
    expect(clip('xx😀😀', 4)).toBe('xx…');
    expect(clip('xx\\*yy', 4)).toBe('xx…');
    expect(clip('x\\\\yy', 4)).toBe('x\\\\…');
  });

  test('is never longer than allowed and always a beginning of the whole', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab\n\\*', '😀') }),
        fc.integer({ min: 2, max: 30 }),
        (text, maxLength) => {
          const cut = clip(text, maxLength);
          expect(cut.length).toBeLessThanOrEqual(maxLength);
          expect(cut === text || text.startsWith(cut.slice(0, -1))).toBe(true);
        },
      ),
    );
  });
});
