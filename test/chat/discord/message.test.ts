import { describe, expect, test } from 'vitest';
import type { Button } from '../../../commands/command.ts';
import { codeOf, messageOf, whisperOf } from '../../../src/chat/discord/message.ts';
import { testCommands as commands } from '../../support/discord/backend.ts';

const data = Buffer.from('a picture');
const button = (label: string): Button => ({ label, command: 'liqmap', words: { symbol: 'eth' } });
const rows = (...counts: number[]) =>
  counts.map((count) => Array.from({ length: count }, () => button('eth')));

describe('a message', () => {
  test('mentions nobody, whatever its text says', () => {
    const { body } = messageOf({ text: '@everyone <@123456789012345678>' }, { commands });
    expect(body.allowed_mentions).toEqual({ parse: [] });
    expect(body.content).toContain('\\<@');
  });

  test('tells one role when it is to', () => {
    const pingRole = '123456789012345678';
    const { body } = messageOf({ text: 'x'.repeat(3000) }, { commands, pingRole });
    expect(body.allowed_mentions).toEqual({ parse: [], roles: [pingRole] });
    expect(body.content).toMatch(/^<@&123456789012345678>\nx+…$/);
    expect(body.content).toHaveLength(2000);
  });

  test('has alt text of at most 1,024 characters and a file name without a path', () => {
    const picture = { fileName: '../eth 7d.png', alt: 'a'.repeat(2000), data };
    const { body, files } = messageOf({ text: 'map' }, { commands, picture });
    expect(body.attachments).toEqual([
      { id: 0, filename: '.._eth_7d.png', description: `${'a'.repeat(1023)}…` },
    ]);
    expect(files).toEqual([{ name: '.._eth_7d.png', data }]);
  });

  test('takes a former picture away when it has none', () => {
    expect(messageOf({ text: 'no map' }, { commands }).body.attachments).toEqual([]);
  });

  test('gives each button an id of its own, though they ask for the same', () => {
    const { body } = messageOf({ text: 'map', buttons: rows(2, 0, 5) }, { commands });
    const ids = JSON.stringify(body.components).match(/"custom_id":"[^"]+"/g)!;
    expect(body.components).toHaveLength(2);
    expect(new Set(ids).size).toBe(7);
    for (const id of ids) expect(codeOf(id.slice(13, -1))).toBe('1|liqmap|eth');
  });

  test.each([[[6]], [[1, 1, 1, 1, 1, 1]]])('refuses buttons in rows of %j', (counts) => {
    expect(() => messageOf({ text: 'map', buttons: rows(...counts) }, { commands })).toThrow(RangeError);
  });

  test('opens the page behind its picture by a button that stands where there is room', () => {
    const page = 'https://maps.example.com/m/x';
    const placesOf = (...counts: number[]) =>
      (
        messageOf({ text: 'map', buttons: rows(...counts) }, { commands, page }).body.components as {
          components: { url?: string; style: number; custom_id?: string }[];
        }[]
      ).map(({ components }) => components.filter(({ url }) => url === page).length);
    expect(placesOf()).toEqual([1]);
    expect(placesOf(5, 5)).toEqual([0, 0, 1]);
    expect(placesOf(4, 5, 2, 5, 5)).toEqual([0, 0, 1, 0, 0]);
    expect(placesOf(5, 5, 5, 5, 5)).toEqual([0, 0, 0, 0, 0]);
  });

  test('refuses a button for a command that there is not', () => {
    const buttons = [[{ label: 'x', command: 'drop', words: {} }]];
    expect(() => messageOf({ text: 'map', buttons }, { commands })).toThrow(/"drop"/);
  });

  test('is built anew for every sending', () => {
    const reply = { text: 'map' };
    expect(messageOf(reply, { commands }).body.attachments).not.toBe(
      messageOf(reply, { commands }).body.attachments,
    );
  });
});

test('a whisper is seen by one person', () => {
  expect(whisperOf('psst')).toMatchObject({ content: 'psst', flags: 64, allowed_mentions: { parse: [] } });
});
