import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../src/log.ts';
import { MarketError } from '../src/market/live/market-error.ts';
import type { Account, PositionSource } from '../src/market/positions.ts';
import type { Market } from '../src/market/source.ts';
import { openTraderNames } from '../src/position-sweep/trader-names.ts';
import { PositionSweep } from '../src/position-sweep.ts';
import type { Store } from '../src/store/store.ts';

import { storeOpener, temporaryFolder } from './store/places.ts';

const startMs = Date.UTC(2026, 9, 20);
const minuteMs = 60_000;
const venue = 'hyperliquid';
const symbol = 'ETH/USDC:USDC';
const market: Market = {
  venue,
  symbol,
  base: 'ETH',
  quote: 'USDC',
  settle: 'USDC',
  contract: 'linear',
  multiplier: 1,
  kind: 'perpetual',
};
const folder = temporaryFolder();
const open = storeOpener();
let files = 0;
let path: string;
let store: Store;
let clockMs: number;
let lines: string[];
/** What was asked, when, and for how much. */
let asked: { readonly atMs: number; readonly weight: number; readonly what: string }[];

beforeEach(async () => {
  path = join(folder, `sweep-${++files}.db`);
  store = await open({ path });
  clockMs = startMs;
  lines = [];
  asked = [];
});

const addressOf = (i: number) => `0x${i.toString(16).padStart(40, '0')}`;

function holding(away: number, size = 100, more: Partial<Account['positions'][number]> = {}): Account {
  return {
    timeMs: clockMs,
    isVenueVault: false,
    refused: 0,
    positions: [
      {
        market,
        side: 'long',
        size,
        entryPrice: 3000,
        valueUsd: size * 3000,
        isCross: true,
        leverage: 20,
        liquidationPrice: 3000 * (1 - away),
        ...more,
      },
    ],
  };
}
const idle = (): Account => ({ timeMs: clockMs, isVenueVault: false, refused: 0, positions: [] });

type Answers = {
  readonly leaders?: () => Promise<number>;
  readonly account?: (address: string) => Promise<Account> | Account;
  readonly latencyMs?: number;
};

function sweepOf({ leaders = async () => 50, account = idle, latencyMs = 40 }: Answers = {}): PositionSweep {
  const ask = async <T>(what: string, weight: number, answer: () => Promise<T> | T) => {
    asked.push({ atMs: clockMs, weight, what });
    await Promise.resolve();
    clockMs += latencyMs;
    return answer();
  };
  const source: PositionSource = {
    venue,
    weights: { mostPerMinute: 800, account: 2, traders: 20 },
    leaders: () =>
      ask('leaders', 0, async () => {
        const count = await leaders();
        return Array.from({ length: count }, (_, i) => ({ address: addressOf(i), usd: 1e6 }));
      }),
    traders: () =>
      ask('traders', 20, () => [
        { address: addressOf(900), usd: 50_000 },
        { address: addressOf(901), usd: 50 },
      ]),
    account: (address) => ask(address, 2, () => account(address)),
  };
  return new PositionSweep({
    source,
    mostPerMinute: 800,
    list: store.sweepList,
    positions: store.measuredPositions,
    notes: store.installation,
    markets: async () => [market],
    clock: { nowMs: () => clockMs, steadyMs: () => clockMs },
    pause: async (ms) => {
      clockMs += ms;
    },
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
  });
}

const never = new AbortController().signal;
const accounts = () => asked.filter(({ what }) => what.startsWith('0x'));

/** The most that was spent in any minute. */
function mostInAMinute(): number {
  return Math.max(
    ...asked.map(({ atMs }) =>
      asked.reduce((sum, one) => sum + (one.atMs >= atMs && one.atMs <= atMs + minuteMs ? one.weight : 0), 0),
    ),
  );
}

describe('a sweep', () => {
  it('never spends more than 800 of the weights in any minute, and nearly that', async () => {
    const sweep = sweepOf({ leaders: async () => 1_000, latencyMs: 3 });
    for (let slice = 0; slice < 2; slice++) await sweep.slice(55_000, never);
    expect(mostInAMinute()).toBeLessThanOrEqual(800);
    expect(accounts().length).toBeGreaterThan(0.9 * 400 * 1.8);
  });

  it('spends no more when the venue is slow and then quick', async () => {
    const slow = { latencyMs: 9_000 };
    const sweep = sweepOf({
      leaders: async () => 1_000,
      get latencyMs() {
        return slow.latencyMs;
      },
    });
    await sweep.slice(55_000, never);
    slow.latencyMs = 1;
    await sweep.slice(55_000, never);
    expect(mostInAMinute()).toBeLessThanOrEqual(800);
  });

  it('knows whom to look at from the list of accounts and from trades of some size', async () => {
    await sweepOf().slice(30_000, never);
    expect(new Set(accounts().map(({ what }) => what))).toEqual(
      new Set([...Array.from({ length: 50 }, (_, i) => addressOf(i)), addressOf(900)]),
    );
  });

  it('lists whom a stream has told of, once their trades come to something', async () => {
    const sweep = sweepOf({ leaders: async () => 0 });
    for (const usd of [4_000, 7_000]) sweep.hear({ address: addressOf(700), usd });
    sweep.hear({ address: addressOf(701), usd: 9_000 });
    await sweep.listHeard();
    await sweep.slice(10_000, never);
    expect(new Set(accounts().map(({ what }) => what))).toEqual(new Set([addressOf(700), addressOf(900)]));
  });

  it('looks at the hot ones every five minutes, at others with positions every twenty, and before idle ones', async () => {
    const [hot, holder] = [addressOf(3), addressOf(4)];
    const account = (address: string) =>
      address === hot ? holding(0.01) : address === holder ? holding(0.4) : idle();
    const sweep = sweepOf({ account });
    await sweep.slice(61 * minuteMs, never);
    const times = (address: string) => accounts().filter(({ what }) => what === address).length;
    expect(times(hot)).toBeGreaterThanOrEqual(12);
    expect(times(holder)).toBeGreaterThanOrEqual(3);
    expect(times(holder)).toBeLessThanOrEqual(4);
    expect(times(addressOf(5))).toBe(1);
  });

  it('comes to the hot ones first when all are due', async () => {
    const hot = new Set([40, 41, 42].map(addressOf));
    const account = (address: string) => (hot.has(address) ? holding(0.01) : holding(0.4));
    const sweep = sweepOf({ account });
    await sweep.slice(30_000, never);
    const before = accounts().length;
    clockMs += 60 * minuteMs;
    await sweep.slice(10_000, never);
    const after = accounts()
      .slice(before, before + 6)
      .map(({ what }) => what);
    expect(after).toEqual(expect.arrayContaining([...hot]));
  });

  it('goes on where it was after a restart, and does not ask for the list of accounts again', async () => {
    await sweepOf({ leaders: async () => 300 }).slice(20_000, never);
    const first = new Set(accounts().map(({ what }) => what));
    expect(first.size).toBeLessThan(300);
    await store.close();
    store = await open({ path });
    asked = [];
    await sweepOf({ leaders: async () => 300 }).slice(60_000, never);
    expect(asked.filter(({ what }) => what === 'leaders')).toEqual([]);
    const second = accounts().map(({ what }) => what);
    expect(second.filter((address) => first.has(address))).toEqual([]);
    expect(first.size + new Set(second).size).toBe(301);
  });

  it('asks for the list again after a day, and lets go of who is not on it any more', async () => {
    let count = 50;
    const sweep = sweepOf({ leaders: async () => count });
    await sweep.slice(20_000, never);
    count = 20;
    for (let day = 0; day < 4; day++) {
      clockMs += 25 * 60 * minuteMs;
      await sweep.slice(1_000, never);
    }
    // Twenty, and one of those who trade.
    expect((await sweep.counts()).known).toBe(21);
  });

  it('does without the list when it is refused, and asks again an hour later', async () => {
    let asks = 0;
    const sweep = sweepOf({
      leaders: async () => {
        asks += 1;
        throw new MarketError('unavailable', 'hyperliquid: unavailable (403)');
      },
    });
    await sweep.slice(minuteMs, never);
    await sweep.slice(minuteMs, never);
    expect(asks).toBe(1);
    expect(new Set(accounts().map(({ what }) => what))).toEqual(new Set([addressOf(900)]));
    clockMs += 60 * minuteMs;
    await sweep.slice(minuteMs, never);
    expect(asks).toBe(2);
  });

  it('rests when the venue says that it is asked too often', async () => {
    let limited = 1;
    const account = () => {
      if (limited-- > 0) throw new MarketError('rate-limited', 'too often', { retryAfterMs: 45_000 });
      return idle();
    };
    const sweep = sweepOf({ account });
    await sweep.slice(50_000, never);
    const times = accounts().map(({ atMs }) => atMs);
    const [longest] = times
      .slice(1)
      .map((atMs, i) => atMs - times[i]!)
      .sort((a, b) => b - a);
    expect(longest).toBeGreaterThanOrEqual(44_000);
    // Who was asked for when it said so is asked for again.
    await sweep.slice(minuteMs, never);
    expect(new Set(accounts().map(({ what }) => what)).size).toBe(51);
  });

  it('counts garbage, goes on with the others and leaves its sender alone for an hour', async () => {
    const [bad, partly] = [addressOf(7), addressOf(8)];
    const account = (address: string) => {
      if (address === bad)
        throw new MarketError('bad-answer', 'hyperliquid clearinghouseState: unexpected answer');
      return address === partly ? { ...holding(0.3), refused: 2 } : idle();
    };
    const sweep = sweepOf({ account });
    expect(await sweep.slice(50_000, never)).toMatchObject({
      swept: 50,
      failed: 1,
      positions: 1,
      refused: 2,
    });
    await sweep.slice(40 * minuteMs, never);
    expect(accounts().filter(({ what }) => what === bad)).toHaveLength(1);
    await sweep.slice(30 * minuteMs, never);
    expect(accounts().filter(({ what }) => what === bad)).toHaveLength(2);
  });

  it('forgets the positions of an account that closed them', async () => {
    let isOpen = true;
    const sweep = sweepOf({ account: () => (isOpen ? holding(0.01) : idle()) });
    await sweep.slice(50_000, never);
    expect(await store.measuredPositions.of({ venue, symbol }, 0)).toHaveLength(51);
    isOpen = false;
    await sweep.slice(10 * minuteMs, never);
    expect(await store.measuredPositions.of({ venue, symbol }, 0)).toEqual([]);
  });

  it('ends within one answer when it is to stop', async () => {
    const stopping = new AbortController();
    const account = (address: string) => {
      if (address === addressOf(10)) stopping.abort();
      return idle();
    };
    await sweepOf({ account }).slice(60 * minuteMs, stopping.signal);
    expect(accounts().length).toBeLessThan(16);
  });

  it('writes no address down but in its own list: not with positions, not in its log', async () => {
    const account = (address: string) => {
      if (address === addressOf(11)) throw new MarketError('unavailable', 'hyperliquid: unavailable (502)');
      return holding(0.1);
    };
    await sweepOf({ account }).slice(50_000, never);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join('\n')).not.toMatch(/0x0{20}/);
    const name = await openTraderNames(store.installation);
    expect(name(venue, addressOf(1))).toMatch(/^[0-9a-f]{32}$/);
    expect(name(venue, addressOf(1))).not.toContain(addressOf(1).slice(-8));
  });
});

it('a name is the same for the same address in one installation alone', async () => {
  const name = await openTraderNames(store.installation);
  const again = await openTraderNames(store.installation);
  const elsewhere = await openTraderNames((await open({ path: join(folder, 'elsewhere.db') })).installation);
  const address = `0x${'Ab'.repeat(20)}`;
  expect(again(venue, address.toLowerCase())).toBe(name(venue, address));
  expect(elsewhere(venue, address)).not.toBe(name(venue, address));
  expect(name('other', address)).not.toBe(name(venue, address));
});
