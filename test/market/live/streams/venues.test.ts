import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Liquidation, Side } from '../../../../src/core/market-data.ts';
import type { LiquidationEvent, PriceUpdate } from '../../../../src/market/streams.ts';
import type { VenueId, WorldMarket } from '../../../support/exchange/world.ts';
import { until } from '../../../support/moved-clock.ts';
import { openStreams, type StreamedVenue } from './streamed.ts';

type Case = {
  readonly venue: string;
  readonly symbol: string;
  readonly world: VenueId;
  readonly id: string;
  readonly host: string;
  readonly path: string;
  /** Whether the venue sends the last price along with the mark price. */
  readonly hasLast: boolean;
};

const binance = { venue: 'binance', hasLast: false, path: '/market/ws' } as const;
const bybit = { venue: 'bybit', world: 'bybit', host: 'stream.bybit.com', hasLast: true } as const;
const okx = {
  venue: 'okx',
  world: 'okx',
  host: 'ws.okx.com',
  path: '/ws/v5/public',
  hasLast: false,
} as const;
const gate = { venue: 'gate', world: 'gate', host: 'fx-ws.gateio.ws', hasLast: true } as const;
const bitget = { venue: 'bitget', world: 'bitget', host: 'ws.bitget.com', hasLast: true } as const;
const hyperliquid = {
  venue: 'hyperliquid',
  world: 'hyperliquid',
  host: 'api.hyperliquid.xyz',
  path: '/ws',
  hasLast: false,
} as const;

const usdm = { ...binance, world: 'binanceusdm', host: 'fstream.binance.com' } as const;
const coinm = { ...binance, world: 'binancecoinm', host: 'dstream.binance.com' } as const;

const cases: readonly Case[] = [
  { ...usdm, symbol: 'BTC/USDT:USDT', id: 'BTCUSDT' },
  { ...usdm, symbol: '1000PEPE/USDT:USDT', id: '1000PEPEUSDT' },
  { ...coinm, symbol: 'BTC/USD:BTC', id: 'BTCUSD_PERP' },
  { ...coinm, symbol: 'ETH/USD:ETH', id: 'ETHUSD_PERP' },
  { ...bybit, symbol: 'BTC/USDT:USDT', id: 'BTCUSDT', path: '/v5/public/linear' },
  { ...bybit, symbol: '1000PEPE/USDT:USDT', id: '1000PEPEUSDT', path: '/v5/public/linear' },
  { ...bybit, symbol: 'BTC/USDC:USDC', id: 'BTCPERP', path: '/v5/public/linear' },
  { ...bybit, symbol: 'BTC/USD:BTC', id: 'BTCUSD', path: '/v5/public/inverse' },
  { ...okx, symbol: 'BTC/USDT:USDT', id: 'BTC-USDT-SWAP' },
  { ...okx, symbol: 'PEPE/USDT:USDT', id: 'PEPE-USDT-SWAP' },
  { ...okx, symbol: 'ETH/USD:ETH', id: 'ETH-USD-SWAP' },
  { ...gate, symbol: 'BTC/USDT:USDT', id: 'BTC_USDT', path: '/v4/ws/usdt' },
  { ...gate, symbol: 'BTC/USD:BTC', id: 'BTC_USD', path: '/v4/ws/btc' },
  { ...bitget, symbol: 'BTC/USDT:USDT', id: 'BTCUSDT', path: '/v2/ws/public' },
  { ...bitget, symbol: 'BTC/USDC:USDC', id: 'BTCPERP', path: '/v2/ws/public' },
  { ...bitget, symbol: 'BTC/USD:BTC', id: 'BTCUSD', path: '/v2/ws/public' },
  { ...hyperliquid, symbol: 'BTC/USDC:USDC', id: 'BTC' },
  { ...hyperliquid, symbol: 'KPEPE/USDC:USDC', id: 'kPEPE' },
];

const priceKinds: Readonly<Record<string, Liquidation['priceKind']>> = {
  binance: 'fill',
  bybit: 'bankruptcy',
  okx: 'bankruptcy',
  bitget: 'limit',
};

describe.each(['binance', 'bybit', 'okx', 'gate', 'bitget', 'hyperliquid'])('%s', (name) => {
  let venue: StreamedVenue;
  beforeAll(async () => {
    venue = await openStreams(name);
  });
  afterAll(() => venue.close());

  const truthOf = ({ world, id }: Case): WorldMarket =>
    venue.world.markets[world].find((market) => market.id === id)!;

  describe.each(cases.filter((one) => one.venue === name))('$symbol', (one) => {
    const { symbol, world, id, host, path, hasLast } = one;

    test('prices come from the right host and path, in USD for one unit of base', async () => {
      const [market] = await venue.markets(symbol);
      const told: PriceUpdate[] = [];
      const handle = venue.streams.watchPrices([market!], (update) => told.push(update));
      await venue.subscribed(1);
      expect(venue.exchange.sockets.asked.at(-1)).toEqual({ host, path });
      const mark = truthOf(one).series.price(venue.clock.nowMs()).mark * 1.01;
      const timeMs = venue.clock.nowMs() - 250;
      expect(venue.exchange.sockets.pushPrice(world, id, { mark, last: mark * 1.001 }, timeMs)).toBe(1);
      await until(() => told.some(({ price }) => Math.abs(price.mark / mark - 1) < 1e-9));
      const { market: of, from, price } = told.at(-1)!;
      expect(of).toBe(market);
      expect(from).toBe('stream');
      if (hasLast) expect(price.last! / (mark * 1.001)).toBeCloseTo(1, 9);
      else expect(price.last).toBeUndefined();
      expect(price.timeMs).toBe(name === 'hyperliquid' ? venue.clock.nowMs() : timeMs);
      expect(handle.status()).toMatchObject({ state: 'live', markets: 1, lost: 0, refused: 0 });
      await handle.close();
      await until(() => venue.exchange.sockets.connections().length === 0);
    });

    const priceKind = priceKinds[name];
    if (!priceKind) return;

    test('every liquidation of a message comes: side of the position, size in base units or USD', async () => {
      const [market] = await venue.markets(symbol);
      const heard: LiquidationEvent[] = [];
      const handle = venue.streams.watchLiquidations([market!], (event) => heard.push(event));
      await venue.subscribed(1);
      const truth = truthOf(one);
      const { mark } = truth.series.price(venue.clock.nowMs());
      const event = (liquidatedSide: Side, usd: number, agoMs: number): Liquidation => {
        const price = mark * (liquidatedSide === 'long' ? 0.99 : 1.01);
        const size = truth.contract === 'linear' ? usd / price : usd;
        const timeMs = venue.clock.nowMs() - agoMs;
        return { timeMs, liquidatedSide, price, priceKind, size, usd };
      };
      const told = [event('long', 1_200, 900), event('short', 52_000, 700), event('long', 300, 700)];
      venue.exchange.sockets.pushLiquidations(world, id, told);
      await until(() => heard.length >= told.length);
      expect(heard.map(({ market: of }) => of)).toEqual([market, market, market]);
      expect(new Set(heard.map(({ key }) => key)).size).toBe(told.length);
      for (const [index, { liquidation }] of heard.entries()) {
        const { price, size, usd, ...exact } = told[index]!;
        expect(liquidation).toMatchObject(exact);
        expect(liquidation.price / price).toBeCloseTo(1, 9);
        expect(liquidation.size / size).toBeCloseTo(1, 9);
        expect(liquidation.usd / usd).toBeCloseTo(1, 9);
      }
      await handle?.close();
      await until(() => venue.exchange.sockets.connections().length === 0);
    });
  });

  const pushed = priceKinds[name] ? 'liquidations' : 'no liquidations, and says so';
  test(`pushes ${pushed}`, () => {
    const handle = venue.streams.watchLiquidations([], () => undefined);
    expect(handle !== undefined).toBe(name in priceKinds);
  });
});
