import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLiveVenues } from '../../../src/market/live/index.ts';
import type { PositionSource } from '../../../src/market/positions.ts';
import type { MarketSource } from '../../../src/market/source.ts';
import { type CrowdAccount, vaultAddress } from '../../support/exchange/crowd.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../../support/exchange/server.ts';
import { smallWorld } from '../../support/exchange/small-world.ts';
import { crowdOf } from '../../support/exchange/venues/hyperliquid-people.ts';

const nowMs = Date.UTC(2026, 9, 20, 12, 34, 56);
const world = smallWorld({ nowMs });
const crowd = crowdOf(world.markets.hyperliquid);
let exchange: LoopbackExchange;
let source: MarketSource;
let positions: PositionSource;
let refused = 0;

beforeAll(async () => {
  exchange = await startLoopbackExchange({ world, nowMs: () => nowMs });
  const [venue] = createLiveVenues({
    venues: ['hyperliquid'],
    apiUrl: exchange.url,
    nowMs: () => nowMs,
    sleep: async () => undefined,
    paced: false,
    onRefused: (_, rows) => {
      refused += rows;
    },
  });
  source = venue!.source;
  positions = venue!.positions!;
});
afterAll(async () => {
  await source.close();
  await exchange.close();
});

function holder(kind: CrowdAccount['kind'], holds: (symbol: string) => boolean = () => true): CrowdAccount {
  return crowd.accounts.find(
    (one) => one.kind === kind && crowd.positionsOf(one, nowMs).some(({ market }) => holds(market.symbol)),
  )!;
}

test('the leaderboard names accounts of some size, in lower case, each once', async () => {
  const leaders = await positions.leaders();
  const listed = crowd.accounts.filter(({ isListed }) => isListed);
  expect(leaders.map(({ address }) => address).sort()).toEqual(listed.map(({ address }) => address).sort());
  const asked = exchange.requests.find(({ host }) => host === 'stats-data.hyperliquid.xyz');
  expect(asked?.path).toBe('/Mainnet/leaderboard');
});

test('trades name both who bought and who sold, also those that the leaderboard does not', async () => {
  const market = (await source.markets()).find(({ symbol }) => symbol === 'ETH/USDC:USDC')!;
  const traders = await positions.traders(market);
  expect(traders.length).toBeGreaterThan(5);
  const unlisted = crowd.accounts.filter(({ isListed }) => !isListed).map(({ address }) => address);
  expect(unlisted).toEqual(expect.arrayContaining(traders.map(({ address }) => address)));
  expect(Math.min(...traders.map(({ usd }) => usd))).toBeGreaterThan(10_000);
});

test('positions come back as they are, at the liquidation price that was reported', async () => {
  for (const account of [
    holder('trader'),
    holder('maker'),
    holder('trader', (one) => one.startsWith('KPEPE')),
  ]) {
    const truth = crowd.positionsOf(account, nowMs);
    const seen = await positions.account(account.address);
    expect(seen).toMatchObject({ timeMs: nowMs, isVenueVault: false, refused: 0 });
    expect(seen.positions).toHaveLength(truth.length);
    for (const [i, one] of truth.entries()) {
      const { market, side, size, entryPrice, valueUsd, leverage, liquidationPrice, isCross } =
        seen.positions[i]!;
      expect(market.symbol).toBe(one.market.symbol);
      expect({ side, leverage, isCross }).toEqual({
        side: one.side,
        leverage: one.leverage,
        isCross: one.isCross,
      });
      expect(size / one.size).toBeCloseTo(1, 9);
      expect(entryPrice / one.entryPrice).toBeCloseTo(1, 9);
      expect(valueUsd / (one.size * one.markPrice)).toBeCloseTo(1, 9);
      if (one.liquidationPrice === undefined) expect(liquidationPrice).toBeUndefined();
      else expect(liquidationPrice! / one.liquidationPrice).toBeCloseTo(1, 9);
    }
  }
});

test("the venue's own vault is known as such, an address without an account holds nothing", async () => {
  expect((await positions.account(vaultAddress.toUpperCase().replace('0X', '0x'))).isVenueVault).toBe(true);
  expect((await positions.account(`0x${'1'.repeat(40)}`)).positions).toEqual([]);
});

test.each(['nan', 'negative', 'huge'] as const)('rows of %s prices are refused and counted', async (how) => {
  const end = exchange.fault({ where: /clearinghouseState/, effect: { kind: 'absurd', how } });
  refused = 0;
  const { address } = holder('maker');
  const seen = await positions.account(address);
  end();
  expect(seen.positions).toEqual([]);
  expect(seen.refused).toBeGreaterThan(2);
  expect(refused).toBe(seen.refused);
});

test('a venue that fails is asked once, and no address is in what it is told with', async () => {
  const { address } = holder('trader');
  for (const effect of [
    { kind: 'rate-limited', retryAfterSeconds: 1 },
    { kind: 'server-error', status: 502 },
    { kind: 'html' },
  ] as const) {
    const end = exchange.fault({ where: new RegExp(address), effect });
    const before = exchange.requests.length;
    const failure = await positions.account(address).catch((error: Error) => error);
    end();
    expect(exchange.requests.length - before).toBe(1);
    expect(failure).toBeInstanceOf(Error);
    expect(String((failure as Error).stack)).not.toContain(address.slice(2, 20));
  }
  // A short rest is not made longer for who asks for a map.
  expect(await source.price((await source.markets())[0]!)).toBeDefined();
});
