import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeButton, encodeButton } from '../../commands/button-code.ts';
import type { Command, Parameter, Words } from '../../commands/command.ts';
import { commands } from '../../commands/index.ts';

function commandOf(name: string, parameters: readonly Parameter[]): Command {
  return {
    name,
    summary: 'a command of this test',
    parameters,
    run: async () => ({ text: '' }),
  };
}

const map = commandOf('map', [
  { name: 'symbol', description: 'a coin', required: true },
  { name: 'window', description: 'a time', choices: ['1d', '7d'] },
  { name: 'venues', description: 'exchanges' },
]);
const known = [commandOf('about', []), map];

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const wordsOfMap = fc.record(
  { symbol: word, window: fc.constantFrom('1d', '7d'), venues: word },
  { requiredKeys: ['symbol'] },
);

function codeOrNothing(words: Words): string | undefined {
  try {
    return encodeButton({ command: 'map', words }, map);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

describe('a button as text', () => {
  test('reads as the words in the order of the parameters', () => {
    expect(encodeButton({ command: 'map', words: { venues: 'okx', symbol: 'eth' } }, map)).toBe(
      '1|map|eth||okx',
    );
    expect(encodeButton({ command: 'map', words: { symbol: 'eth', window: '' } }, map)).toBe('1|map|eth');
    expect(encodeButton({ command: 'about', words: {} }, commandOf('about', []))).toBe('1|about');
  });

  test('comes back as the same words, or was refused for its length', () => {
    let carried = 0;
    fc.assert(
      fc.property(wordsOfMap, (words) => {
        const code = codeOrNothing(words);
        if (code === undefined) return;
        carried += 1;
        expect(Buffer.byteLength(code)).toBeLessThanOrEqual(64);
        expect(code).not.toMatch(/\p{Control}/u);
        expect(decodeButton(code, known)).toEqual({ command: 'map', words });
      }),
    );
    expect(carried).toBeGreaterThan(10);
  });

  test('is refused unless exactly this program would write it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.string()).map((fields) => ['1', 'map', ...fields].join('|')),
        ),
        (text) => {
          const pressed = decodeButton(text, known);
          if (pressed === undefined) return;
          const command = known.find(({ name }) => name === pressed.command);
          expect(encodeButton(pressed, command ?? map)).toBe(text);
        },
      ),
    );
  });

  test.each([
    ['', 'nothing'],
    ['2|map|eth', 'another version'],
    ['1|forgotten|eth', 'a command that is gone'],
    ['1|map', 'a required word missing'],
    ['1|map|eth|2d', 'a window that is no choice'],
    ['1|map|eth||', 'empty words at the end'],
    ['1|map|eth|1d|okx|more', 'more words than parameters'],
    ['1|map|%65th', 'an escape where none is needed'],
    ['1|map|e\nth', 'a control character'],
    [`1|map|${'e'.repeat(60)}`, 'more than 64 bytes'],
    ['1|constructor', 'a name that every object knows'],
  ])('"%s" is refused: %s', (text) => {
    expect(decodeButton(text, known)).toBeUndefined();
  });

  test.each<[Words, RegExp]>([
    [{}, /"symbol" is missing/],
    [{ symbol: 'eth', colour: 'red' }, /"colour" is no parameter/],
    [{ symbol: 'eth', window: '2d' }, /"2d" is not one of 1d, 7d/],
    [{ symbol: '\u{d800}' }, /no character to read/],
    [{ symbol: 'e\nth' }, /no character to read/],
    [{ symbol: 'ł'.repeat(30) }, /takes 66 bytes, not at most 64/],
  ])('%j is no button', (words, message) => {
    expect(() => encodeButton({ command: 'map', words }, map)).toThrow(message);
  });

  test('belongs to one command', () => {
    expect(() => encodeButton({ command: 'about', words: {} }, map)).toThrow(/"about" is another command/);
  });

  test('has room for what every command asks for most often', () => {
    for (const command of commands) {
      const words = Object.fromEntries(
        command.parameters.slice(0, 6).map(({ name, choices }) => [name, choices?.[0] ?? '1000pepe']),
      );
      const code = encodeButton({ command: command.name, words }, command);
      expect(decodeButton(code, commands)).toEqual({ command: command.name, words });
    }
  });
});
