import { describe, expect, it } from 'vitest';
import { type AlertEntry, AlertLog } from '../../../src/chat/web/alert-log.ts';
import { offersFor } from '../../../src/chat/web/completion.ts';
import { Conversation } from '../../../src/chat/web/conversation.ts';
import { UserError } from '../../../src/errors.ts';
import { mapReply, testCommands } from '../../support/discord/backend.ts';
import { keptLog } from '../../support/jobs/redis.ts';

const { log, lines } = keptLog();
const backend = {
  commands: testCommands,
  async run(name: string, words: Readonly<Record<string, string | undefined>>) {
    if (words['symbol'] === 'nope') throw new UserError('No venue lists "nope".');
    if (words['symbol'] === 'bug') throw new TypeError('of null');
    if (name === 'about') return { text: 'about' };
    return { ...mapReply(words), page: async () => '/m/x' };
  },
  suggestSymbols: async (prefix: string) =>
    ['BTC', 'ETH', 'ETHFI'].filter((name) => name.startsWith(prefix.toUpperCase())),
};
const talk = () => new Conversation({ backend, log, symbols: ['BTC', 'ETH'] });

describe('the chat window', () => {
  it('takes a command with or without its slash, and a coin alone as the map of it', async () => {
    for (const line of ['/liqmap eth 24h', 'liqmap eth 24h', 'eth 24h', '  ETH   24h ']) {
      expect((await talk().say(line)).text).toContain('ETH liquidation map, 24h');
    }
    expect((await talk().say('about')).text).toBe('about');
  });

  it('shows picture, page and buttons, and a pressed button does what it says', async () => {
    const talking = talk();
    const shown = await talking.say('eth');
    expect(shown.page).toBe('/m/x');
    const id = /^\/chat\/pictures\/([\w-]{22})\.png$/.exec(shown.picture!.src)![1]!;
    expect((await talking.picture(id)!.draw()).subarray(1, 4).toString()).toBe('PNG');
    expect(talking.picture('x'.repeat(22))).toBeUndefined();
    const [button] = shown.buttons.flat().filter(({ label }) => label === '7d');
    expect((await talking.press(button!.code)).text).toContain('ETH liquidation map, 7d');
  });

  it('says what is wrong in words, and a defect by a number that is in the log', async () => {
    expect(await talk().say('nope')).toMatchObject({ text: 'No venue lists "nope".', isProblem: true });
    expect((await talk().say('/drop tables')).text).toContain('no command "drop"');
    expect((await talk().press('1|drop')).text).toContain('older version');
    const { text } = await talk().say('bug');
    expect(text).not.toContain('null');
    expect(lines.at(-1)).toMatchObject({ level: 'error', id: /number: (\w+)$/.exec(text)![1] });
  });

  it('offers newcomers buttons that work', async () => {
    const talking = talk();
    for (const { code } of talking.hello().buttons.flat()) {
      expect((await talking.press(code)).isProblem).toBeUndefined();
    }
  });
});

describe('completion', () => {
  const labels = async (typed: string) => (await offersFor(typed, backend)).map(({ label }) => label);

  it('offers commands and coins for a first word, and what fits for the next ones', async () => {
    expect(await labels('/l')).toEqual(['/liqmap']);
    expect(await labels('et')).toEqual(['ETH', 'ETHFI']);
    expect(await labels('/liqmap e')).toEqual(['ETH', 'ETHFI']);
    expect(await labels('/liqmap eth 2')).toEqual(['24h']);
    expect(await labels('eth 7')).toEqual(['7d']);
    expect(await labels('/about e')).toEqual([]);
    expect(await labels('')).toEqual([]);
  });

  it('gives the whole line as it would then be', async () => {
    expect((await offersFor('/liqmap e', backend))[0]!.text).toBe('/liqmap ETH ');
  });
});

describe('the log of alerts', () => {
  const entry = (key: string, text = key): AlertEntry => ({ key, atMs: 1, text, silent: false, buttons: [] });

  function memory() {
    const kept = new Map<string, string>();
    return {
      get: async (key: string) => kept.get(key),
      set: async (key: string, value: string) => void kept.set(key, value),
      delete: async (key: string) => void kept.delete(key),
    };
  }

  it('keeps them in their order for who opens the window later, the last forty', async () => {
    const alerts = new AlertLog(memory());
    await Promise.all(Array.from({ length: 45 }, (_, i) => alerts.put(entry(`${i}`))));
    expect((await alerts.entries()).map(({ key }) => key)).toEqual(
      Array.from({ length: 40 }, (_, i) => `${i + 5}`),
    );
  });

  it('tells each once, and again when it has changed in its place', async () => {
    const alerts = new AlertLog(memory());
    const told: string[] = [];
    const leave = alerts.listen(({ text }) => told.push(text));
    await alerts.put(entry('a'));
    await alerts.put(entry('a'));
    await alerts.put(entry('b'));
    await alerts.put(entry('a', 'a, and what came of it'));
    leave();
    await alerts.put(entry('c'));
    expect(told).toEqual(['a', 'b', 'a, and what came of it']);
    expect((await alerts.entries()).map(({ text }) => text)).toEqual(['a, and what came of it', 'b', 'c']);
  });
});
