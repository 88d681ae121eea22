import { type Answer, candlesSoFar, dayOf, fundingTimes, ok, type Venue, type VenueView } from '../venue.ts';
import { decimal, decimalsOf, intervalMs } from '../wire.ts';
import { floorTo, type WorldMarket } from '../world.ts';
import { clearinghouseState, leaderboard, recentTrades } from './hyperliquid-people.ts';

/**
 * `api.hyperliquid.xyz`: one path, the question in the body; sizes in coins (thousands of them for kPEPE), hourly
 * funding stamped some milliseconds late, mark price without candles. Shapes: the venue's documents, Info
 * endpoint, as ccxt 4.5.84 hyperliquid.js quotes them, and answers recorded live on 2026-09-25
 * (HyperliquidPayloads.cs of Bytex.Adapters.Tests). Open interest is taken as of one side; sources disagree on it.
 */
export const hyperliquid: Venue = (request, view) => {
  if (`${request.method} ${request.path}` !== 'POST /info') return undefined;
  const asked = questionOf(request.body);
  const answer = answers[String(asked['type'])];
  return answer === undefined ? notUnderstood : answer(asked, view);
};

type Question = Readonly<Record<string, unknown>>;

/** Recorded: a text at status 422 for a type it does not know, as for a body that is not JSON. */
const notUnderstood: Answer = {
  status: 422,
  text: 'Failed to deserialize the JSON body into the target type',
};

/** A coin that is not listed: status 500 and a bare null. */
const unknownCoin: Answer = { status: 500, json: null };

const answers: Readonly<Record<string, (asked: Question, view: VenueView) => Answer>> = {
  meta: (asked, view) => ok(metaOf(asked, view)),
  metaAndAssetCtxs,
  perpDexs: () => ok([null, otherDex]),
  spotMeta: () => ok(spotMeta),
  spotMetaAndAssetCtxs: () => ok([spotMeta, [spotContext]]),
  allMids,
  candleSnapshot,
  fundingHistory,
  l2Book,
  marginTable,
  clearinghouseState: (asked, view) => clearinghouseState(String(asked['user']), view) ?? notUnderstood,
  recentTrades: (asked, view) => {
    const market = view.find(String(asked['coin']));
    return market === undefined ? unknownCoin : recentTrades(market, view);
  },
};

/** `stats-data.hyperliquid.xyz`: what its web page shows. */
export const hyperliquidStats: Venue = (request, view) =>
  `${request.method} ${request.path}` === 'GET /Mainnet/leaderboard' ? leaderboard(view) : undefined;

function questionOf(body: string): Question {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Question) : {};
  } catch {
    return {};
  }
}

/** The universe keeps delisted coins in their places, for its indices are the assets' numbers. */
function metaOf(asked: Question, view: VenueView): unknown {
  const { dex = '' } = asked;
  if (dex === otherDex.name) return otherMeta;
  if (dex !== '') return null;
  const tables = new Map(view.markets.map((market) => [tableId(market), market]));
  return {
    universe: view.markets.map((market) => ({
      szDecimals: decimalsOf(market.lotSize / market.multiplier),
      name: market.id,
      maxLeverage: market.maxLeverage,
      marginTableId: tableId(market),
      ...(market.status === 'delisted' ? { isDelisted: true } : {}),
    })),
    // Ids below 50 are not in the list: they stand for a single tier of that leverage.
    marginTables: [...tables].filter(([id]) => id >= 50).map(([id, market]) => [id, tableOf(market)]),
    collateralToken: 0,
  };
}

function tableId(market: WorldMarket): number {
  if (market.tiers.length === 1) return market.maxLeverage;
  return { 10: 52, 20: 54, 25: 55, 40: 56 }[market.maxLeverage] ?? 50 + market.maxLeverage;
}

function tableOf(market: WorldMarket): unknown {
  return {
    description: `tiered ${market.maxLeverage}x`,
    marginTiers: market.tiers.map((tier) => ({
      lowerBound: amount(tier.floor),
      maxLeverage: tier.maxLeverage,
    })),
  };
}

/** A number with at least one decimal, as the venue writes them. */
function amount(value: number): string {
  const text = decimal(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function marginTable(asked: Question, view: VenueView): Answer {
  const id = Number(asked['id']);
  const market = view.markets.find((listed) => tableId(listed) === id);
  if (market !== undefined && id >= 50) return ok(tableOf(market));
  if (!(id >= 1 && id <= 50)) return ok(null);
  return ok({ description: '', marginTiers: [{ lowerBound: '0.0', maxLeverage: id }] });
}

function metaAndAssetCtxs(asked: Question, view: VenueView): Answer {
  const { dex = '' } = asked;
  if (dex === otherDex.name) return ok([otherMeta, [otherContext]]);
  if (dex !== '') return ok(null);
  return ok([metaOf(asked, view), view.markets.map((market) => context(market, view))]);
}

function context(market: WorldMarket, view: VenueView): unknown {
  const { mark, last, index } = market.series.price(view.nowMs);
  const day = dayOf(view, market);
  const book = market.series.orderBook(view.nowMs);
  const price = (usd: number) => amount(usd * market.multiplier);
  const bid = book.bids[0]?.[0] ?? last;
  const ask = book.asks[0]?.[0] ?? last;
  const nextMs =
    floorTo(view.nowMs, market.fundingIntervalMs ?? 3_600_000) + (market.fundingIntervalMs ?? 3_600_000);
  return {
    funding: decimal(market.series.fundingRate(nextMs)),
    openInterest: amount(market.series.openInterest(view.nowMs) / market.multiplier),
    prevDayPx: price(day.open),
    dayNtlVlm: amount(day.volume * last),
    premium: '-0.00013488',
    oraclePx: price(index),
    markPx: price(mark),
    midPx: market.status === 'delisted' ? null : price((bid + ask) / 2),
    impactPxs: market.status === 'delisted' ? null : [price(bid), price(ask)],
    dayBaseVlm: amount(day.volume / market.multiplier),
  };
}

function allMids(_asked: Question, view: VenueView): Answer {
  const mids = view.markets.map((market) => {
    const { last } = market.series.price(view.nowMs);
    return [market.id, amount(last * market.multiplier)];
  });
  return ok(Object.fromEntries(mids));
}

/** Ascending; "Only the most recent 5000 candles are available", whatever the range. */
function candleSnapshot(asked: Question, view: VenueView): Answer {
  const { coin, interval, startTime, endTime } = (asked['req'] ?? {}) as Question;
  const market = view.find(String(coin));
  const stepMs = intervalMs[String(interval)];
  if (market === undefined) return unknownCoin;
  if (stepMs === undefined || !Number.isFinite(startTime)) return notUnderstood;
  const toMs = Math.min(Number(endTime ?? view.nowMs), view.nowMs);
  const oldestMs = floorTo(view.nowMs, stepMs) - 4999 * stepMs;
  const fromMs = Math.max(floorTo(Number(startTime), stepMs), oldestMs);
  const candles = candlesSoFar(view, market, { price: 'last', stepMs, fromMs, toMs });
  return ok(
    candles.map((candle) => ({
      t: candle.openMs,
      T: candle.openMs + stepMs - 1,
      s: market.id,
      i: interval,
      o: amount(candle.open * market.multiplier),
      c: amount(candle.close * market.multiplier),
      h: amount(candle.high * market.multiplier),
      l: amount(candle.low * market.multiplier),
      v: amount(candle.volume / market.multiplier),
      n: 1829,
    })),
  );
}

/** Ascending from `startTime`, 500 at most; stamps are never on the hour (15, 45 and 46 ms past it, recorded). */
function fundingHistory(asked: Question, view: VenueView): Answer {
  const market = view.find(String(asked['coin']));
  if (market === undefined) return unknownCoin;
  const startMs = Number(asked['startTime']);
  const endMs = Number(asked['endTime'] ?? view.nowMs);
  if (!Number.isFinite(startMs)) return notUnderstood;
  const late = (timeMs: number) => timeMs + 15 + (Math.floor(timeMs / 3_600_000) % 32);
  const rows = fundingTimes(view, market, { fromMs: startMs - 60, toMs: endMs })
    .map((timeMs) => ({
      coin: market.id,
      fundingRate: decimal(market.series.fundingRate(timeMs)),
      premium: '-0.0001875303',
      time: late(timeMs),
    }))
    .filter(({ time }) => time >= startMs && time <= Math.min(endMs, view.nowMs));
  return ok(rows.slice(0, 500));
}

/** Twenty levels a side, bids first. */
function l2Book(asked: Question, view: VenueView): Answer {
  const market = view.find(String(asked['coin']));
  if (market === undefined) return unknownCoin;
  const book = market.series.orderBook(view.nowMs);
  const levels = (side: typeof book.bids) =>
    side.slice(0, 20).map(([price, size]) => ({
      px: amount(price * market.multiplier),
      sz: amount(size / market.multiplier),
      n: 3,
    }));
  return ok({ coin: market.id, time: view.nowMs, levels: [levels(book.bids), levels(book.asks)] });
}

/** A dex of a builder (HIP-3) with one contract on something that is no coin, to be told from the venue's own. */
const otherDex = {
  name: 'xyz',
  fullName: 'XYZ',
  deployer: '0x88806a71d74ad0a510b350545c9ae490912f0888',
  oracleUpdater: null,
  feeRecipient: null,
  assetToStreamingOiCap: [['xyz:BTC', '100000000.0']],
};

const otherMeta = {
  universe: [{ szDecimals: 4, name: 'xyz:BTC', maxLeverage: 20, marginTableId: 20, onlyIsolated: true }],
  marginTables: [],
  collateralToken: 0,
};

const otherContext = {
  funding: '0.0000125',
  openInterest: '1234.5',
  prevDayPx: '101.0',
  dayNtlVlm: '5000.0',
  premium: '0.0',
  oraclePx: '100.0',
  markPx: '100.0',
  midPx: '100.0',
  impactPxs: ['99.9', '100.1'],
  dayBaseVlm: '50.0',
};

const spotMeta = {
  tokens: [
    {
      name: 'USDC',
      szDecimals: 8,
      weiDecimals: 8,
      index: 0,
      tokenId: '0x6d1e7cde53ba9467b783cb7c530ce054',
      isCanonical: true,
      evmContract: null,
      fullName: null,
    },
    {
      name: 'PURR',
      szDecimals: 0,
      weiDecimals: 5,
      index: 1,
      tokenId: '0xc1fb593aeffbeb02f85e0308e9956a90',
      isCanonical: true,
      evmContract: null,
      fullName: null,
    },
  ],
  universe: [{ name: 'PURR/USDC', tokens: [1, 0], index: 0, isCanonical: true }],
};

const spotContext = { dayNtlVlm: '8906.0', markPx: '0.14', midPx: '0.209265', prevDayPx: '0.20432' };
