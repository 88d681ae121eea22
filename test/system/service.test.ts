import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { wideWeights } from '../../src/core/weights.ts';
import { UserError } from '../../src/errors.ts';
import { createLiveSources } from '../../src/market/live/index.ts';
import type { MarketSource } from '../../src/market/source.ts';
import { MapService } from '../../src/service.ts';
import type { FaultEffect } from '../support/exchange/faults.ts';
import { type LoopbackExchange, startLoopbackExchange } from '../support/exchange/server.ts';
import { smallWorld } from '../support/exchange/small-world.ts';

const nowMs = Date.UTC(2026, 4, 5, 12, 3);
const venues = ['binance', 'bybit', 'okx', 'gate', 'bitget', 'hyperliquid'];

let exchange: LoopbackExchange;
let sources: readonly MarketSource[] = [];
const endings: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  exchange = await startLoopbackExchange({ world: smallWorld({ nowMs }), nowMs: () => nowMs });
});
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});
afterAll(() => exchange.close());

function service(options: { venues?: string[]; venueDeadlineMs?: number } = {}): MapService {
  sources = createLiveSources({
    venues: options.venues ?? venues,
    apiUrl: exchange.url,
    nowMs: () => nowMs,
    paced: false,
    sleep: async () => undefined,
  });
  endings.push(async () => void (await Promise.all(sources.map((source) => source.close()))));
  const { venueDeadlineMs } = options;
  return new MapService({
    sources,
    weights: wideWeights,
    nowMs: () => nowMs,
    ...(venueDeadlineMs !== undefined && { venueDeadlineMs }),
  });
}

function breakVenue(host: string, effect: FaultEffect): void {
  endings.push(exchange.fault({ host, effect }));
}

test('a map takes in every perpetual of the coin on every venue and says how old each is', async () => {
  const { map, clusters } = await service().map({ symbol: 'eth', window: '7d' });
  const included = map.venues.filter((status) => status.included);
  expect(new Set(included.map(({ venue }) => venue))).toEqual(new Set(venues));
  expect(included.map(({ market }) => market)).toContain('ETH/USD:ETH');
  for (const { dataAgeMs, openInterestUsd } of included) {
    expect(dataAgeMs).toBeLessThan(10 * 60_000);
    expect(openInterestUsd).toBeGreaterThan(0);
  }
  const sum = included.reduce((all, { openInterestUsd }) => all + openInterestUsd!, 0);
  expect(map.openInterestUsd / sum).toBeCloseTo(1, 9);
  expect(map.provenance).toBe('live');
  expect(new Set(map.stress?.depth.venues)).toEqual(new Set(venues));
  expect(map.fragility!.headline).toBeGreaterThan(0);
  expect(clusters.some(({ side }) => side === 'long')).toBe(true);
  expect(clusters.some(({ side }) => side === 'short')).toBe(true);
});

test('dated futures are named as left out', async () => {
  const { map } = await service({ venues: ['binance', 'okx'] }).map({ symbol: 'btc', window: '24h' });
  const out = map.venues.filter((status) => !status.included);
  expect(out).toContainEqual({ venue: 'okx', market: '2 dated futures', included: false });
  const inside = map.venues.filter(({ included }) => included).map(({ market }) => market);
  expect(inside).toContain('BTC/USDT:USDT');
  expect(inside.filter((market) => /-\d{6}$/.test(market))).toEqual([]);
});

test('a dated future is mapped for whoever names it', async () => {
  const maps = service({ venues: ['okx'] });
  const { markets } = await maps.markets();
  const { symbol } = markets.find(({ market }) => market.kind === 'future')!.market;
  const { map } = await maps.map({ symbol, window: '24h' });
  expect(map.venues.filter(({ included }) => included).map(({ market }) => market)).toEqual([symbol]);
});

test('a venue that fails is named with its reason, also while it is being asked again', async () => {
  const maps = service({ venues: ['binance', 'okx'] });
  const failing = { host: 'www.okx.com', where: /candles/ } as const;
  const end = exchange.fault({ ...failing, effect: { kind: 'server-error', status: 503 } });
  await maps.map({ symbol: 'eth', window: '24h' });
  end();
  endings.push(exchange.fault({ ...failing, effect: { kind: 'hang' } }));
  const { map } = await maps.map({ symbol: 'eth', window: '24h' }, { ms: 50 });
  const okx = map.venues.filter(({ venue }) => venue === 'okx');
  expect(okx.length).toBeGreaterThan(0);
  for (const { note, loading } of okx) {
    expect(note).toMatch(/503/);
    expect(loading).toBeUndefined();
  }
});

test('a venue that takes its time is named as still loading, and is in the next map', async () => {
  let answer: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    answer = resolve;
  });
  endings.push(exchange.fault({ host: 'www.okx.com', where: /candles/, effect: { kind: 'delay', until } }));
  const maps = service({ venues: ['binance', 'okx'] });
  let tellWhole: () => void = () => undefined;
  const whole = new Promise<void>((resolve) => {
    tellWhole = resolve;
  });
  const patience = { ms: 50, onWhole: () => tellWhole() };
  const { map } = await maps.map({ symbol: 'eth', window: '24h' }, patience);
  const okx = map.venues.filter(({ venue }) => venue === 'okx');
  expect(okx.length).toBeGreaterThan(0);
  expect(okx.every(({ included, loading }) => !included && loading)).toBe(true);
  expect(map.venues.some(({ venue, included }) => venue === 'binance' && included)).toBe(true);
  answer();
  await whole;
  const { map: next } = await maps.map({ symbol: 'eth', window: '24h' });
  expect(next.venues.filter(({ included }) => included).map(({ venue }) => venue)).toContain('okx');
});

describe('one venue that fails is named and left out, and the others make the map:', () => {
  test.each<[string, FaultEffect, RegExp]>([
    ['geo-blocked', { kind: 'geo-blocked' }, /country|geo|block|region|location/i],
    ['down', { kind: 'server-error', status: 503 }, /503|down|unavailable/i],
    ['HTML instead of JSON', { kind: 'html' }, /html|json|sense|answer/i],
    ['absurd numbers', { kind: 'absurd', how: 'huge' }, /./],
    ['stopped hours ago', { kind: 'stale', byMs: 5 * 3_600_000 }, /./],
  ])('%s', async (_, effect, reason) => {
    breakVenue('api.bybit.com', effect);
    const { map } = await service({ venues: ['binance', 'bybit'] }).map({ symbol: 'eth', window: '24h' });
    expect(map.venues.filter(({ included }) => included).every(({ venue }) => venue === 'binance')).toBe(
      true,
    );
    const bybit = map.venues.filter(({ venue }) => venue === 'bybit');
    expect(bybit.length).toBeGreaterThan(0);
    for (const { included, note } of bybit) {
      expect(included).toBe(false);
      expect(note).toMatch(reason);
    }
  });

  test('slow beyond the deadline', async () => {
    breakVenue('api.bybit.com', { kind: 'hang' });
    const maps = service({ venues: ['binance', 'bybit'], venueDeadlineMs: 2_500 });
    const { map } = await maps.map({ symbol: 'eth', window: '24h' });
    expect(map.venues).toContainEqual({
      venue: 'bybit',
      market: 'all markets',
      included: false,
      note: 'no answer within 2.5 s',
    });
  });
});

test('when no venue answers, the person is told each reason and what to do', async () => {
  breakVenue('api.bybit.com', { kind: 'geo-blocked' });
  breakVenue('www.okx.com', { kind: 'server-error', status: 502 });
  const asked = service({ venues: ['bybit', 'okx'] }).map({ symbol: 'eth', window: '7d' });
  await expect(asked).rejects.toThrow(UserError);
  await expect(asked).rejects.toThrow(/bybit[\s\S]*okx[\s\S]*doctor/);
});

test('an unknown symbol is answered with near ones, an unknown venue with the known', async () => {
  const maps = service({ venues: ['binance'] });
  await expect(maps.map({ symbol: 'etj', window: '7d' })).rejects.toThrow(/Did you mean ETH/);
  await expect(maps.map({ symbol: 'eth', window: '7d', venues: ['mtgox'] })).rejects.toThrow(
    /Known venues: binance/,
  );
});

test('a thousand PEPE, kPEPE and PEPE are one coin at one price', async () => {
  const maps = service();
  const answers = await Promise.all(
    ['1000pepe', 'kPEPE', 'pepe'].map((symbol) => maps.map({ symbol, window: '24h' })),
  );
  expect(new Set(answers.map(({ map }) => map.symbol))).toEqual(new Set(['PEPE']));
  const [first] = answers;
  for (const { map } of answers) {
    expect(map.priceUsd).toBe(first!.map.priceUsd);
    expect(map.openInterestUsd).toBeCloseTo(first!.map.openInterestUsd, 0);
  }
});

test('what is drawn, outside, older and never liquidated adds up to the open interest', async () => {
  const maps = service({ venues: ['binance'] });
  const { map } = await maps.map({ symbol: 'btc', window: '7d' });
  const drawn = map.longUsd.reduce((sum, usd) => sum + usd, 0);
  const all = drawn + map.outside.longUsd + map.neverLiquidated.longUsd + map.older.longUsd;
  // USD at the level's price lie below USD at the mark for longs, so the sum is at most the open interest.
  expect(all).toBeLessThanOrEqual(map.openInterestUsd * 1.000001);
  expect(all).toBeGreaterThan(map.openInterestUsd * 0.5);
});
