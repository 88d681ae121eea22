import { describe, expect, test } from 'vitest';
import type { Listing } from '../../../../src/market/live/listing.ts';
import { MarketError } from '../../../../src/market/live/market-error.ts';
import type { Channel } from '../../../../src/market/live/streams/channel.ts';
import { binanceChannels } from '../../../../src/market/live/streams/venues/binance.ts';
import { bitgetChannels } from '../../../../src/market/live/streams/venues/bitget.ts';
import { bybitChannels } from '../../../../src/market/live/streams/venues/bybit.ts';
import { gateChannels } from '../../../../src/market/live/streams/venues/gate.ts';
import { hyperliquidChannels } from '../../../../src/market/live/streams/venues/hyperliquid.ts';
import { okxChannels } from '../../../../src/market/live/streams/venues/okx.ts';

// Messages as the venues' documents, or ccxt 4.5.84 in their words, print them; numbers are theirs.

const nowMs = Date.UTC(2026, 9, 20);

/** A market as listed, as far as a channel looks at it. */
function listing(
  id: string,
  contract: 'linear' | 'inverse',
  options: { readonly contractSize?: number; readonly settle?: string; readonly kind?: 'future' } = {},
): Listing {
  const { contractSize = 1, settle = contract === 'linear' ? 'USDT' : 'BTC', kind = 'perpetual' } = options;
  return { id, contractSize, market: { contract, settle, kind }, row: { name: id } } as unknown as Listing;
}

/** Rows of a message as [id, event]. */
function rowsOf<Event>(channel: Channel<Event>, message: unknown, as: Listing): [string, Event][] {
  const reading = channel.read(message, nowMs);
  if (reading.kind !== 'events') throw new Error(`read as ${reading.kind}`);
  return reading.rows.map(({ id, event }) => [id, event(as)]);
}

describe('binance', () => {
  const forceOrder = {
    e: 'forceOrder',
    E: 1_698_871_323_061,
    o: {
      ...{ s: 'BTCUSDT', S: 'BUY', o: 'LIMIT', f: 'IOC', q: '1.437', p: '35100.81', ap: '34959.70' },
      ...{ X: 'FILLED', l: '1.000', z: '1.437', T: 1_698_871_323_059 },
    },
  };

  test('a bought-back short: all that was filled, at its average, not the last fill nor the limit', () => {
    expect(rowsOf(binanceChannels.liquidations!, forceOrder, listing('BTCUSDT', 'linear'))).toEqual([
      [
        'BTCUSDT',
        {
          timeMs: 1_698_871_323_059,
          liquidatedSide: 'short',
          price: 34_959.7,
          priceKind: 'fill',
          size: 1.437,
          usd: 1.437 * 34_959.7,
        },
      ],
    ]);
  });

  test('a coin-margined contract counts 100 USD', () => {
    const message = {
      e: 'forceOrder',
      E: 1_591_154_240_950,
      o: {
        ...{ s: 'BTCUSD_200925', ps: 'BTCUSD', S: 'SELL', o: 'LIMIT', f: 'IOC', q: '1', p: '9425.5' },
        ...{ ap: '9496.5', X: 'FILLED', l: '1', z: '1', T: 1_591_154_240_949 },
      },
    };
    const [[id, event]] = rowsOf(
      binanceChannels.liquidations!,
      message,
      listing('BTCUSD_200925', 'inverse', { contractSize: 100 }),
    ) as [[string, object]];
    expect(id).toBe('BTCUSD_200925');
    expect(event).toMatchObject({ liquidatedSide: 'long', price: 9496.5, size: 100, usd: 100 });
  });

  test('an order of which nothing is filled yet is no liquidation yet', () => {
    const unfilled = { ...forceOrder, o: { ...forceOrder.o, X: 'NEW', z: '0', ap: '0', l: '0' } };
    expect(binanceChannels.liquidations!.read(unfilled, nowMs)).toEqual({ kind: 'other' });
  });

  test('the mark price, of `p`', () => {
    const message = {
      ...{ e: 'markPriceUpdate', E: 1_562_305_380_000, s: 'BTCUSDT', p: '11794.15000000' },
      ...{ i: '11784.62659091', P: '11784.25641265', r: '0.00038167', T: 1_562_306_400_000 },
    };
    expect(rowsOf(binanceChannels.prices, message, listing('BTCUSDT', 'linear'))).toEqual([
      ['BTCUSDT', { timeMs: 1_562_305_380_000, mark: 11_794.15 }],
    ]);
  });

  test.each([
    [{ result: null, id: 1 }, { kind: 'other' }],
    [
      { error: { code: 2, msg: 'Invalid request: unknown variant' }, id: 3 },
      { kind: 'refused', text: 'binance stream: Invalid request: unknown variant', request: '3' },
    ],
    [
      { code: 3, msg: 'Invalid JSON: expected value' },
      { kind: 'refused', text: 'binance stream: Invalid JSON: expected value', request: undefined },
    ],
  ])('%o is an answer, not a price', (message, reading) => {
    expect(binanceChannels.prices.read(message, nowMs)).toEqual(reading);
  });
});

describe('bybit', () => {
  test('"Buy" is a long position; every entry of a message counts', () => {
    const entry = { T: 1_739_502_302_929, s: 'ROSEUSDT', S: 'Sell', v: '20000', p: '0.04499' };
    const message = {
      topic: 'allLiquidation.ROSEUSDT',
      type: 'snapshot',
      ts: 1_739_502_303_204,
      data: [entry, { ...entry, S: 'Buy', v: '10' }, entry],
    };
    const rows = rowsOf(bybitChannels.liquidations!, message, listing('ROSEUSDT', 'linear'));
    expect(rows.map(([, { liquidatedSide, size }]) => [liquidatedSide, size])).toEqual([
      ['short', 20_000],
      ['long', 10],
      ['short', 20_000],
    ]);
    expect(rows[0]).toEqual([
      'ROSEUSDT',
      {
        timeMs: 1_739_502_302_929,
        liquidatedSide: 'short',
        price: 0.04499,
        priceKind: 'bankruptcy',
        size: 20_000,
        usd: 20_000 * 0.04499,
      },
    ]);
  });

  test('a delta says nothing of what did not change', () => {
    const message = {
      topic: 'tickers.AAVEUSDT',
      type: 'delta',
      data: { symbol: 'AAVEUSDT', bid1Price: '112.89', bid1Size: '2.12' },
      cs: 78_039_939_929,
      ts: 1_709_210_212_704,
    };
    expect(rowsOf(bybitChannels.prices, message, listing('AAVEUSDT', 'linear'))).toEqual([
      ['AAVEUSDT', { timeMs: 1_709_210_212_704, mark: undefined, last: undefined }],
    ]);
  });

  test.each([
    [{ success: true, ret_msg: 'subscribe', conn_id: 'x', req_id: '1', op: 'subscribe' }, { kind: 'other' }],
    [{ success: true, ret_msg: 'pong', conn_id: 'x', op: 'ping' }, { kind: 'other' }],
    [
      { success: false, ret_msg: 'error:handler not found,topic:tickers.X', req_id: '7', op: 'subscribe' },
      {
        kind: 'refused',
        text: 'bybit stream: error:handler not found,topic:tickers.X',
        request: '7',
      },
    ],
  ])('%o is an answer, not a price', (message, reading) => {
    expect(bybitChannels.prices.read(message, nowMs)).toEqual(reading);
  });
});

describe('okx', () => {
  const detail = { bkLoss: '0', bkPx: '0.007831', ccy: '', sz: '13', ts: '1692266434010' };
  const message = (details: readonly object[]) => ({
    arg: { channel: 'liquidation-orders', instType: 'SWAP' },
    data: [
      { details, instFamily: 'IOST-USDT', instId: 'IOST-USDT-SWAP', instType: 'SWAP', uly: 'IOST-USDT' },
      { details: [{ ...detail, posSide: 'long', side: 'sell' }], instId: 'BTC-USDT-SWAP' },
    ],
  });
  const iost = listing('IOST-USDT-SWAP', 'linear', { contractSize: 1000 });

  test('every entry of `details` counts, in contracts of `ctVal` units', () => {
    const rows = rowsOf(
      okxChannels.liquidations!,
      message([
        { ...detail, posSide: 'short', side: 'buy' },
        { ...detail, posSide: 'long', side: 'sell', sz: '2' },
        { ...detail, posSide: 'short', side: 'buy', sz: '1' },
      ]),
      iost,
    );
    expect(rows.map(([id, { liquidatedSide, size }]) => [id, liquidatedSide, size])).toEqual([
      ['IOST-USDT-SWAP', 'short', 13_000],
      ['IOST-USDT-SWAP', 'long', 2_000],
      ['IOST-USDT-SWAP', 'short', 1_000],
      ['BTC-USDT-SWAP', 'long', 13_000],
    ]);
    expect(rows[0]![1]).toMatchObject({
      timeMs: 1_692_266_434_010,
      price: 0.007831,
      priceKind: 'bankruptcy',
    });
  });

  test.each([
    ['sell', 'long'],
    ['buy', 'short'],
  ])('of a net position the order tells: %s is a %s', (side, liquidatedSide) => {
    const [[, event]] = rowsOf(
      okxChannels.liquidations!,
      message([{ ...detail, posSide: 'net', side }]),
      iost,
    ) as [[string, object]];
    expect(event).toMatchObject({ liquidatedSide });
  });

  test('the mark price', () => {
    const text = {
      arg: { channel: 'mark-price', instId: 'LTC-USD-190628' },
      data: [{ instType: 'FUTURES', instId: 'LTC-USD-190628', markPx: '0.1', ts: '1597026383085' }],
    };
    expect(rowsOf(okxChannels.prices, text, listing('LTC-USD-190628', 'inverse'))).toEqual([
      ['LTC-USD-190628', { timeMs: 1_597_026_383_085, mark: 0.1 }],
    ]);
  });

  test.each([
    ['pong', { kind: 'other' }],
    [{ event: 'subscribe', arg: { channel: 'mark-price', instId: 'X' }, connId: 'a' }, { kind: 'other' }],
    [{ event: 'notice', code: '64008', msg: 'The connection will soon be closed' }, { kind: 'other' }],
    [
      { event: 'error', msg: "channel:mark-price,instId:X doesn't exist", code: '60018' },
      { kind: 'refused', text: "okx stream: channel:mark-price,instId:X doesn't exist" },
    ],
  ])('%o is an answer, not a price', (text, reading) => {
    expect(okxChannels.prices.read(text, nowMs)).toEqual(reading);
  });
});

describe('gate', () => {
  const row = { contract: 'BTC_USD', last: '118.4', mark_price: '118.35', index_price: '118.36' };
  const envelope = {
    time: 1_541_659_086,
    time_ms: 1_541_659_086_123,
    channel: 'futures.tickers',
    event: 'update',
  };

  test.each([
    ['an array', [row]],
    ['an object alone', row],
  ])('the tickers as %s', (_, result) => {
    expect(rowsOf(gateChannels.prices, { ...envelope, result }, listing('BTC_USD', 'inverse'))).toEqual([
      ['BTC_USD', { timeMs: 1_541_659_086_123, mark: 118.35, last: 118.4 }],
    ]);
  });

  test.each([
    [{ ...envelope, event: 'subscribe', result: { status: 'success' } }, { kind: 'other' }],
    [{ ...envelope, channel: 'futures.pong', event: '', result: null }, { kind: 'other' }],
    [
      { ...envelope, id: 4, event: 'subscribe', error: { code: 2, message: 'unknown contract X' } },
      { kind: 'refused', text: 'gate stream: unknown contract X', request: '4' },
    ],
  ])('%o is an answer, not a price', (message, reading) => {
    expect(gateChannels.prices.read(message, nowMs)).toEqual(reading);
  });

  test.each([
    ['perpetual', 'USDT', 'wss://fx-ws.gateio.ws/v4/ws/usdt'],
    ['perpetual', 'BTC', 'wss://fx-ws.gateio.ws/v4/ws/btc'],
    ['future', 'USDT', 'wss://fx-ws.gateio.ws/v4/ws/delivery/usdt'],
  ] as const)('a %s settled in %s has its own address', (kind, settle, url) => {
    const market = listing('X', 'linear', { settle, ...(kind === 'future' && { kind }) });
    expect(gateChannels.prices.address(market).url).toBe(url);
  });
});

describe('bitget', () => {
  const push = (symbol: string, side: string) => ({
    data: [{ symbol, side, price: '89000', amount: '37722.858', ts: '1736371332162' }],
    arg: { instType: 'usdt-futures', topic: 'liquidation' },
    action: 'update',
    ts: 1_736_371_332_162,
  });

  test('the side is the position’s, the amount in quote coin', () => {
    expect(
      rowsOf(bitgetChannels.liquidations!, push('BTCUSDT', 'buy'), listing('BTCUSDT', 'linear')),
    ).toEqual([
      [
        'BTCUSDT',
        {
          timeMs: 1_736_371_332_162,
          liquidatedSide: 'long',
          price: 89_000,
          priceKind: 'limit',
          size: 37_722.858 / 89_000,
          usd: 37_722.858,
        },
      ],
    ]);
  });

  test('of a coin-margined contract the amount is its face value', () => {
    const [[, event]] = rowsOf(
      bitgetChannels.liquidations!,
      push('BTCUSD', 'sell'),
      listing('BTCUSD', 'inverse'),
    ) as [[string, object]];
    expect(event).toMatchObject({ liquidatedSide: 'short', size: 37_722.858, usd: 37_722.858 });
  });

  test('mark and last price', () => {
    const message = {
      action: 'snapshot',
      arg: { instType: 'USDT-FUTURES', channel: 'ticker', instId: 'BTCUSDT' },
      data: [{ instId: 'BTCUSDT', lastPr: '43480.4', markPrice: '43476.4', ts: '1701843962811' }],
      ts: 1_701_843_962_812,
    };
    expect(rowsOf(bitgetChannels.prices, message, listing('BTCUSDT', 'linear'))).toEqual([
      ['BTCUSDT', { timeMs: 1_701_843_962_811, mark: 43_476.4, last: 43_480.4 }],
    ]);
  });

  test.each([
    ['pong', { kind: 'other' }],
    [
      { event: 'subscribe', arg: { instType: 'USDT-FUTURES', channel: 'ticker', instId: 'X' } },
      { kind: 'other' },
    ],
    [
      { event: 'error', code: 30_001, msg: "instType:sp,channel:ticker,instId:X doesn't exist" },
      { kind: 'refused', text: "bitget stream: instType:sp,channel:ticker,instId:X doesn't exist" },
    ],
  ])('%o is an answer, not a price', (message, reading) => {
    expect(bitgetChannels.prices.read(message, nowMs)).toEqual(reading);
  });
});

describe('hyperliquid', () => {
  test('the mark price, of the moment it comes', () => {
    const message = {
      channel: 'activeAssetCtx',
      data: { coin: 'BTC', ctx: { markPx: '14.3161', midPx: '14.314', oraclePx: '14.32' } },
    };
    expect(rowsOf(hyperliquidChannels.prices, message, listing('BTC', 'linear'))).toEqual([
      ['BTC', { timeMs: nowMs, mark: 14.3161 }],
    ]);
  });

  test.each([
    [{ channel: 'subscriptionResponse', data: { method: 'subscribe', subscription: {} } }, { kind: 'other' }],
    [{ channel: 'pong' }, { kind: 'other' }],
    [
      { channel: 'error', data: 'Invalid subscription {"type":"activeAssetCtx","coin":"X"}' },
      {
        kind: 'refused',
        text: 'hyperliquid stream: Invalid subscription {"type":"activeAssetCtx","coin":"X"}',
      },
    ],
  ])('%o is an answer, not a price', (message, reading) => {
    expect(hyperliquidChannels.prices.read(message, nowMs)).toEqual(reading);
  });
});

describe.each([
  ['binance', binanceChannels],
  ['bybit', bybitChannels],
  ['okx', okxChannels],
  ['gate', gateChannels],
  ['bitget', bitgetChannels],
  ['hyperliquid', hyperliquidChannels],
])('%s', (_, channels) => {
  const both = Object.values(channels) as Channel<unknown>[];

  test.each(['<html>', '', 7, null, [], { e: 7 }, { data: 'x', topic: 7 }, { channel: {} }, { arg: 'x' }])(
    'never takes %o for an event',
    (message) => {
      for (const channel of both) {
        try {
          expect(channel.read(message, nowMs).kind).toBe('other');
        } catch (error) {
          expect(error).toBeInstanceOf(MarketError);
        }
      }
    },
  );
});
