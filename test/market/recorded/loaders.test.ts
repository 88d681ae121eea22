import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { readCandles } from '../../../src/market/recorded/candles.ts';
import { readFunding } from '../../../src/market/recorded/funding.ts';
import { readDailyLiquidations, readLiquidations } from '../../../src/market/recorded/liquidations.ts';
import { readOpenInterest } from '../../../src/market/recorded/open-interest.ts';
import { readPositions } from '../../../src/market/recorded/positions.ts';
import { readTimes } from '../../../src/market/recorded/times.ts';
import { temporaryFiles } from './files.ts';

const file = temporaryFiles();
const t0 = 1_760_000_000_000;
const candleHeader = 'open_ms,venue,coin,open,high,low,close,volume_base';

async function refusal(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}

describe('candles from a file', () => {
  const lines = [
    candleHeader,
    `${t0 + 3_600_000},one,BTC,101,103,100,102,6`,
    `${t0},one,BTC,100,102,99,101,5`,
    `${t0},two,BTC,200,202,199,201,7`,
    `${t0},one,ETH,10,12,9,11,8`,
  ];
  const candles = [
    { openMs: t0, open: 100, high: 102, low: 99, close: 101, volume: 5 },
    { openMs: t0 + 3_600_000, open: 101, high: 103, low: 100, close: 102, volume: 6 },
  ];

  it('are those of the coin and venue, in ascending time', async () => {
    expect(await readCandles(file('candles.csv', lines), { coin: 'btc', venue: 'one' })).toEqual(candles);
  });

  it('are the same from a gzip file', async () => {
    expect(await readCandles(file('candles.csv.gz', lines), { coin: 'BTC', venue: 'ONE' })).toEqual(candles);
  });

  it('are found by header, whatever the order of columns, the byte order mark and the line ends', async () => {
    const path = file('other.csv', [
      '\uFEFFcoin,note,close,low,high,open,volume_base,open_ms\r',
      `BTC,"a, quoted",101,99,102,100,5,${t0}\r`,
      '\r',
    ]);
    expect(await readCandles(path, { coin: 'BTC', venue: 'any' })).toEqual(candles.slice(0, 1));
  });

  it.each([
    ['a price that is no number', `${t0},one,BTC,100,102,nan,101,5`, 'low is "nan"'],
    ['an empty price', `${t0},one,BTC,,102,99,101,5`, 'open is ""'],
    ['an infinite price', `${t0},one,BTC,100,Infinity,99,101,5`, 'high is "Infinity"'],
    ['a negative price', `${t0},one,BTC,100,102,-99,101,5`, 'low is "-99"'],
    ['a price of zero', `${t0},one,BTC,100,102,0,101,5`, 'low is "0"'],
    ['a negative volume', `${t0},one,BTC,100,102,99,101,-5`, 'volume_base is "-5"'],
    ['a high below the close', `${t0},one,BTC,100,100.5,99,101,5`, 'high is "100.5"'],
    ['a low above the open', `${t0},one,BTC,100,102,100.5,101,5`, 'low is "100.5"'],
    ['a time in seconds', `${t0 / 1000},one,BTC,100,102,99,101,5`, `open_ms is "${t0 / 1000}"`],
    ['a broken time', `${t0}.5,one,BTC,100,102,99,101,5`, `open_ms is "${t0}.5"`],
  ])('are refused for %s, with line and value', async (_, line, complaint) => {
    const path = file('broken.csv', [candleHeader, `${t0 - 1},one,BTC,100,102,99,101,5`, '', line]);
    const message = await refusal(readCandles(path, { coin: 'BTC', venue: 'one' }));
    expect(message).toContain(`${path}, line 4: ${complaint}`);
  });

  it('are refused if two have the same time', async () => {
    const path = file('twins.csv', [candleHeader, lines[1]!, lines[1]!]);
    expect(await refusal(readCandles(path, { coin: 'BTC', venue: 'one' }))).toContain(String(t0 + 3_600_000));
  });

  it('of several venues are refused until one is named', async () => {
    const path = file('venues.csv', lines);
    expect(await refusal(readCandles(path, { coin: 'BTC' }))).toContain('one, two');
    expect(await refusal(readCandles(path, { coin: 'BTC', venue: 'three' }))).toContain('one, two');
  });

  it('of a coin that is not there are refused with those that are', async () => {
    const path = file('coins.csv', lines);
    expect(await refusal(readCandles(path, { coin: 'SOL', venue: 'one' }))).toContain('BTC, ETH');
  });
});

describe('a file that cannot be read', () => {
  const asked = { coin: 'BTC', venue: 'one' };

  it('is named when it is missing', async () => {
    expect(await refusal(readCandles('nowhere/at-all.csv', asked))).toContain('nowhere/at-all.csv');
    expect(await refusal(readTimes('nowhere/at-all.txt'))).toContain('nowhere/at-all.txt');
  });

  it('is refused when columns are missing, which are named beside those found', async () => {
    const message = await refusal(readCandles(file('header.csv', ['open_ms,coin,open', '1,BTC,2']), asked));
    expect(message).toContain('no column high, low, close, volume_base');
    expect(message).toContain('its header is: open_ms, coin, open');
  });

  it('is refused when its header names a column twice', async () => {
    const path = file('twice.csv', [`${candleHeader},open`, `${t0},one,BTC,100,102,99,101,5,1`]);
    expect(await refusal(readCandles(path, asked))).toContain('twice');
  });

  it('is refused when it is empty', async () => {
    expect(await refusal(readCandles(file('empty.csv', []), asked))).toContain('is empty');
    expect(await refusal(readCandles(file('bare.csv', [candleHeader]), asked))).toContain('no rows');
  });

  it('is refused when a line lacks a cell, with the number of the line', async () => {
    const path = file('ragged.csv', [candleHeader, `${t0},one,BTC,100,102,99,101,5`, `${t0},one,BTC`]);
    expect(await refusal(readCandles(path, asked))).toMatch(/ragged\.csv.*line 3/);
  });

  it('is refused when it is cut off or no gzip', async () => {
    const whole = file('cut.csv.gz', [candleHeader, `${t0},one,BTC,100,102,99,101,5`]);
    writeFileSync(whole, readFileSync(whole).subarray(0, 40));
    expect(await refusal(readCandles(whole, asked))).toContain('gzip');
    const plain = file('plain.csv', [candleHeader]);
    writeFileSync(`${plain}.gz`, readFileSync(plain));
    expect(await refusal(readCandles(`${plain}.gz`, asked))).toContain('gzip');
  });
});

describe('open interest from a file', () => {
  it('is in base units where the file has them', async () => {
    const path = file('oi.csv', ['time_ms,coin,oi_base,oi_usd', `${t0},BTC,5,500`, `${t0},ETH,6,60`]);
    expect(await readOpenInterest(path, { coin: 'BTC' })).toEqual({
      unit: 'base',
      points: [{ timeMs: t0, size: 5 }],
    });
  });

  it('is in USD where the file has nothing else', async () => {
    const path = file('oi-usd.csv', ['time_ms,coin,oi_usd', `${t0 + 1},BTC,510`, `${t0},BTC,500`]);
    expect(await readOpenInterest(path, { coin: 'BTC' })).toEqual({
      unit: 'usd',
      points: [
        { timeMs: t0, usd: 500 },
        { timeMs: t0 + 1, usd: 510 },
      ],
    });
  });

  it('is refused without either column', async () => {
    const path = file('oi-none.csv', ['time_ms,coin,oi', `${t0},BTC,5`]);
    expect(await refusal(readOpenInterest(path, { coin: 'BTC' }))).toContain('oi_base or oi_usd');
  });
});

describe('funding from a file', () => {
  it('keeps its sign and its size', async () => {
    const path = file('funding.csv', [
      'time_ms,venue,coin,funding_rate',
      `${t0},hourly,BTC,-1.25e-05`,
      `${t0 + 3_600_000},hourly,BTC,0`,
    ]);
    expect(await readFunding(path, { coin: 'BTC', venue: 'hourly' })).toEqual([
      { timeMs: t0, rate: -1.25e-5 },
      { timeMs: t0 + 3_600_000, rate: 0 },
    ]);
  });
});

describe('positions from a file', () => {
  const header = 'time_ms,trader,coin,side,size,entry,leverage,value_usd,upnl_usd,liq_price';

  it('have no liquidation price where the cell is empty', async () => {
    const path = file('positions.csv', [
      header,
      `${t0 + 5},7,ETH,long,2,1000,20,2100,100,`,
      `${t0},7,BTC,short,1,100,10,90,-3,150`,
    ]);
    const [first, second] = await readPositions(path);
    expect(first).toEqual({
      timeMs: t0,
      trader: '7',
      coin: 'BTC',
      side: 'short',
      size: 1,
      entry: 100,
      leverage: 10,
      valueUsd: 90,
      unrealisedPnlUsd: -3,
      liquidationPrice: 150,
    });
    expect(second).not.toHaveProperty('liquidationPrice');
  });

  it.each([
    ['side', `${t0},7,ETH,buy,2,1000,20,2100,100,`, 'side is "buy"'],
    ['size', `${t0},7,ETH,long,0,1000,20,2100,100,`, 'size is "0"'],
    ['liquidation price', `${t0},7,ETH,long,2,1000,20,2100,100,-1`, 'liq_price is "-1"'],
  ])('are refused for a %s that makes no sense', async (_, line, complaint) => {
    expect(await refusal(readPositions(file('bad-positions.csv', [header, line])))).toContain(complaint);
  });
});

describe('liquidations from a file', () => {
  it.each([
    ['bankruptcy_px', 'bankruptcy'],
    ['limit_px', 'limit'],
    ['fill_px', 'fill'],
  ])('have in %s a price of kind %s', async (column, priceKind) => {
    const path = file('liquidations.csv', [
      `time_ms,coin,liquidated_side,${column},size_base,size_usd`,
      `${t0},SOL,long,89.75,20,1795`,
      `${t0},SOL,short,90,1,90`,
    ]);
    const [first, second] = await readLiquidations(path, { coin: 'SOL' });
    expect(first).toEqual({
      timeMs: t0,
      liquidatedSide: 'long',
      price: 89.75,
      priceKind,
      size: 20,
      usd: 1795,
    });
    expect(second?.liquidatedSide).toBe('short');
  });

  it.each(['2025-12-07 00:00:00+00', '2025-12-07T00:00:00Z', '2025-12-07'])(
    'by day begin at %s',
    async (day) => {
      const path = file('daily.csv', ['timestamp,coin,total_usd,long_usd,short_usd', `${day},SOL,30,20,9`]);
      expect(await readDailyLiquidations(path, { coin: 'SOL' })).toEqual([
        { dayMs: Date.UTC(2025, 11, 7), totalUsd: 30, longUsd: 20, shortUsd: 9 },
      ]);
    },
  );

  it.each(['Sunday', '2025-13-07', '2025-12-07 12:00:00+00', '2025-12-07 00:00:00-05'])(
    'by day are refused for %s, which is no UTC day',
    async (day) => {
      const path = file('daily.csv', ['timestamp,coin,total_usd,long_usd,short_usd', `${day},SOL,30,20,9`]);
      expect(await refusal(readDailyLiquidations(path, { coin: 'SOL' }))).toContain(`timestamp is "${day}"`);
    },
  );
});

describe('a list of times', () => {
  it('leaves out blank lines and comments', async () => {
    const path = file('times.txt', ['# snapshots', `${t0}`, '', `  ${t0 - 5}\r`, '#', '']);
    expect(await readTimes(path)).toEqual([t0, t0 - 5]);
  });

  it.each(['tomorrow', `${t0}.5`, `-${t0}`, `${t0 / 1000}`, '1e12', `${t0} # noon`])(
    'is refused for the line "%s"',
    async (line) => {
      const message = await refusal(readTimes(file('bad-times.txt', [`${t0}`, line])));
      expect(message).toContain(`line 2: "${line}"`);
    },
  );

  it('is refused when it holds none', async () => {
    expect(await refusal(readTimes(file('no-times.txt', ['# nothing'])))).toContain('no time');
  });
});
