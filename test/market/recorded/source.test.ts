import { describe, expect, it } from 'vitest';
import { candleStepMs, mergeCandles } from '../../../src/market/recorded/merge-candles.ts';
import { createRecordedSource } from '../../../src/market/recorded/source.ts';
import type { Market } from '../../../src/market/source.ts';
import { temporaryFiles } from './files.ts';

const file = temporaryFiles();
const hourMs = 3_600_000;
const t0 = Date.UTC(2026, 0, 5);
const everything = { fromMs: 0, toMs: t0 + 1e10 };

const hours = [0, 1, 2, 3, 4, 6, 7, 8, 9];
const candleRow = (coin: string, hour: number): string =>
  `${t0 + hour * hourMs},one,${coin},${100 + hour},${110 + hour},${90 - hour},${101 + hour},${hour + 1}`;
const files = {
  candles: file('candles.csv', [
    'open_ms,venue,coin,open,high,low,close,volume_base',
    ...hours.map((hour) => candleRow('BTC', hour)),
    candleRow('ETH', 0).replace(',one,', ',two,'),
    candleRow('ETH', 1),
    candleRow('ETH', 2),
  ]),
  openInterest: file('oi.csv', [
    'time_ms,coin,oi_usd',
    `${t0 + 0.5 * hourMs},BTC,5000`,
    `${t0 + hourMs},BTC,5050`,
    `${t0 + 9.5 * hourMs},BTC,10900`,
    `${t0 + 20 * hourMs},BTC,1`,
    `${t0 + 3 * hourMs},ETH,1030`,
  ]),
  funding: file('funding.csv', [
    'time_ms,venue,coin,funding_rate',
    `${t0 + hourMs},one,BTC,0.0001`,
    `${t0 + 9 * hourMs},one,BTC,-0.0002`,
    `${t0 + 9 * hourMs},two,BTC,0.5`,
    `${t0 + hourMs},one,ETH,0.0003`,
  ]),
  liquidations: file('liquidations.csv', [
    'time_ms,coin,liquidated_side,fill_px,size_base,size_usd',
    `${t0 + 2 * hourMs},BTC,long,100,2,200`,
    `${t0 + 5 * hourMs},BTC,short,105,1,105`,
    `${t0 + 2 * hourMs},ETH,long,100,2,200`,
  ]),
};
const options = { files, venue: 'one', coins: ['btc', 'ETH'] };

async function marketsOf(
  source: Awaited<ReturnType<typeof createRecordedSource>>,
): Promise<[Market, Market]> {
  return (await source.markets()) as unknown as [Market, Market];
}

describe('a recorded venue', async () => {
  const source = await createRecordedSource(options);
  const [btc, eth] = await marketsOf(source);

  it('says that it is recorded and lists the coins asked for as linear perpetuals', () => {
    expect([source.venue, source.provenance]).toEqual(['one', 'recorded']);
    expect([btc.symbol, btc.base, btc.contract, btc.kind]).toEqual([
      'BTC/USDT:USDT',
      'BTC',
      'linear',
      'perpetual',
    ]);
    expect(eth.base).toBe('ETH');
  });

  it('gives candles as they were recorded, of its own venue, within the range', async () => {
    const asked = { fromMs: t0 + 1, toMs: t0 + 3 * hourMs, timeframe: '1h', price: 'last' } as const;
    expect(await source.candles(btc, asked)).toEqual([
      { openMs: t0 + hourMs, open: 101, high: 111, low: 89, close: 102, volume: 2 },
      { openMs: t0 + 2 * hourMs, open: 102, high: 112, low: 88, close: 103, volume: 3 },
    ]);
    expect(await source.candles(eth, { ...asked, ...everything })).toHaveLength(2);
  });

  it('gives coarser candles where no part is missing', async () => {
    const candles = await source.candles(btc, { ...everything, timeframe: '4h', price: 'last' });
    expect(candles).toEqual([{ openMs: t0, open: 100, high: 113, low: 87, close: 104, volume: 10 }]);
  });

  it('has no finer candles than recorded, no mark candles and no order book', async () => {
    expect(await source.candles(btc, { ...everything, timeframe: '5m', price: 'last' })).toBeUndefined();
    expect(await source.candles(btc, { ...everything, timeframe: '1h', price: 'mark' })).toBeUndefined();
    expect(await source.orderBook(btc)).toBeUndefined();
  });

  it('turns open interest in USD into base units at the close before it', async () => {
    const points = await source.openInterestHistory(btc, { ...everything, timeframe: '1h' });
    expect(points).toEqual([
      { timeMs: t0 + hourMs, size: 50 },
      { timeMs: t0 + 9.5 * hourMs, size: 100 },
    ]);
    expect(await source.openInterest(btc)).toEqual(points!.at(-1));
  });

  it('gives funding and liquidations of its venue within the range', async () => {
    expect(await source.funding(btc, everything)).toEqual([
      { timeMs: t0 + hourMs, rate: 0.0001 },
      { timeMs: t0 + 9 * hourMs, rate: -0.0002 },
    ]);
    const asked = { fromMs: t0 + 2 * hourMs, toMs: t0 + 5 * hourMs };
    expect((await source.liquidations(btc, asked))!.map(({ usd }) => usd)).toEqual([200]);
  });

  it('prices a coin at the close of its last candle', async () => {
    expect(await source.price(btc)).toEqual({ timeMs: t0 + 10 * hourMs, mark: 110, last: 110 });
  });

  it('has dated margin rules, or those it is given', async () => {
    expect((await source.marginRules(btc))!.source).toContain('one');
    const own = { ...(await source.marginRules(btc))!, source: 'mine' };
    const ruled = await createRecordedSource({ ...options, rules: () => own });
    expect(await ruled.marginRules(btc)).toBe(own);
  });

  it('tells nothing of what is later than the moment it answers as of', async () => {
    const early = await createRecordedSource({ ...options, nowMs: () => t0 + 2.5 * hourMs });
    expect(await early.candles(btc, { ...everything, timeframe: '1h', price: 'last' })).toHaveLength(2);
    expect(await early.openInterest(btc)).toEqual({ timeMs: t0 + hourMs, size: 50 });
    expect(await early.funding(btc, everything)).toHaveLength(1);
    expect(await early.liquidations(btc, everything)).toHaveLength(1);
    expect(await early.price(btc)).toEqual({ timeMs: t0 + 2 * hourMs, mark: 102, last: 102 });
    const before = await createRecordedSource({ ...options, nowMs: () => t0 });
    expect(await before.price(btc)).toBeUndefined();
  });

  it('has nothing of a kind without a file', async () => {
    const bare = await createRecordedSource({ ...options, files: {} });
    expect(await bare.candles(btc, { ...everything, timeframe: '1h', price: 'last' })).toBeUndefined();
    expect(await bare.openInterest(btc)).toBeUndefined();
    expect(await bare.openInterestHistory(btc, { ...everything, timeframe: '1h' })).toBeUndefined();
    expect(await bare.funding(btc, everything)).toBeUndefined();
    expect(await bare.liquidations(btc, everything)).toBeUndefined();
    expect(await bare.price(btc)).toBeUndefined();
  });

  it('is refused with a file that is missing or lacks a coin', async () => {
    await expect(createRecordedSource({ ...options, files: { candles: 'nowhere.csv' } })).rejects.toThrow(
      'nowhere.csv',
    );
    await expect(createRecordedSource({ ...options, coins: ['SOL'] })).rejects.toThrow('SOL');
    await expect(createRecordedSource({ ...options, venue: 'three' })).rejects.toThrow('three');
  });

  it('rejects a market that it does not list', async () => {
    await expect(source.price({ ...btc, base: 'SOL' })).rejects.toThrow('SOL');
  });
});

describe('candles in a row', () => {
  const candle = (openMs: number) => ({ openMs, open: 1, high: 1, low: 1, close: 1, volume: 1 });

  it('have the length of the smallest step between them', () => {
    expect(candleStepMs([0, 300, 500, 600].map(candle))).toBe(100);
    expect(candleStepMs([candle(0)])).toBeUndefined();
  });

  it('are themselves when merged to their own length', () => {
    const candles = [0, 100, 300].map(candle);
    expect(mergeCandles(candles, 100, 100)).toEqual(candles);
  });
});
