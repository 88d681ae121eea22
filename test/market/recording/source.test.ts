import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedVenue, recordingSource } from '../../../src/market/recording/source.ts';
import { createSimulatedSources } from '../../../src/market/simulated/market.ts';
import type { MarketSource, Timeframe, TimeRange } from '../../../src/market/source.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { listeningLog, storeOpener, temporaryFolder } from '../../store/places.ts';
import { dayMs, FakeVenue, hourMs, market, minuteMs, startMs } from './fake-venue.ts';

const folder = temporaryFolder();
const open = storeOpener();
let files = 0;

async function recorded(store?: Store) {
  const venue = new FakeVenue();
  const { log, lines } = listeningLog();
  const kept = store ?? (await open({ path: join(folder, `${++files}.db`) }));
  let aheadMs = 0;
  const nowMs = () => venue.nowMs + aheadMs;
  const source = recordingSource(venue, kept, { nowMs, steadyMs: () => venue.nowMs, log });
  /** Somebody sets this machine's clock; the venue has the right time. */
  const jump = (ms: number) => {
    aheadMs += ms;
  };
  return { venue, source, lines, store: kept, jump };
}

const step = 5 * minuteMs;
const last = (range: TimeRange, timeframe: Timeframe = '5m') => ({
  ...range,
  timeframe,
  price: 'last' as const,
});
const span = (fromMinutes: number, toMinutes: number): TimeRange => ({
  fromMs: startMs + fromMinutes * minuteMs,
  toMs: startMs + toMinutes * minuteMs,
});

/** All kinds of rows, each over a range. */
const asks: readonly ((source: MarketSource, range: TimeRange) => Promise<unknown>)[] = [
  (source, range) => source.candles(market, last(range)),
  (source, range) => source.candles(market, { ...range, timeframe: '1h', price: 'mark' }),
  (source, range) => source.openInterestHistory(market, { ...range, timeframe: '5m' }),
  (source, range) => source.funding(market, range),
  (source, range) => source.liquidations(market, range),
];

describe('a recorded venue that is asked again', () => {
  it('is not asked at all when nothing can have changed', async () => {
    const { venue, source } = await recorded();
    const range = { fromMs: venue.nowMs - dayMs, toMs: venue.nowMs };
    const first = await Promise.all(asks.map((ask) => ask(source, range)));
    const calls = venue.calls.length;
    expect(calls).toBe(asks.length);
    expect(await Promise.all(asks.map((ask) => ask(source, range)))).toEqual(first);
    expect(venue.calls).toHaveLength(calls);
  });

  it('is asked for what came before, no more', async () => {
    const { venue, source } = await recorded();
    await source.candles(market, last(span(600, 1200)));
    await source.candles(market, last(span(300, 900)));
    expect(venue.calls[1]).toEqual({ of: 'last 5m', ...span(300, 600) });
  });

  it('is asked for what came since, and for the two candles before it, which it may have corrected', async () => {
    const { venue, source } = await recorded();
    const range = { fromMs: venue.nowMs - dayMs, toMs: venue.nowMs + dayMs };
    await source.candles(market, last(range));
    const beforeMs = venue.nowMs;
    venue.nowMs += 12 * minuteMs;
    await source.candles(market, last(range));
    expect(venue.calls[1]).toEqual({ of: 'last 5m', fromMs: beforeMs - 2 * step, toMs: beforeMs + 2 * step });
  });

  it('is asked once for a gap between what is held', async () => {
    const { venue, source } = await recorded();
    await source.candles(market, last(span(0, 100)));
    await source.candles(market, last(span(200, 300)));
    await source.candles(market, last(span(0, 300)));
    await source.candles(market, last(span(50, 250)));
    expect(venue.calls.slice(2)).toEqual([{ of: 'last 5m', ...span(100, 200) }]);
  });

  it('is asked once for two gaps of which one reaches back into the other', async () => {
    const { venue, source } = await recorded();
    const end = (venue.nowMs - startMs) / minuteMs;
    await source.candles(market, last(span(end - 100, end - 95)));
    const rows = await source.candles(market, last(span(end - 200, end)));
    expect(venue.calls.slice(1)).toEqual([{ of: 'last 5m', ...span(end - 200, end) }]);
    expect(new Set(rows!.map(({ openMs }) => openMs)).size).toBe(rows!.length);
  });

  it('is not asked again for candles that it left out, nor for what is older than it keeps', async () => {
    const { venue, source } = await recorded();
    venue.keepsMs = dayMs;
    const range = { fromMs: venue.nowMs - 5 * dayMs, toMs: venue.nowMs - hourMs };
    const first = await source.candles(market, last(range));
    expect(first!.length).toBeGreaterThan(200);
    expect(first!.length).toBeLessThan((23 * hourMs) / step);
    await source.candles(market, last(range));
    expect(venue.calls).toHaveLength(1);
  });

  it('is asked for nothing that still lies ahead', async () => {
    const { venue, source } = await recorded();
    const ahead = { fromMs: venue.nowMs + 1, toMs: venue.nowMs + dayMs };
    for (const ask of asks) expect(await ask(source, ahead)).toEqual([]);
    expect(await source.candles(market, last({ fromMs: venue.nowMs - step + 1, toMs: venue.nowMs }))).toEqual(
      [],
    );
    expect(venue.calls).toEqual([]);
  });

  it('is asked for a late row again after a moment, not at once', async () => {
    const { venue, source } = await recorded();
    venue.delayMs = 30_000;
    const range = { fromMs: venue.nowMs - dayMs, toMs: venue.nowMs + dayMs };
    const count = async () =>
      (await source.openInterestHistory(market, { ...range, timeframe: '5m' }))!.length;
    const before = await count();
    venue.nowMs += 20_000;
    expect(await count()).toBe(before);
    expect(venue.calls).toHaveLength(1);
    venue.nowMs += 60_000;
    expect(await count()).toBe(before + 1);
    expect(venue.calls).toHaveLength(2);
  });

  it('answers many at once with one call', async () => {
    const { venue, source } = await recorded();
    let open: () => void = () => undefined;
    venue.gate = new Promise((resolve) => {
      open = resolve;
    });
    const range = { fromMs: venue.nowMs - dayMs, toMs: venue.nowMs };
    const narrow = { fromMs: venue.nowMs - hourMs, toMs: venue.nowMs };
    const wide = Array.from({ length: 100 }, () => source.candles(market, last(range)));
    const inside = source.candles(market, last(narrow));
    open();
    const answers = await Promise.all(wide);
    expect(new Set(answers.map((rows) => rows!.length)).size).toBe(1);
    expect(await inside).toEqual(answers[0]!.filter(({ openMs }) => openMs >= narrow.fromMs));
    expect(venue.calls).toHaveLength(1);
  });

  it('whose failure all who wait get is asked anew by the next', async () => {
    const { venue, source } = await recorded();
    venue.gate = Promise.reject(new Error('venue is down'));
    const range = { fromMs: venue.nowMs - dayMs, toMs: venue.nowMs };
    const both = [1, 2].map(() => source.candles(market, last(range)));
    for (const failing of both) await expect(failing).rejects.toThrow('venue is down');
    expect(venue.calls).toHaveLength(1);
    venue.gate = Promise.resolve();
    expect((await source.candles(market, last(range)))!.length).toBeGreaterThan(200);
  });
});

describe('what is recorded', () => {
  it('is there after a restart, without a call', async () => {
    const path = join(folder, 'restart.db');
    const first = await openStore({ path });
    const before = await recorded(first);
    const range = { fromMs: before.venue.nowMs - dayMs, toMs: before.venue.nowMs };
    const told = await Promise.all(asks.map((ask) => ask(before.source, range)));
    await first.close();
    const after = await recorded(await open({ path }));
    // Of events the last minutes are asked for again.
    const kept = await Promise.all(asks.slice(0, 4).map((ask) => ask(after.source, range)));
    expect(kept).toEqual(told.slice(0, 4));
    expect(after.venue.calls.filter(({ of }) => of !== 'funding')).toEqual([]);
    expect(after.venue.calls.every(({ fromMs }) => fromMs > range.fromMs)).toBe(true);
  });

  it('outlives what the venue keeps', async () => {
    const { venue, source } = await recorded();
    const range = { fromMs: venue.nowMs - dayMs, toMs: venue.nowMs };
    const told = await source.openInterestHistory(market, { ...range, timeframe: '5m' });
    venue.keepsMs = hourMs;
    venue.nowMs += 20 * dayMs;
    expect(await source.openInterestHistory(market, { ...range, timeframe: '5m' })).toEqual(told);
  });

  it('takes a correction of a young row and none of an old one', async () => {
    const { venue, source, store } = await recorded();
    const key = { venue: 'fake', symbol: market.symbol, price: 'last', timeframe: '5m' } as const;
    const nowMs = venue.nowMs;
    const before = (await source.candles(market, last({ fromMs: nowMs - 3 * dayMs, toMs: nowMs })))!;
    venue.shift = 7;
    venue.nowMs += step;
    const after = (await source.candles(market, last({ fromMs: nowMs - 3 * dayMs, toMs: nowMs })))!;
    expect(after).toEqual(before);
    const corrected = (await source.candles(
      market,
      last({ fromMs: nowMs - 3 * dayMs, toMs: nowMs + step }),
    ))!;
    const changed = corrected.filter(({ close }) => close >= 3007);
    expect(changed.every(({ openMs }) => openMs >= nowMs - 2 * step)).toBe(true);
    expect(changed.length).toBeGreaterThan(0);
    const held = await store.candles.read(key, { fromMs: nowMs - 3 * dayMs, toMs: nowMs + step });
    expect(held.rows).toEqual(corrected);
  });

  it('does not let an old row change that was there already', async () => {
    const { venue, source, store } = await recorded();
    const key = { venue: 'fake', symbol: market.symbol, from: '5m' } as const;
    const range = { fromMs: venue.nowMs - 2 * dayMs, toMs: venue.nowMs };
    const before = [range.fromMs, venue.nowMs - hourMs].map((timeMs) => ({ timeMs, size: 1 }));
    await store.openInterest.write(key, before);
    await source.openInterestHistory(market, { ...range, timeframe: '5m' });
    const { rows } = await store.openInterest.read(key, range);
    expect(rows).toHaveLength((2 * dayMs) / step);
    expect(rows.filter(({ size }) => size === 1)).toEqual(before.slice(0, 1));
  });

  it('never has a candle that is still open', async () => {
    const { venue, source, store } = await recorded();
    const hasty: MarketSource = Object.assign(Object.create(venue), {
      candles: async () =>
        [0, 1].map((i) => ({
          openMs: venue.nowMs - (1 - i) * step,
          open: 1,
          high: 1,
          low: 1,
          close: 1,
          volume: 1,
        })),
    });
    venue.nowMs += minuteMs;
    const early = recordingSource(hasty, store, { nowMs: () => venue.nowMs, log: listeningLog().log });
    venue.nowMs -= minuteMs;
    const told = await early.candles(
      market,
      last({ fromMs: venue.nowMs - dayMs, toMs: venue.nowMs + dayMs }),
    );
    expect(told!.map(({ openMs }) => openMs)).toEqual([venue.nowMs - step]);
    const key = { venue: 'fake', symbol: market.symbol, price: 'last', timeframe: '5m' } as const;
    expect((await store.candles.read(key, { fromMs: 0, toMs: 1e13 })).rows).toHaveLength(1);
    expect(
      await source.candles(market, last({ fromMs: venue.nowMs - step, toMs: venue.nowMs })),
    ).toHaveLength(1);
  });

  it.each([3 * hourMs, 3 * dayMs, -5 * hourMs])(
    'lacks nothing after the clock was wrong by %d ms',
    async (ms) => {
      const { venue, source, jump } = await recorded();
      const ask = (fromMs: number, toMs: number) =>
        Promise.all(asks.map((one) => one(source, { fromMs, toMs })));
      const firstMs = venue.nowMs;
      await ask(firstMs - dayMs, firstMs);
      jump(ms);
      for (let times = 0; times < 6; times += 1) {
        venue.nowMs += 10 * minuteMs;
        const wrongMs = venue.nowMs + ms;
        await ask(wrongMs - 4 * dayMs, wrongMs);
      }
      jump(-ms);
      venue.nowMs += 9 * hourMs;
      const range = { fromMs: firstMs - dayMs, toMs: venue.nowMs };
      const told = await Promise.all(asks.map((one) => one(venue, range)));
      expect(await ask(range.fromMs, range.toMs)).toEqual(told);
    },
  );

  it('is kept apart from what is made up', () => {
    expect(recordedVenue({ venue: 'one', provenance: 'live' })).toBe('one');
    expect(recordedVenue({ venue: 'one', provenance: 'simulated' })).toBe('simulated one');
  });
});

describe('a venue without a history', () => {
  it('gets one of open interest from what is seen, at most once a minute', async () => {
    const { venue, source } = await recorded();
    venue.has = { openInterest: false };
    const range = { fromMs: 0, toMs: Number.POSITIVE_INFINITY };
    const history = () => source.openInterestHistory(market, { ...range, timeframe: '1h' });
    expect(await history()).toBeUndefined();
    const firstMs = venue.nowMs;
    for (const afterMs of [0, 59_000, 60_000, 3_600_000]) {
      venue.nowMs = firstMs + afterMs;
      expect(await source.openInterest(market)).toEqual({ timeMs: venue.nowMs, size: 100 });
    }
    expect((await history())!.map(({ timeMs }) => timeMs - firstMs)).toEqual([0, 60_000, 3_600_000]);
    const past = { fromMs: 0, toMs: firstMs, timeframe: '1h' } as const;
    expect(await source.openInterestHistory(market, past)).toBeUndefined();
  });

  it('gives the liquidations that were seen', async () => {
    const { venue, source, store } = await recorded();
    venue.has = { liquidations: false, mark: false };
    const range = { fromMs: venue.nowMs - hourMs, toMs: venue.nowMs };
    expect(await source.liquidations(market, range)).toBeUndefined();
    const seen = {
      timeMs: venue.nowMs - minuteMs,
      liquidatedSide: 'short',
      price: 3000,
      priceKind: 'fill',
      size: 1,
      usd: 3000,
    } as const;
    await store.liquidations.write({ venue: 'fake', symbol: market.symbol, from: 'seen' }, [seen]);
    expect(await source.liquidations(market, range)).toEqual([seen]);
    expect(await source.candles(market, { ...range, timeframe: '1h', price: 'mark' })).toBeUndefined();
  });

  it('whose history was there before goes on with it when it is not any more', async () => {
    const { venue, source } = await recorded();
    const range = { fromMs: venue.nowMs - dayMs, toMs: venue.nowMs + dayMs };
    const before = (await source.openInterestHistory(market, { ...range, timeframe: '5m' }))!;
    venue.has = { openInterest: false };
    venue.nowMs += hourMs;
    expect(await source.openInterestHistory(market, { ...range, timeframe: '5m' })).toEqual(before);
  });
});

describe('a store that fails', () => {
  const broken = (isBroken: () => boolean, store: Store): Store => {
    const fail = <T extends object>(records: T): T =>
      new Proxy(records, {
        get: (target, method) =>
          isBroken() ? () => Promise.reject(new Error('disk is full')) : Reflect.get(target, method),
      });
    const { candles, openInterest, funding, liquidations } = store;
    return {
      ...store,
      candles: fail(candles),
      openInterest: fail(openInterest),
      funding: fail(funding),
      liquidations: fail(liquidations),
    };
  };

  it('is done without, with one word in the log, and used again when it works', async () => {
    let isBroken = true;
    const store = broken(() => isBroken, await open({ path: join(folder, 'broken.db') }));
    const { venue, source, lines } = await recorded(store);
    const range = { fromMs: venue.nowMs - dayMs, toMs: venue.nowMs };
    const bare = await Promise.all(asks.map((ask) => ask(new FakeVenue(), range)));
    for (let i = 0; i < 3; i++) {
      expect(await Promise.all(asks.map((ask) => ask(source, range)))).toEqual(bare);
      expect(await source.openInterest(market)).toEqual({ timeMs: venue.nowMs, size: 100 });
    }
    expect(venue.calls).toHaveLength(3 * asks.length);
    expect(lines.map(({ level }) => level)).toEqual(['error']);
    isBroken = false;
    await source.candles(market, last(range));
    expect(venue.calls).toHaveLength(3 * asks.length + 1);
    venue.nowMs += 10_000;
    await source.candles(market, last(range));
    await source.candles(market, last(range));
    expect(venue.calls).toHaveLength(3 * asks.length + 2);
    expect(lines.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  it('or works, or not, late rows or none: the answers are those of the venue itself', async () => {
    const moment = fc.record({
      which: fc.nat(),
      // The clock goes on by more than the recorder's patience, or not at all.
      goesOnMs: fc.oneof(fc.constant(0), fc.integer({ min: 10 * minuteMs, max: 30 * hourMs })),
      agoMs: fc.integer({ min: -hourMs, max: 4 * dayMs }),
      lengthMs: fc.oneof(fc.constant(5 * dayMs), fc.integer({ min: 0, max: 3 * dayMs })),
      isBroken: fc.integer({ max: 3, min: 0 }).map((n) => n === 0),
    });
    const kinds = fc.shuffledSubarray([...asks], { minLength: 1, maxLength: 2 });
    const delays = fc.constantFrom(0, 90_000, 6 * minuteMs);
    await fc.assert(
      fc.asyncProperty(
        fc.array(moment, { minLength: 2, maxLength: 8 }),
        kinds,
        delays,
        async (moments, some, delayMs) => {
          let isBroken = false;
          const store = broken(() => isBroken, await openStore({ path: ':memory:' }));
          const { venue, source } = await recorded(store);
          const bare = new FakeVenue();
          venue.delayMs = delayMs;
          bare.delayMs = delayMs;
          for (const asked of moments) {
            isBroken = asked.isBroken;
            venue.nowMs += asked.goesOnMs;
            bare.nowMs = venue.nowMs;
            const fromMs = venue.nowMs - asked.agoMs;
            const range = { fromMs, toMs: fromMs + asked.lengthMs };
            const ask = some[asked.which % some.length]!;
            expect(await ask(source, range)).toEqual(await ask(bare, range));
          }
          await store.close();
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a recorded simulation', () => {
  const sim = createSimulatedSources({
    seed: 5,
    startMs,
    endMs: startMs + 20 * hourMs,
    coins: ['ETH'],
    venues: ['sim-alpha'],
    warmUpDays: 2,
  });

  it('tells the same as the simulation itself, piece by piece', async () => {
    const bare = sim.sources[0]!;
    const store = await open({ path: ':memory:' });
    const source = recordingSource(bare, store, { nowMs: () => sim.nowMs(), log: listeningLog().log });
    const [eth] = await bare.markets();
    const all = (of: MarketSource, range: TimeRange) =>
      Promise.all([
        of.candles(eth!, { ...range, timeframe: '5m', price: 'last' }),
        of.candles(eth!, { ...range, timeframe: '1h', price: 'mark' }),
        of.openInterestHistory(eth!, { ...range, timeframe: '1h' }),
        of.funding(eth!, range),
        of.liquidations(eth!, range),
      ]);
    for (let hours = 0; hours < 6; hours++) {
      sim.advance(sim.nowMs() + 25 * minuteMs);
      const range = { fromMs: sim.nowMs() - (12 - hours) * hourMs - 7, toMs: sim.nowMs() };
      const [mine, theirs] = await Promise.all([all(source, range), all(bare, range)]);
      expect(mine.slice(0, 4)).toEqual(theirs.slice(0, 4));
      expect(new Set(mine[4])).toEqual(new Set(theirs[4]));
    }
    expect(await source.price(eth!)).toEqual(await bare.price(eth!));
    expect(await source.marginRules(eth!)).toEqual(await bare.marginRules(eth!));
  });
});

describe('closing', () => {
  it('closes the venue and leaves the store open', async () => {
    const { venue, source, store } = await recorded();
    await source.close();
    expect(venue.closed).toBe(1);
    await store.check();
  });
});
