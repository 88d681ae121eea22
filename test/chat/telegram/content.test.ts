import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, keyboardOf, maxCaption } from '../../../src/chat/telegram/content.ts';
import { menusOf } from '../../../src/chat/telegram/menu.ts';
import { scriptedCommands } from '../../support/telegram/scripted-backend.ts';

describe('a text', () => {
  it('is left alone while it fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        expect(clip(text, text.length)).toBe(text);
      }),
    );
  });

  it('is never longer than allowed, nor cut within a character', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 400, size: 'max' });
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 300 }), (given, maxLength) => {
        const clipped = clip(given, maxLength);
        expect(clipped.length).toBeLessThanOrEqual(maxLength);
        expect(clipped).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
      }),
    );
  });

  it('loses whole lines, and says so', () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i} of many`);
    const clipped = clip(lines.join('\n'), maxCaption).split('\n');
    expect(clipped.at(-1)).toBe('…');
    expect(lines).toEqual(expect.arrayContaining(clipped.slice(0, -1)));
  });
});

describe('buttons', () => {
  const button = { label: '24h', command: 'liqmap', words: { symbol: 'eth', window: '24h' } };

  it('carry their state', () => {
    const keyboard = keyboardOf({ text: '', buttons: [[button], []] }, scriptedCommands);
    expect(keyboard).toEqual([[{ label: '24h', code: '1|liqmap|eth|24h' }]]);
  });

  it('open the page behind a picture from a row of their own', () => {
    const url = 'https://maps.example.com/m/x';
    expect(keyboardOf({ text: '', buttons: [[button]] }, scriptedCommands, url)).toEqual([
      [{ label: '24h', code: '1|liqmap|eth|24h' }],
      [{ label: 'Open the map', url }],
    ]);
  });

  it('of no command, or with too much to say, are refused', () => {
    const other = { ...button, command: 'drop' };
    const long = { ...button, words: { symbol: 'x'.repeat(60) } };
    expect(() => keyboardOf({ text: '', buttons: [[other]] }, scriptedCommands)).toThrow(/no command/);
    expect(() => keyboardOf({ text: '', buttons: [[long]] }, scriptedCommands)).toThrow(/64/);
  });
});

describe('the menus', () => {
  const [liqmap] = scriptedCommands;

  it.each([
    ['a name in capitals', { name: 'LiqMap' }],
    ['a name with a hyphen', { name: 'liq-map' }],
    ['no summary', { summary: '' }],
    ['a summary of 257 characters', { summary: 'x'.repeat(257) }],
  ])('refuse a command with %s', (_, more) => {
    expect(() => menusOf([{ ...liqmap!, ...more }])).toThrow(RangeError);
  });
});
