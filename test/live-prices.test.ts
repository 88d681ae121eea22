import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { LivePrices, type LivePricesOptions, type Tick } from '../src/live-prices.ts';
import type { Market } from '../src/market/source.ts';
import type { MarketStreams, PriceUpdate, StreamState } from '../src/market/streams.ts';
import { MovedClock } from './support/moved-clock.ts';

/** A venue's streams, worked by the test. */
type FakeStreams = MarketStreams & {
  lists: (readonly string[])[];
  isClosed: boolean;
  say(update: Omit<PriceUpdate, 'from'> & Partial<PriceUpdate>): void;
};

function fakeStreams(venue: string): FakeStreams {
  let listener: ((update: PriceUpdate) => void) | undefined;
  const streams: FakeStreams = {
    venue,
    lists: [],
    isClosed: false,
    say: (update) => listener?.({ from: 'stream', ...update }),
    watchPrices(markets, onPrice) {
      listener = onPrice;
      const watch = (list: readonly Market[]) => void streams.lists.push(list.map(({ symbol }) => symbol));
      watch(markets);
      return {
        watch,
        status: () => ({ state: 'live' as StreamState, markets: 1, lost: 0, refused: 0 }),
        close: async () => {
          streams.isClosed = true;
        },
      };
    },
    watchLiquidations: () => undefined,
    close: async () => undefined,
  };
  return streams;
}

function market(venue: string, symbol: string): Market {
  return {
    ...{ venue, symbol, base: symbol, quote: 'USDT', settle: 'USDT' },
    ...{ contract: 'linear', multiplier: 1, kind: 'perpetual' },
  };
}

const btc = market('bybit', 'BTC');
const eth = market('okx', 'ETH');
let clock: MovedClock;
let bybit: FakeStreams;
let okx: FakeStreams;
let prices: LivePrices;
let ticks: Tick[];
let errors: unknown[];

function open(options: Partial<LivePricesOptions> = {}): void {
  clock = new MovedClock();
  bybit = fakeStreams('bybit');
  okx = fakeStreams('okx');
  ticks = [];
  errors = [];
  prices = new LivePrices({
    streams: [bybit, okx],
    clock,
    onListenerError: (error) => errors.push(error),
    ...options,
  });
  prices.onTick((tick) => ticks.push(tick));
  prices.watch([btc, eth]);
}
beforeEach(() => open());

/** BTC at this mark price, of so long ago by the venue's clock. */
function say(mark: number, agoMs = 0, from: PriceUpdate['from'] = 'stream'): void {
  bybit.say({ market: btc, price: { timeMs: clock.nowMs() - agoMs, mark }, from });
}
const told = () => ticks.map(({ price }) => price.mark);

test('keeps the latest price of a market with where it is from, and how old it is', async () => {
  expect(prices.current(btc)).toBeUndefined();
  say(64_000, 200);
  expect(prices.current(btc)).toEqual({
    price: { timeMs: clock.nowMs() - 200, mark: 64_000 },
    from: 'stream',
    ageMs: 200,
    stale: false,
  });
  await clock.advance(3_000);
  expect(prices.current(btc)).toMatchObject({ ageMs: 3_200 });
  say(64_010, 0, 'poll');
  expect(prices.current(btc)).toMatchObject({ price: { mark: 64_010 }, from: 'poll', ageMs: 0 });
  expect(prices.current(eth)).toBeUndefined();
});

test('tells every listener of every tick in order, and none after it left', () => {
  const second: number[] = [];
  const leave = prices.onTick(({ price }) => second.push(price.mark));
  say(64_000);
  say(64_001, 50);
  leave();
  say(64_002);
  expect(ticks).toMatchObject([
    { market: btc, price: { mark: 64_000 }, from: 'stream', ageMs: 0 },
    { price: { mark: 64_001 }, ageMs: 50 },
    { price: { mark: 64_002 } },
  ]);
  expect(second).toEqual([64_000, 64_001]);
});

test('a listener that throws is reported, and the others hear the tick', () => {
  open();
  const broken = new Error('broken');
  prices.onTick(() => {
    throw broken;
  });
  const after: number[] = [];
  prices.onTick(({ price }) => after.push(price.mark));
  say(64_000);
  expect([told(), after, errors]).toEqual([[64_000], [64_000], [broken]]);
});

describe('a stale price', () => {
  test('is known as stale beyond the limit of its venue, and not before', async () => {
    open({ staleAfterMs: (venue) => (venue === 'bybit' ? 10_000 : 60_000) });
    say(64_000);
    okx.say({ market: eth, price: { timeMs: clock.nowMs(), mark: 2_400 } });
    await clock.advance(10_000);
    expect(prices.current(btc)).toMatchObject({ ageMs: 10_000, stale: false });
    await clock.advance(1);
    expect(prices.current(btc)).toMatchObject({ ageMs: 10_001, stale: true, price: { mark: 64_000 } });
    expect(prices.current(eth)).toMatchObject({ stale: false });
    expect(prices.status()).toMatchObject([
      { venue: 'bybit', withoutPrice: 1, state: 'live' },
      { venue: 'okx', withoutPrice: 0 },
    ]);
  });

  test('that comes in stale is kept as such and told to nobody', () => {
    say(64_000, 45_001);
    expect(prices.current(btc)).toMatchObject({ ageMs: 45_001, stale: true });
    expect(told()).toEqual([]);
    say(64_000, 45_000);
    expect(told()).toEqual([64_000]);
  });

  test('gives way to the first fresh one, whatever that says', async () => {
    say(64_000);
    await clock.advance(3_600_000);
    say(40_000);
    expect(told()).toEqual([64_000, 40_000]);
    expect(prices.current(btc)).toMatchObject({ price: { mark: 40_000 }, ageMs: 0, stale: false });
  });
});

describe('when the machine’s clock is set', () => {
  test('forward, or it slept: prices are stale until the next comes', async () => {
    say(64_000);
    clock.jump(3_600_000);
    expect(prices.current(btc)).toMatchObject({ ageMs: 3_600_000, stale: true });
    say(64_001);
    expect(prices.current(btc)).toMatchObject({ ageMs: 0, stale: false });
    await clock.advance(1_000);
    expect(prices.current(btc)).toMatchObject({ ageMs: 1_000 });
  });

  test('backward: ages grow on as if nothing had been', async () => {
    say(64_000);
    await clock.advance(2_000);
    clock.jump(-3_600_000);
    expect(prices.current(btc)).toMatchObject({ ageMs: 2_000, stale: false });
    await clock.advance(1_000);
    expect(prices.current(btc)).toMatchObject({ ageMs: 3_000 });
    say(64_001);
    expect(told()).toEqual([64_000, 64_001]);
    expect(prices.current(btc)).toMatchObject({ ageMs: 0 });
  });

  test('no age is below the time that really passed, nor below zero', async () => {
    const steps = fc.array(fc.record({ pass: fc.nat(20_000), jump: fc.integer({ min: -1e9, max: 1e9 }) }), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(40_000), async (moves, lagMs) => {
        open();
        say(64_000, lagMs);
        let passedMs = 0;
        for (const { pass, jump } of moves) {
          clock.jump(jump);
          await clock.advance(pass);
          passedMs += pass;
          expect(prices.current(btc)!.ageMs).toBeGreaterThanOrEqual(passedMs + lagMs);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a leap', () => {
  test('of a single message is held back, and forgotten when the next is as before', () => {
    say(64_000);
    say(640);
    expect(prices.current(btc)!.price.mark).toBe(64_000);
    say(64_010);
    say(640_000);
    say(63_990);
    expect(told()).toEqual([64_000, 64_010, 63_990]);
    expect(prices.status()[0]).toMatchObject({ wild: 2 });
  });

  test('that the next message confirms is believed', () => {
    say(64_000);
    say(44_000);
    say(43_000);
    expect(told()).toEqual([64_000, 43_000]);
  });

  test('of a fifth is none', () => {
    say(64_000);
    say(64_000 * 1.2);
    say(64_000);
    expect(told()).toHaveLength(3);
  });

  test('no two messages that disagree with each other and with the price before move it', () => {
    say(64_000);
    for (const mark of [1, 1e7, 3, 5e6]) say(mark);
    expect(told()).toEqual([64_000]);
  });
});

test('an answer that was overtaken by a push is not told', () => {
  say(64_000, 100);
  say(63_000, 5_000, 'poll');
  expect(told()).toEqual([64_000]);
  say(64_050, 0, 'poll');
  expect(told()).toEqual([64_000, 64_050]);
});

describe('the list', () => {
  test('is parted by venue, and each venue is told its part when it changes', () => {
    const sol = market('okx', 'SOL');
    prices.watch([sol, btc]);
    prices.watch([]);
    expect(bybit.lists).toEqual([['BTC'], ['BTC'], []]);
    expect(okx.lists).toEqual([['ETH'], ['SOL'], []]);
  });

  test('drops the price of a market that left it, and what still comes for it', () => {
    say(64_000);
    prices.watch([eth]);
    expect(prices.current(btc)).toBeUndefined();
    say(64_001);
    expect([told(), prices.current(btc)]).toEqual([[64_000], undefined]);
  });

  test('tells markets of one name on two venues apart', () => {
    const other = market('okx', 'BTC');
    prices.watch([btc, other]);
    say(64_000);
    okx.say({ market: other, price: { timeMs: clock.nowMs(), mark: 64_500 } });
    expect([prices.current(btc)!.price.mark, prices.current(other)!.price.mark]).toEqual([64_000, 64_500]);
  });

  test('refuses a market of a venue without streams, by name', () => {
    expect(() => prices.watch([market('nowhere', 'BTC')])).toThrow('no streams of "nowhere" are open here');
  });

  test('opens nothing for a venue that has no part in it', () => {
    clock = new MovedClock();
    const lone = fakeStreams('gate');
    new LivePrices({ streams: [lone], clock, onListenerError: () => undefined }).watch([]);
    expect(lone.lists).toEqual([]);
  });
});

test('closing it ends every subscription and every telling; what was known grows old', async () => {
  say(64_000);
  await prices.close();
  say(64_001);
  expect([bybit.isClosed, okx.isClosed, told()]).toEqual([true, true, [64_000]]);
  await clock.advance(60_000);
  expect(prices.current(btc)).toMatchObject({ stale: true });
});
