import type { Caller, Command, Reply, Words } from '../../../commands/command.ts';
import type { ChatBackend } from '../../../src/chat/adapter.ts';
import type { KeyValue } from '../../../src/chat/key-value.ts';
import { UserError } from '../../../src/errors.ts';
import { greyPng } from './png.ts';

const windows = ['24h', '7d', '30d'];

/** Commands as a test needs them, next to the shape of the real ones. */
export const scriptedCommands: readonly Command[] = [
  {
    name: 'liqmap',
    summary: 'where positions would be liquidated',
    parameters: [
      { name: 'symbol', description: 'coin', required: true, completes: 'symbol' },
      { name: 'window', description: 'how far back', choices: windows },
      { name: 'venues', description: 'only these' },
    ],
    run: () => Promise.reject(new Error('the backend runs commands')),
  },
  {
    name: 'status',
    summary: 'how old the data is',
    parameters: [],
    run: () => Promise.reject(new Error('the backend runs commands')),
  },
  {
    name: 'forgetme',
    summary: 'forgets you',
    parameters: [],
    isPrivate: true,
    run: () => Promise.reject(new Error('the backend runs commands')),
  },
];

type Asked = { readonly command: string; readonly words: Words; readonly caller: Caller };

/** Answers by script: a picture of one grey per symbol and window, words for `status`, and faults by symbol. */
export class ScriptedBackend implements ChatBackend {
  readonly commands = scriptedCommands;
  readonly asked: Asked[] = [];
  /** Symbols whose answers wait. */
  readonly gates = new Map<string, Promise<unknown>>();
  /** Symbols whose pictures wait, or fail. */
  readonly drawing = new Map<string, Promise<unknown>>();
  /** Commands whose answers are shown to nobody but the asker. */
  readonly secret = new Set<string>();
  drawn = 0;

  async run(command: string, words: Words, caller: Caller): Promise<Reply> {
    this.asked.push({ command, words, caller });
    if (command === 'status') return { text: 'Data is 3 s old.' };
    if (command === 'forgetme') {
      return { text: 'Forgotten.', ...(this.secret.has(command) && { isSecret: true }) };
    }
    const { symbol = '', window = '7d' } = words;
    await this.gates.get(symbol);
    if (symbol === '') throw new UserError('which coin? For example: eth');
    if (symbol === 'ethh') throw new UserError('No venue lists "ethh". Did you mean ETH?');
    if (symbol === 'broken') throw new Error('connection to 10.1.2.3 lost');
    if (symbol === 'markup') return { text: '*bold* _x_ <b>&amp;</b> [a](http://b.example) `c`' };
    return this.mapReply(symbol, window);
  }

  mapReply(symbol: string, window: string): Reply {
    return {
      text: `${symbol.toUpperCase()} liquidations, ${window}\nData is 3 s old.`,
      picture: {
        fileName: `${symbol}-${window}.png`,
        alt: 'a map',
        draw: async () => {
          await this.drawing.get(symbol);
          this.drawn += 1;
          return mapPng(symbol, window);
        },
      },
      buttons: [
        windows.map((label) => ({ label, command: 'liqmap', words: { symbol, window: label } })),
        [{ label: 'Refresh', command: 'liqmap', words: { symbol, window } }],
      ],
    };
  }

  async suggestSymbols(): Promise<readonly string[]> {
    return ['BTC', 'ETH'];
  }
}

/** The same picture whenever the same is asked for. */
export function mapPng(symbol: string, window: string): Buffer {
  const shade = [...`${symbol}${window}`].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 255, 7);
  return greyPng({ width: 300, height: 200, shade });
}

/** Remembers in a map. */
export function memoryStore(): KeyValue & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    get: async (key) => texts.get(key),
    set: async (key, value) => void texts.set(key, value),
    delete: async (key) => void texts.delete(key),
  };
}
