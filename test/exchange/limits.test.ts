import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, harnessNowMs as nowMs, openHarness } from '../support/exchange/harness.ts';
import { floorTo } from '../support/exchange/world.ts';

// The loopback exchange is as strict as the venues: how many rows a call gives and which, how far back, and what
// is refused in which words.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness({ alts: 20 });
});
afterAll(() => harness.close());

/** The rows of an answer, and the time of each. */
async function times(
  host: string,
  path: string,
  read: (answer: never) => readonly unknown[],
  time: (row: never) => unknown,
): Promise<readonly number[]> {
  const reply = await harness.ask(host, path);
  if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
  return read(reply.json() as never).map((row) => Number(time(row as never)));
}

const list = (answer: unknown[]) => answer;
const first = (row: unknown[]) => row[0];

function refused(host: string, path: string) {
  return harness.ask(host, path).then(({ status, json }) => ({ status, body: json() }));
}

describe('Binance', () => {
  const fapi = 'fapi.binance.com';
  const dapi = 'dapi.binance.com';
  const fromMs = floorTo(nowMs, dayMs) - 10 * dayMs;

  test('gives the first rows of a range that is too wide, COIN-M the last', async () => {
    const range = `interval=1m&limit=5&startTime=${fromMs}&endTime=${fromMs + hourMs}`;
    const usdm = await times(fapi, `/fapi/v1/klines?symbol=BTCUSDT&${range}`, list, first);
    expect(usdm).toEqual([0, 1, 2, 3, 4].map((minute) => fromMs + minute * minuteMs));
    const coinm = await times(dapi, `/dapi/v1/klines?symbol=BTCUSD_PERP&${range}`, list, first);
    expect(coinm).toEqual([56, 57, 58, 59, 60].map((minute) => fromMs + minute * minuteMs));
  });

  test('begins at the listing when asked from before it, and ends now', async () => {
    const market = harness.marketsOf('binanceusdm')[0];
    const early = await times(
      fapi,
      '/fapi/v1/klines?symbol=BTCUSDT&interval=1h&limit=2&startTime=0',
      list,
      first,
    );
    expect(early[0]).toBe(market?.listedMs);
    const late = `/fapi/v1/klines?symbol=BTCUSDT&interval=1h&startTime=${nowMs + 1}`;
    expect(await times(fapi, late, list, first)).toEqual([]);
  });

  test('keeps 30 days of open interest and refuses a start beyond them', async () => {
    const path = '/futures/data/openInterestHist?symbol=BTCUSDT&period=1d&limit=500';
    const time = (row: { timestamp: number }) => row.timestamp;
    const rows = await times(fapi, path, list, time);
    expect(rows[0]).toBeGreaterThanOrEqual(nowMs - 30 * dayMs);
    expect(rows).toHaveLength(30);
    expect(await refused(fapi, `${path}&startTime=${nowMs - 31 * dayMs}`)).toEqual({
      status: 400,
      body: { code: -1130, msg: "parameter 'startTime' is invalid." },
    });
  });

  test('refuses what it does not know, in its own words', async () => {
    const klines = '/fapi/v1/klines?symbol=BTCUSDT&interval';
    expect((await refused(fapi, '/fapi/v1/openInterest?symbol=NOPEUSDT')).body).toEqual({
      code: -1121,
      msg: 'Invalid symbol.',
    });
    expect((await refused(fapi, `${klines}=7m`)).body).toMatchObject({ code: -1120 });
    expect((await refused(fapi, `${klines}=1m&limit=1501`)).body).toMatchObject({ code: -1130 });
    expect((await refused(fapi, '/fapi/v1/depth?symbol=BTCUSDT&limit=25')).body).toMatchObject({
      code: -4021,
    });
    expect((await refused(fapi, '/fapi/v1/leverageBracket')).body).toMatchObject({ code: -2014 });
  });

  test('knows no open interest of pair ETHUSD_PERP, which ccxt asks for', async () => {
    const path = '/futures/data/openInterestHist?pair=ETHUSD_PERP&contractType=CURRENT_QUARTER&period=1h';
    expect(await times(dapi, path, list, first)).toEqual([]);
  });
});

describe('Bybit', () => {
  const host = 'api.bybit.com';
  const result = (answer: { result: { list: unknown[] } }) => answer.result.list;

  test('gives the newest rows of a range that is too wide, newest first', async () => {
    const endMs = floorTo(nowMs, hourMs);
    const path = `/v5/market/kline?category=linear&symbol=BTCUSDT&interval=60&limit=3&start=0&end=${endMs}`;
    const rows = await times(host, path, result, first);
    expect(rows).toEqual([0, 1, 2].map((hours) => endMs - hours * hourMs));
  });

  test('walks open interest back to the launch by its cursor', async () => {
    const seen: number[] = [];
    let cursor = '';
    do {
      const path = `/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=4h&limit=200&cursor=${cursor}`;
      const { result: page } = (await harness.ask(host, path)).json() as OpenInterestPage;
      seen.push(...page.list.map(({ timestamp }) => Number(timestamp)));
      cursor = page.nextPageCursor;
    } while (cursor !== '');
    const listedMs = harness.marketsOf('bybit')[0]?.listedMs ?? 0;
    const count = Math.floor((nowMs - listedMs) / (4 * hourMs)) + 1;
    const newestMs = floorTo(nowMs, 4 * hourMs);
    expect(seen).toEqual(Array.from({ length: count }, (_, index) => newestMs - index * 4 * hourMs));
  });

  test('pages its risk limits by 15 symbols', async () => {
    const page = async (cursor: string) => {
      const path = `/v5/market/risk-limit?category=linear&cursor=${encodeURIComponent(cursor)}`;
      const { result: found } = (await harness.ask(host, path)).json() as RiskLimitPage;
      return { symbols: new Set(found.list.map(({ symbol }) => symbol)), next: found.nextPageCursor };
    };
    const one = await page('');
    expect(one.symbols.size).toBe(15);
    const two = await page(one.next);
    expect(two.symbols.size).toBe(10);
    expect(two.next).toBe('');
    expect([...one.symbols].filter((symbol) => two.symbols.has(symbol))).toEqual([]);
  });

  test('refuses with status 200', async () => {
    const unknown = await refused(host, '/v5/market/kline?category=linear&symbol=NOPE&interval=60');
    expect(unknown).toMatchObject({ status: 200, body: { retCode: 10001 } });
    const alone = '/v5/market/funding/history?category=linear&symbol=BTCUSDT&startTime=1';
    expect(await refused(host, alone)).toMatchObject({ body: { retCode: 10001 } });
    const inverse = '/v5/market/kline?category=inverse&symbol=BTCUSDT&interval=60';
    expect(await refused(host, inverse)).toMatchObject({ body: { retCode: 10001 } });
  });
});

type OpenInterestPage = { result: { list: { timestamp: string }[]; nextPageCursor: string } };
type RiskLimitPage = { result: { list: { symbol: string }[]; nextPageCursor: string } };

describe('OKX', () => {
  const host = 'www.okx.com';
  const data = (answer: { data: unknown[] }) => answer.data;
  const candles = '/api/v5/market/candles?instId=BTC-USDT-SWAP&bar=1m&limit=2';
  const history = '/api/v5/market/history-candles?instId=BTC-USDT-SWAP&bar=1m&limit=2';

  test('pages by after, and gives the newest when asked with before alone', async () => {
    const newest = floorTo(nowMs, minuteMs);
    expect(await times(host, candles, data, first)).toEqual([newest, newest - minuteMs]);
    expect(await times(host, `${candles}&after=${newest}`, data, first)).toEqual([
      newest - minuteMs,
      newest - 2 * minuteMs,
    ]);
    expect(await times(host, `${candles}&before=${newest - hourMs}`, data, first)).toEqual([
      newest,
      newest - minuteMs,
    ]);
  });

  test('reaches 1440 bars back in candles, to the listing in history, closed bars only', async () => {
    const longAgo = floorTo(nowMs, dayMs) - 5 * dayMs;
    expect(await times(host, `${candles}&after=${longAgo}`, data, first)).toEqual([]);
    expect(await times(host, `${history}&after=${longAgo}`, data, first)).toEqual([
      longAgo - minuteMs,
      longAgo - 2 * minuteMs,
    ]);
    expect((await times(host, history, data, first))[0]).toBe(floorTo(nowMs, minuteMs) - minuteMs);
  });

  test('opens its days by Hong Kong time unless they are named utc', async () => {
    const day = (bar: string) =>
      times(host, `/api/v5/market/candles?instId=BTC-USDT-SWAP&bar=${bar}&limit=1`, data, first);
    expect(await day('1Dutc')).toEqual([floorTo(nowMs, dayMs)]);
    expect(await day('1D')).toEqual([floorTo(nowMs, dayMs) - 8 * hourMs]);
  });

  test('keeps 1440 points of one contract’s open interest, 100 a call', async () => {
    const path = '/api/v5/rubik/stat/contracts/open-interest-history?instId=BTC-USDT-SWAP&period=5m';
    const rows = await times(host, path, data, first);
    expect(rows).toHaveLength(100);
    const oldest = nowMs - 1440 * 5 * minuteMs;
    const last = await times(host, `${path}&end=${oldest + 15 * minuteMs}`, data, first);
    expect(last.length).toBeLessThanOrEqual(3);
    expect(last.at(-1)).toBeGreaterThanOrEqual(oldest);
  });

  test('refuses unknown instruments with status 200 and wrong parameters with 400', async () => {
    const unknown = await refused(host, '/api/v5/market/candles?instId=NOPE-USDT-SWAP');
    expect(unknown).toMatchObject({ status: 200, body: { code: '51001', data: [] } });
    const wrong = await refused(host, '/api/v5/market/candles?instId=BTC-USDT-SWAP&limit=301');
    expect(wrong).toMatchObject({ status: 400, body: { code: '51000' } });
  });
});

describe('Gate', () => {
  const host = 'api.gateio.ws';
  const candles = '/api/v4/futures/usdt/candlesticks?contract=BTC_USDT&interval=1m';
  const nowSeconds = Math.floor(nowMs / 1000);
  const at = (row: { t: number }) => row.t;

  test('counts both ends of a range of candles', async () => {
    const from = floorTo(nowMs, hourMs) / 1000 - 3600;
    expect(await times(host, `${candles}&from=${from}&to=${from + 120}`, list, at)).toEqual([
      from,
      from + 60,
      from + 120,
    ]);
  });

  test('refuses too broad a range, too old a range, and a range with a limit', async () => {
    const message = async (query: string) => (await refused(host, `${candles}&${query}`)).body;
    expect(await message(`from=${nowSeconds - 2001 * 60}`)).toMatchObject({ label: 'INVALID_PARAM_VALUE' });
    expect(await message(`from=${nowSeconds - 10_010 * 60}&to=${nowSeconds - 10_000 * 60}`)).toMatchObject({
      message: expect.stringContaining('too long ago'),
    });
    expect(await message(`from=${nowSeconds - 60}&limit=2`)).toMatchObject({ label: 'INVALID_PARAM_VALUE' });
  });

  test('serves an hour of liquidations a call, and takes milliseconds for a far future', async () => {
    const path = '/api/v4/futures/usdt/liq_orders?contract=BTC_USDT';
    const wide = await refused(host, `${path}&from=${nowSeconds - 3601}&to=${nowSeconds}`);
    expect(wide.body).toEqual({ label: 'INVALID_PARAM_VALUE', message: 'range from/to must in 1 hour' });
    expect(await refused(host, `${path}&from=${nowMs - hourMs}`)).toEqual({ status: 200, body: [] });
    const day = await refused(host, `${path}&from=${nowSeconds - 86_400}&to=${nowSeconds - 82_800}`);
    expect((day.body as unknown[]).length).toBeGreaterThan(0);
  });

  test('reaches 30 days on from a lone start of funding', async () => {
    const fromMs = floorTo(nowMs, dayMs) - 35 * dayMs;
    const path = `/api/v4/futures/usdt/funding_rate?contract=BTC_USDT&limit=1000&from=${fromMs / 1000}`;
    const rows = await times(host, path, list, at);
    expect(rows[0]).toBe((fromMs + 30 * dayMs) / 1000);
    expect(rows.at(-1)).toBe(fromMs / 1000);
  });

  test('refuses an unknown contract without a message', async () => {
    expect(await refused(host, '/api/v4/futures/usdt/contracts/NOPE_USDT')).toEqual({
      status: 400,
      body: { label: 'CONTRACT_NOT_FOUND' },
    });
  });

  test('counts one side in position_size, both in total_size and contract_stats', async () => {
    const [, , , , inverse] = harness.marketsOf('gate');
    const size = inverse?.series.openInterest(nowMs) ?? 0;
    const contract = (await refused(host, '/api/v4/futures/btc/contracts/BTC_USD')).body;
    expect(contract).toMatchObject({ position_size: size, quanto_multiplier: '0' });
    const [ticker] = (await refused(host, '/api/v4/futures/btc/tickers?contract=BTC_USD')).body as unknown[];
    expect(ticker).toMatchObject({ total_size: String(2 * size) });
  });
});

describe('Bitget', () => {
  const host = 'api.bitget.com';
  const data = (answer: { data: unknown[] }) => answer.data;
  const asked = 'symbol=BTCUSDT&productType=USDT-FUTURES';

  test('counts candles back from their end, which is left out, and heeds no start in the history', async () => {
    const endMs = floorTo(nowMs, dayMs) - 35 * dayMs;
    const path = `/api/v2/mix/market/history-candles?${asked}&granularity=1m&limit=3&startTime=1&endTime=${endMs}`;
    const rows = await times(host, path, data, first);
    expect(rows).toEqual([3, 2, 1].map((minutes) => endMs - minutes * minuteMs));
  });

  test('has no minutes older than 30 days among the recent candles', async () => {
    const endMs = floorTo(nowMs, dayMs) - 35 * dayMs;
    const path = `/api/v2/mix/market/candles?${asked}&granularity=1m&limit=3&endTime=${endMs}`;
    expect(await times(host, path, data, first)).toEqual([]);
  });

  test('pages funding from the newest, 100 at most', async () => {
    const page = (number: number) =>
      times(
        host,
        `/api/v2/mix/market/history-fund-rate?${asked}&pageSize=100&pageNo=${number}`,
        data,
        (row: { fundingTime: string }) => row.fundingTime,
      );
    const [one, two] = await Promise.all([page(1), page(2)]);
    expect(one).toHaveLength(100);
    expect(one[0]).toBe(floorTo(nowMs, 8 * hourMs));
    expect(two[0]).toBe((one.at(-1) ?? 0) - 8 * hourMs);
  });

  test('refuses an unknown symbol with status 400', async () => {
    const path = '/api/v2/mix/market/open-interest?symbol=NOPEUSDT&productType=USDT-FUTURES';
    expect(await refused(host, path)).toEqual({
      status: 400,
      body: { code: '40034', msg: 'Parameter NOPEUSDT does not exist', requestTime: nowMs, data: null },
    });
  });
});

describe('Hyperliquid', () => {
  const ask = async (question: object) => harness.ask('api.hyperliquid.xyz', '/info', question);

  test('keeps the latest 5000 candles of each interval', async () => {
    const req = { coin: 'BTC', interval: '1m', startTime: 0, endTime: nowMs };
    const rows = (await ask({ type: 'candleSnapshot', req })).json() as { t: number }[];
    expect(rows).toHaveLength(5000);
    expect(rows.at(-1)?.t).toBe(floorTo(nowMs, minuteMs));
    const old = { ...req, endTime: nowMs - 5001 * minuteMs };
    expect((await ask({ type: 'candleSnapshot', req: old })).json()).toEqual([]);
  });

  test('gives 500 settlements a call, none of them on the hour', async () => {
    const rows = (
      await ask({ type: 'fundingHistory', coin: 'BTC', startTime: nowMs - 30 * dayMs })
    ).json() as {
      time: number;
    }[];
    expect(rows).toHaveLength(500);
    expect(rows.every(({ time }) => time % hourMs > 0 && time % hourMs < 100)).toBe(true);
  });

  test('answers 500 and null for an unknown coin, 422 and a text for an unknown type', async () => {
    expect(await ask({ type: 'l2Book', coin: 'NOPE' })).toMatchObject({ status: 500, text: 'null' });
    expect((await ask({ type: 'nothing' })).status).toBe(422);
  });
});
