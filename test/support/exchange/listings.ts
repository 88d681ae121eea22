import { type Listing, listing, type Times } from './listing.ts';
import type { Coin } from './synthetic-series.ts';
import { tierTables } from './tier-tables.ts';
import { yymmdd } from './wire.ts';
import type { VenueId } from './world.ts';

const coins = {
  BTC: { base: 'BTC', priceUsd: 64_000, moveOfMinute: 0.0005 },
  ETH: { base: 'ETH', priceUsd: 2_400, moveOfMinute: 0.0007 },
  SOL: { base: 'SOL', priceUsd: 140, moveOfMinute: 0.0009 },
  PEPE: { base: 'PEPE', priceUsd: 0.000_011_2, moveOfMinute: 0.0013 },
  DYDX: { base: 'DYDX', priceUsd: 0.65, moveOfMinute: 0.001 },
  MATIC: { base: 'MATIC', priceUsd: 0.4, moveOfMinute: 0.001 },
} satisfies Record<string, Coin>;

/** Every market of every venue of the small world, in the order in which the venue lists them. */
export function listings(
  options: Times & { readonly alts: number },
): Readonly<Record<VenueId, readonly Listing[]>> {
  const { alts, ...times } = options;
  return {
    binanceusdm: binanceUsdm(times),
    binancecoinm: binanceCoinm(times),
    bybit: [...bybit(times), ...Array.from({ length: alts }, (_, index) => bybitAlt(index, times))],
    okx: okx(times),
    gate: gate(times),
    bitget: bitget(times),
    hyperliquid: hyperliquid(times),
  };
}

function binanceUsdm(times: Times): readonly Listing[] {
  const venue = { taker: 0.0004, tiers: tierTables.binanceMajor };
  const { BTC, ETH, SOL, PEPE, MATIC } = coins;
  return [
    { ...venue, id: 'BTCUSDT', coin: BTC, lot: 0.001, tick: 0.1, millions: 7_000 },
    { ...venue, id: 'ETHUSDT', coin: ETH, lot: 0.001, tick: 0.01, millions: 4_500 },
    { ...venue, id: 'SOLUSDT', coin: SOL, lot: 0.01, tick: 0.01, millions: 900 },
    {
      ...venue,
      id: '1000PEPEUSDT',
      coin: PEPE,
      multiplier: 1000,
      tick: 1e-7,
      tiers: tierTables.binanceAlt,
      fundingHours: 4,
      millions: 90,
    },
    { ...venue, id: 'MATICUSDT', coin: MATIC, tick: 0.0001, delisted: true, millions: 1 },
    { ...venue, id: 'BTCUSDC', coin: BTC, quote: 'USDC', lot: 0.001, tick: 0.1, millions: 250 },
    {
      ...venue,
      id: `BTCUSDT_${yymmdd(times.expiryMs)}`,
      coin: BTC,
      dated: true,
      lot: 0.001,
      tick: 0.1,
      tiers: tierTables.binanceFuture,
      millions: 120,
    },
  ].map((sketch) => listing(sketch, times));
}

function binanceCoinm(times: Times): readonly Listing[] {
  const venue = { taker: 0.0005, tiers: tierTables.binanceCoinBtc, quote: 'USD', tick: 0.1 };
  const { BTC, ETH } = coins;
  return [
    { ...venue, id: 'BTCUSD_PERP', coin: BTC, settle: 'BTC', contractSize: 100, millions: 600 },
    { ...venue, id: 'ETHUSD_PERP', coin: ETH, settle: 'ETH', contractSize: 10, tick: 0.01, millions: 350 },
    {
      ...venue,
      id: `BTCUSD_${yymmdd(times.expiryMs)}`,
      coin: BTC,
      settle: 'BTC',
      contractSize: 100,
      dated: true,
      millions: 80,
    },
  ].map((sketch) => listing(sketch, times));
}

function bybit(times: Times): readonly Listing[] {
  const venue = { taker: 0.000_55, tiers: tierTables.bybitMajor };
  const coin = { ...venue, quote: 'USD', tiers: tierTables.bybitCoin };
  const { BTC, ETH, SOL, PEPE } = coins;
  return [
    { ...venue, id: 'BTCUSDT', coin: BTC, lot: 0.001, tick: 0.1, millions: 4_000 },
    { ...venue, id: 'ETHUSDT', coin: ETH, lot: 0.01, tick: 0.01, millions: 1_900 },
    { ...venue, id: 'SOLUSDT', coin: SOL, lot: 0.1, tick: 0.01, millions: 500 },
    {
      ...venue,
      id: '1000PEPEUSDT',
      coin: PEPE,
      multiplier: 1000,
      lot: 100,
      tick: 1e-7,
      tiers: tierTables.bybitAlt,
      fundingHours: 4,
      millions: 40,
    },
    { ...venue, id: 'BTCPERP', coin: BTC, quote: 'USDC', lot: 0.001, tick: 0.1, millions: 150 },
    {
      ...venue,
      id: `BTC-${dayMonYear(times.expiryMs)}`,
      coin: BTC,
      quote: 'USDC',
      dated: true,
      lot: 0.001,
      tick: 0.5,
      millions: 20,
    },
    { ...coin, id: 'BTCUSD', coin: BTC, settle: 'BTC', tick: 0.1, millions: 300 },
    { ...coin, id: 'ETHUSD', coin: ETH, settle: 'ETH', tick: 0.01, millions: 120 },
  ].map((sketch) => listing(sketch, times));
}

function bybitAlt(index: number, times: Times): Listing {
  const base = `ALT${String(index + 1).padStart(2, '0')}`;
  return listing(
    {
      id: `${base}USDT`,
      coin: { base, priceUsd: 1 + index, moveOfMinute: 0.001 },
      tick: 0.0001,
      taker: 0.000_55,
      tiers: tierTables.bybitAlt,
      millions: 5,
    },
    times,
  );
}

function okx(times: Times): readonly Listing[] {
  const venue = { taker: 0.0005, tiers: tierTables.okxOther, tierUnit: 'contracts' as const, lot: 0.01 };
  const inverse = { ...venue, quote: 'USD', lot: 0.1 };
  const { BTC, ETH, SOL, PEPE } = coins;
  const dated = { coin: BTC, quote: 'USD', dated: true, tick: 0.1, tiers: tierTables.okxFuture };
  return [
    {
      ...venue,
      id: 'BTC-USDT-SWAP',
      coin: BTC,
      contractSize: 0.01,
      tick: 0.1,
      tiers: tierTables.okxBtc,
      millions: 2_200,
    },
    { ...venue, id: 'ETH-USDT-SWAP', coin: ETH, contractSize: 0.1, tick: 0.01, millions: 1_500 },
    { ...venue, id: 'SOL-USDT-SWAP', coin: SOL, tick: 0.01, millions: 300 },
    { ...venue, id: 'PEPE-USDT-SWAP', coin: PEPE, contractSize: 1e7, lot: 0.1, tick: 1e-9, millions: 60 },
    {
      ...venue,
      id: 'BTC-USDC-SWAP',
      coin: BTC,
      quote: 'USDC',
      contractSize: 0.0001,
      lot: 1,
      tick: 0.1,
      millions: 30,
    },
    { ...inverse, id: 'BTC-USD-SWAP', coin: BTC, settle: 'BTC', contractSize: 100, tick: 0.1, millions: 500 },
    { ...inverse, id: 'ETH-USD-SWAP', coin: ETH, settle: 'ETH', contractSize: 10, tick: 0.01, millions: 200 },
    {
      ...inverse,
      ...dated,
      id: `BTC-USD-${yymmdd(times.expiryMs)}`,
      settle: 'BTC',
      contractSize: 100,
      millions: 90,
    },
    {
      ...venue,
      ...dated,
      id: `BTC-USD_UM-${yymmdd(times.expiryMs)}`,
      contractSize: 0.01,
      millions: 40,
    },
  ].map((sketch) => listing(sketch, times));
}

function gate(times: Times): readonly Listing[] {
  const venue = { taker: 0.000_75, tiers: tierTables.gateMajor };
  const { BTC, ETH, SOL, PEPE } = coins;
  return [
    { ...venue, id: 'BTC_USDT', coin: BTC, contractSize: 0.0001, tick: 0.1, millions: 2_400 },
    { ...venue, id: 'ETH_USDT', coin: ETH, contractSize: 0.01, tick: 0.01, millions: 1_100 },
    { ...venue, id: 'SOL_USDT', coin: SOL, tick: 0.01, millions: 200 },
    {
      ...venue,
      id: 'PEPE_USDT',
      coin: PEPE,
      contractSize: 1e7,
      tick: 1e-9,
      tiers: tierTables.gateAlt,
      fundingHours: 4,
      millions: 30,
    },
    {
      ...venue,
      id: 'BTC_USD',
      coin: BTC,
      quote: 'USD',
      settle: 'BTC',
      tick: 0.1,
      tiers: tierTables.gateCoin,
      millions: 8,
    },
    {
      ...venue,
      id: `BTC_USDT_20${yymmdd(times.expiryMs)}`,
      coin: BTC,
      dated: true,
      contractSize: 0.0001,
      tick: 0.1,
      millions: 1,
    },
  ].map((sketch) => listing(sketch, times));
}

function bitget(times: Times): readonly Listing[] {
  const venue = { taker: 0.0006, tiers: tierTables.bitgetMajor };
  // The venue counts coin-margined sizes in coins; a lot of one USD stands for its step of 0.0001 BTC.
  const coin = { ...venue, quote: 'USD', tiers: tierTables.bitgetCoin };
  const { BTC, ETH, SOL, PEPE } = coins;
  return [
    { ...venue, id: 'BTCUSDT', coin: BTC, lot: 0.0001, tick: 0.1, millions: 1_800 },
    { ...venue, id: 'ETHUSDT', coin: ETH, lot: 0.01, tick: 0.01, millions: 900 },
    { ...venue, id: 'SOLUSDT', coin: SOL, lot: 0.1, tick: 0.01, millions: 150 },
    {
      ...venue,
      id: 'PEPEUSDT',
      coin: PEPE,
      lot: 100,
      tick: 1e-9,
      tiers: tierTables.bitgetAlt,
      fundingHours: 4,
      millions: 25,
    },
    { ...venue, id: 'BTCPERP', coin: BTC, quote: 'USDC', lot: 0.0001, tick: 0.1, millions: 40 },
    { ...coin, id: 'BTCUSD', coin: BTC, settle: 'BTC', tick: 0.1, millions: 90 },
    { ...coin, id: 'ETHUSD', coin: ETH, settle: 'ETH', tick: 0.01, millions: 50 },
  ].map((sketch) => listing(sketch, times));
}

function hyperliquid(times: Times): readonly Listing[] {
  const venue = { taker: 0.000_45, quote: 'USDC', fundingHours: 1 };
  const { BTC, ETH, SOL, PEPE, DYDX, MATIC } = coins;
  const { hyperliquidBtc, hyperliquidEth, hyperliquidSol, hyperliquidMeme } = tierTables;
  return [
    { ...venue, id: 'BTC', coin: BTC, lot: 0.000_01, tick: 1, tiers: hyperliquidBtc, millions: 2_500 },
    { ...venue, id: 'ETH', coin: ETH, lot: 0.0001, tick: 0.1, tiers: hyperliquidEth, millions: 1_200 },
    {
      ...venue,
      id: 'MATIC',
      coin: MATIC,
      lot: 0.1,
      tick: 0.000_01,
      tiers: tierTables.hyperliquidSingle20,
      delisted: true,
      millions: 0.01,
    },
    {
      ...venue,
      id: 'DYDX',
      coin: DYDX,
      lot: 0.1,
      tick: 0.0001,
      tiers: tierTables.hyperliquidSingle5,
      millions: 3,
    },
    { ...venue, id: 'SOL', coin: SOL, lot: 0.01, tick: 0.001, tiers: hyperliquidSol, millions: 400 },
    {
      ...venue,
      id: 'kPEPE',
      coin: PEPE,
      multiplier: 1000,
      tick: 1e-6,
      tiers: hyperliquidMeme,
      millions: 35,
    },
  ].map((sketch) => listing(sketch, times));
}

/** `25DEC26`, as Bybit names the day of a dated contract. */
function dayMonYear(timeMs: number): string {
  const [, day, month, year] = new Date(timeMs).toUTCString().split(' ');
  return `${day}${month?.toUpperCase()}${year?.slice(2)}`;
}
