import { describe, expect, it } from 'vitest';
import type { Command } from '../../../commands/command.ts';
import { linkedText, linkTo, wordsOf } from '../../../src/chat/telegram/words.ts';

const run = () => Promise.reject(new Error('not run here'));
const liqmap: Command = {
  name: 'liqmap',
  summary: 'a map',
  parameters: [
    { name: 'symbol', description: '', required: true },
    { name: 'window', description: '', choices: ['24h', '7d'] },
    { name: 'venues', description: '' },
    { name: 'range', description: '' },
    { name: 'theme', description: '', choices: ['dark', 'light'] },
  ],
  run,
};
const near: Command = { name: 'near', summary: 'what is near', parameters: [], run };
const commands = [liqmap, near];

describe('the words behind a command', () => {
  it.each<[string, Record<string, string>]>([
    ['', {}],
    ['eth', { symbol: 'eth' }],
    ['eth 24h', { symbol: 'eth', window: '24h' }],
    ['  eth\n 24H ', { symbol: 'eth', window: '24h' }],
    ['eth light', { symbol: 'eth', theme: 'light' }],
    ['eth binance,bybit 20%', { symbol: 'eth', venues: 'binance,bybit', range: '20%' }],
    ['range=20 eth window=7d', { symbol: 'eth', window: '7d', range: '20' }],
    ['24h', { symbol: '24h' }],
    ['SYMBOL=eth', { symbol: 'eth' }],
    ['eth window=soon', { symbol: 'eth', window: 'soon' }],
    ['eth/usdt', { symbol: 'eth/usdt' }],
    ['__proto__', { symbol: '__proto__' }],
  ])('"%s"', (text, words) => {
    expect(wordsOf(text, liqmap)).toEqual(words);
  });

  it.each([
    [
      'eth colour=red',
      liqmap,
      '/liqmap has no option "colour". It takes symbol, window, venues, range, theme.',
    ],
    ['eth constructor=x', liqmap, '/liqmap has no option "constructor"'],
    ['eth window=7d window=24h', liqmap, '"window" is given twice.'],
    ['eth a b c', liqmap, '/liqmap does not know what to do with "c". It takes'],
    ['eth', near, '/near does not know what to do with "eth".'],
  ])('"%s" mean nothing', (text, command, problem) => {
    expect(() => wordsOf(text, command)).toThrow(problem);
  });
});

describe('a link', () => {
  it.each([
    ['eth_24h', 'liqmap', 'eth 24h'],
    ['near', 'near', ''],
    ['liqmap_eth', 'liqmap', 'eth'],
    ['Near', 'near', ''],
    ['1000PEPE', 'liqmap', '1000PEPE'],
  ])('"%s" asks for /%s %s', (payload, name, text) => {
    const linked = linkedText(payload, commands);
    expect([linked?.command.name, linked?.text]).toEqual([name, text]);
  });

  it.each(['', 'a b', 'eth/usdt', 'x'.repeat(65)])('"%s" is none', (payload) => {
    expect(linkedText(payload, commands)).toBeUndefined();
  });

  it('leads back to the words it was made of', () => {
    const payload = linkTo(['liqmap', 'eth', '24h']);
    expect(linkedText(payload ?? '', commands)).toEqual({ command: liqmap, text: 'eth 24h' });
    expect(linkTo(['liqmap', 'eth', 'range=20'])).toBeUndefined();
  });
});
