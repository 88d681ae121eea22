import { describe, expect, it } from 'vitest';
import type { Command } from '../../../commands/command.ts';
import { linkedText, linkTo } from '../../../src/chat/telegram/links.ts';

const run = () => Promise.reject(new Error('not run here'));
const liqmap: Command = { name: 'liqmap', summary: 'a map', parameters: [], run };
const near: Command = { name: 'near', summary: 'what is near', parameters: [], run };
const commands = [liqmap, near];

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
