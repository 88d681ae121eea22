import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commands } from '../../commands/index.ts';
import { chatCommand } from '../../src/cli/chat-command.ts';
import { UserError } from '../../src/errors.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../support/exchange/server.ts';
import { smallWorld } from '../support/exchange/small-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'liqmap-cli-'));
let exchange: LoopbackExchange;

beforeAll(async () => {
  const nowMs = Date.now();
  exchange = await startLoopbackExchange({ world: smallWorld({ nowMs }), nowMs: () => nowMs });
  vi.stubEnv('EXCHANGE_API_URL', exchange.url);
  vi.stubEnv('VENUES', 'binance,gate');
  vi.stubEnv('SYMBOLS', 'eth,btc');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  await exchange.close();
});

async function run(
  name: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string }> {
  const command = chatCommand(commands.find((one) => one.name === name)!);
  let out = '';
  const code = await command.run(args, { out: (text) => (out += `${text}\n`), note: () => undefined });
  return { code, out };
}

describe('a command of the chats at the terminal', () => {
  test('takes words as in a chat, and as options', async () => {
    const { code, out } = await run('clusters', 'eth', '24h');
    expect(code).toBe(0);
    expect(out).toContain('ETH clusters, opened in the last 24h');
    expect((await run('clusters', 'eth', '--window', '24h')).out).toContain('opened in the last 24h');
  });

  test('takes a fall for a word, not for an option', async () => {
    const out = join(folder, 'cascade.png');
    for (const args of [
      ['eth', '-5%'],
      ['-5%', 'eth'],
      ['eth', '--move', '-5%'],
      ['eth', '--move=-5%'],
    ]) {
      expect((await run('cascade', ...args, '--out', out)).out).toContain('A fall by 5 % closes');
    }
    expect(existsSync(out)).toBe(true);
  });

  test('tells of an own position by the rules of its venue', async () => {
    const { mark } = JSON.parse((await run('near', 'eth', '--json')).out).map(
      ({ priceUsd }: { priceUsd: number }) => ({ mark: priceUsd }),
    )[0];
    const words = ['eth', 'long', String(Math.round(mark)), '10x', 'gate', '--json'];
    const { market, liquidation } = JSON.parse((await run('mypos', ...words)).out);
    expect(market.venue).toBe('gate');
    expect(liquidation.priceUsd / mark).toBeGreaterThan(0.85);
    expect(liquidation.priceUsd / mark).toBeLessThan(0.95);
  });

  test('draws its picture where it is told to', async () => {
    const file = join(folder, 'compared.png');
    const { out } = await run('compare', 'btc,eth', '24h', '--out', file);
    expect(out).toContain('Liquidation maps of BTC, ETH');
    expect(existsSync(file)).toBe(true);
  });

  test('sees the liquidations that a venue serves, and says of which it sees none', async () => {
    const { out } = await run('liqs', 'eth', '--out', join(folder, 'liqs.png'));
    expect(out).toContain('Every one seen on gate');
    expect(out).toContain('Not observed: binance');
  });

  test('prints data for programs', async () => {
    const { out } = await run('near', '--json', '24h');
    expect(JSON.parse(out)).toEqual(
      expect.arrayContaining([expect.objectContaining({ symbol: 'ETH', cluster: expect.any(Object) })]),
    );
  });

  test('answers an unknown coin with near ones', async () => {
    await expect(run('clusters', 'etj')).rejects.toThrow(UserError);
    await expect(run('clusters', 'etj')).rejects.toThrow('Did you mean ETH');
  });
});
