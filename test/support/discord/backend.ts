import type { Button, Caller, Command, Reply, Words } from '../../../commands/command.ts';
import type { ChatBackend } from '../../../src/chat/adapter.ts';
import type { KeyValue } from '../../../src/chat/key-value.ts';
import { UserError } from '../../../src/errors.ts';
import { blackPng } from './picture.ts';

const windows = ['12h', '24h', '7d'];
const coins = ['BTC', 'ETH', 'ETHFI', 'SOL'];

async function unused(): Promise<Reply> {
  throw new Error('commands are run by the backend');
}

/** A command with every kind of parameter, and one with none. */
export const testCommands: readonly Command[] = [
  {
    name: 'liqmap',
    summary: 'where open positions of a coin would be liquidated',
    parameters: [
      { name: 'symbol', description: 'coin', required: true, completes: 'symbol' },
      { name: 'window', description: 'time', choices: windows },
      { name: 'venues', description: 'exchanges' },
    ],
    run: unused,
  },
  { name: 'about', summary: 'what this is', parameters: [], run: unused },
];

/** A map of a coin, with buttons for its windows and one to refresh; what it draws can be changed. */
export function mapReply(words: Words, data: Buffer = blackPng(1200, 675)): Reply {
  const symbol = words['symbol']?.toUpperCase() ?? '';
  const window = words['window'] ?? '24h';
  const button = (label: string, to: string): Button => ({
    label,
    command: 'liqmap',
    words: { symbol, window: to },
  });
  return {
    text: `${symbol} liquidation map, ${window}\nPrice $2,600 *not bold*`,
    picture: {
      fileName: `${symbol.toLowerCase()}.png`,
      alt: `Map of ${symbol}, ${window}.`,
      draw: async () => data,
    },
    buttons: [windows.map((one) => button(one, one)), [button('Refresh', window)]],
  };
}

export type Ran = { readonly command: string; readonly words: Words; readonly caller: Caller };

/** A backend that remembers what it was asked. */
export class TestBackend implements ChatBackend {
  readonly commands = testCommands;
  readonly ran: Ran[] = [];
  /** What commands do; replaced by tests that want something else. */
  answer: (ran: Ran) => Promise<Reply> = async ({ command, words }) => {
    if (command === 'about') return { text: 'Liqmap draws maps.' };
    if (!coins.includes(words['symbol']?.toUpperCase() ?? '')) {
      throw new UserError(`No venue lists "${words['symbol']}". Did you mean ETH, ETHFI?`);
    }
    return mapReply(words);
  };

  run(command: string, words: Words, caller: Caller): Promise<Reply> {
    const ran = { command, words, caller };
    this.ran.push(ran);
    return this.answer(ran);
  }

  async suggestSymbols(prefix: string): Promise<readonly string[]> {
    return coins.filter((coin) => coin.startsWith(prefix.toUpperCase()));
  }
}

/** A store in memory that outlives adapters. */
export function memoryStore(): KeyValue & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    get: async (key) => entries.get(key),
    set: async (key, value) => void entries.set(key, value),
    delete: async (key) => void entries.delete(key),
  };
}
