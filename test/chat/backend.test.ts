import { describe, expect, it } from 'vitest';
import type { Caller, Command } from '../../commands/command.ts';
import { chatBackend } from '../../src/chat/backend.ts';
import { UserError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import type { Market } from '../../src/market/source.ts';

const caller: Caller = { platform: 'telegram', userId: '1', chatId: '2', mayManage: false };
const perpetual = (venue: string, base: string) => ({ venue, base, kind: 'perpetual' }) as Market;
const listed = [
  perpetual('okx', 'ETC'),
  perpetual('okx', 'ETH'),
  perpetual('gate', 'ETH'),
  perpetual('okx', 'ETHFI'),
  perpetual('gate', 'ETC'),
  perpetual('bybit', 'ETC'),
  { ...perpetual('okx', 'EURT'), kind: 'future' as const },
];

function backend(markets: readonly Market[] | Error, favourites: readonly string[] = ['ETH']) {
  const seen: unknown[] = [];
  const echo = {
    name: 'echo',
    run: async (words, context) => {
      seen.push(context.caller);
      return { text: words['say'] ?? '' };
    },
  } as Command;
  const maps = {
    map: () => Promise.reject(new Error('not asked')),
    markets: async () => {
      if (markets instanceof Error) throw markets;
      return { markets: markets.map((market) => ({ market })), failed: [] };
    },
  };
  const log = createLog({ level: 'error' });
  return { seen, ...chatBackend({ commands: [echo], context: { maps }, favourites, log }) };
}

describe('what chats ask', () => {
  it('is run as a command, with the one who asks', async () => {
    const { run, seen } = backend([]);
    expect(await run('echo', { say: 'hello' }, caller)).toEqual({ text: 'hello' });
    expect(seen).toEqual([caller]);
  });

  it('is refused in words when there is no such command', async () => {
    await expect(backend([]).run('ech', {}, caller)).rejects.toThrow(UserError);
  });
});

describe('coins suggested while somebody types', () => {
  it('begin with what was typed, the most traded first on all venues together', async () => {
    const traded = (venue: string, base: string, dayVolumeUsd: number) => ({
      ...perpetual(venue, base),
      dayVolumeUsd,
    });
    const markets = [traded('okx', 'ETC', 50), traded('okx', 'ETH', 30), traded('gate', 'ETH', 30)];
    expect(await backend([...listed, ...markets]).suggestSymbols(' e')).toEqual(['ETH', 'ETC', 'ETHFI']);
    expect(await backend([...listed, ...markets]).suggestSymbols('eth')).toEqual(['ETH', 'ETHFI']);
  });

  it('of which no volume is known come in the order of how many venues list them', async () => {
    expect(await backend(listed).suggestSymbols('e')).toEqual(['ETC', 'ETH', 'ETHFI']);
  });

  it('are no more than a platform takes', async () => {
    const many = Array.from({ length: 60 }, (_, i) => perpetual('okx', `E${i}`));
    expect(await backend(many).suggestSymbols('')).toHaveLength(25);
  });

  it('are those of the configuration while no venue answers', async () => {
    expect(await backend(new Error('away')).suggestSymbols('')).toEqual(['ETH']);
  });
});
