import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanWords, shown } from '../../commands/clean-words.ts';
import { commands } from '../../commands/index.ts';
import { pictureName } from '../../commands/picture-name.ts';
import { writtenWords } from '../../commands/written-words.ts';
import { UserError } from '../../src/errors.ts';
import { commandNamed, contextOf } from './fakes.ts';

const symbol = [{ name: 'symbol' }, { name: 'list', many: true }] as const;

function cleaned(word: string): string | undefined {
  try {
    return cleanWords({ symbol: word }, symbol)['symbol'];
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

describe('words of a request', () => {
  test('hold no control character, line break or markup, and have a length, whatever was sent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (word) => {
        const clean = cleaned(word) ?? '';
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}<>`*~|\\"{}[\]=\n\r]/u);
        expect(clean.length).toBeLessThanOrEqual(60);
      }),
    );
  });

  test.each([
    'eth',
    'ETHUSDT',
    'eth/usdt:usdt',
    'kPEPE',
    '1000pepe',
    '$eth',
    '币安人生',
    'BTC-USDT-SWAP',
    'eth 20%',
  ])('"%s" passes as it is', (word) => expect(cleaned(` ${word} `)).toBe(word));

  test.each([
    'a\u0000b',
    'a\nb',
    '<script>',
    '`x`',
    '**x**',
    '../x\\',
    'a\u202eb',
    'a\u200bb',
    '😀',
    'x'.repeat(61),
  ])('%j is refused', (word) => expect(cleaned(word)).toBeUndefined());

  test('that are empty count as not given', () => {
    expect(cleanWords({ symbol: '  ', list: undefined }, symbol)).toEqual({});
  });

  test('that nobody asked for are refused by name, with what there is', () => {
    expect(() => cleanWords({ colour: 'red' }, symbol)).toThrow(
      'there is no "colour" here; there is symbol, list',
    );
  });

  test('in a list may be longer', () => {
    const list = Array.from({ length: 25 }, (_, index) => `COIN${index}`).join(',');
    expect(cleanWords({ list }, symbol)).toEqual({ list });
  });

  test('of somebody else that stand in a message are short and plain', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (word) => {
        expect(shown(word)).toMatch(/^[\p{L}\p{M}\p{N} ._:,;/%$#+@&()'?…-]*$/u);
        expect(shown(word).length).toBeLessThanOrEqual(61);
      }),
    );
  });
});

describe('what somebody writes behind a command', () => {
  const written = (name: string, text: string) => writtenWords(text, commandNamed(name));

  test.each<[string, string, Record<string, string>]>([
    ['liqmap', 'eth', { symbol: 'eth' }],
    ['liqmap', 'eth 24h', { symbol: 'eth', window: '24h' }],
    ['liqmap', 'eth 20% liqs light', { symbol: 'eth', range: '20%', view: 'liqs', theme: 'light' }],
    ['liqmap', 'eth okx,gate 24H', { symbol: 'eth', venues: 'okx,gate', window: '24h' }],
    ['liqmap', 'range=20 ETH', { symbol: 'ETH', range: '20' }],
    ['liqs', 'eth 6h', { symbol: 'eth', hours: '6h' }],
    ['compare', 'btc eth sol 30d', { symbols: 'btc eth sol', window: '30d' }],
    ['compare', 'btc,eth light', { symbols: 'btc,eth', theme: 'light' }],
    ['settings', 'symbols btc eth', { key: 'symbols', value: 'btc eth' }],
    ['settings', 'theme dark', { key: 'theme', value: 'dark' }],
    ['help', 'liqmap', { command: 'liqmap' }],
    ['about', '', {}],
  ])('/%s %s', (name, text, words) => {
    expect(written(name, text)).toEqual(words);
  });

  test('is refused where a word has no place, a name is unknown or given twice', () => {
    expect(() => written('forgetme', 'eth')).toThrow('"eth"');
    expect(() => written('clusters', 'eth 7d why')).toThrow('Possible are: symbol, window');
    expect(() => written('clusters', 'eth colour=red')).toThrow('there is symbol, window');
    expect(() => written('clusters', 'symbol=eth symbol=btc')).toThrow('given twice');
  });

  test('ends in words that the command takes or refuses for people, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...commands),
        fc.string({ unit: 'binary', maxLength: 80 }),
        async (command, text) => {
          try {
            const reply = await command.run(writtenWords(text, command), contextOf());
            expect(reply.text).not.toBe('');
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('the name of a picture', () => {
  test('is a plain file name, whatever the coin is called', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), (parts) => {
        expect(pictureName(...parts)).toMatch(/^[a-z0-9][a-z0-9-]{0,59}\.png$/);
      }),
    );
  });

  test.each([
    [['ETH', '7d'], 'eth-7d.png'],
    [['../../etc/passwd', '7d'], 'etc-passwd-7d.png'],
    [['币安人生'], 'map.png'],
  ])('of %j is %s', (parts, name) => {
    expect(pictureName(...parts)).toBe(name);
  });
});
