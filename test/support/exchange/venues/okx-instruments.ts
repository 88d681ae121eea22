import { decimal } from '../wire.ts';
import type { WorldMarket } from '../world.ts';

export function okxInstType(market: WorldMarket): 'SWAP' | 'FUTURES' {
  return market.kind === 'perpetual' ? 'SWAP' : 'FUTURES';
}

/**
 * An entry of `/api/v5/public/instruments`, field for field as recorded live on 2026-09-25 (OkxPayloads.cs of
 * Bytex.Adapters.Tests). A linear dated contract is of the family `BTC-USD_UM`, of the underlying `BTC-USD`, and
 * settled in USD.
 */
export function okxInstrument(market: WorldMarket) {
  const linear = market.contract === 'linear';
  const dated = market.kind === 'future';
  const uly = `${market.base}-${market.quote}`;
  const lot = decimal(market.lotSize / market.contractSize);
  return {
    ...empty,
    alias: dated ? 'this_month' : '',
    ctMult: '1',
    ctType: market.contract,
    ctVal: decimal(market.contractSize),
    ctValCcy: linear ? market.base : 'USD',
    expTime: dated ? String(market.expiryMs) : '',
    instFamily: market.id.includes('_UM') ? `${uly}_UM` : uly,
    instId: market.id,
    instIdCode: 10_459,
    instType: okxInstType(market),
    lever: decimal(market.maxLeverage),
    listTime: String(market.listedMs),
    lotSz: lot,
    maxLmtSz: '100000000',
    maxMktSz: '35000',
    minSz: lot,
    ruleType: 'normal',
    settleCcy: market.settle,
    state: market.status === 'trading' ? 'live' : 'suspend',
    tickSz: decimal(market.tickUsd),
    uly,
  };
}

const empty = {
  auctionEndTime: '',
  baseCcy: '',
  category: '1',
  contTdSwTime: '',
  freq: '',
  futureSettlement: false,
  groupId: '4',
  instCategory: '1',
  maxIcebergSz: '100000000.0000000000000000',
  maxLmtAmt: '20000000',
  maxMktAmt: '',
  maxStopSz: '35000',
  maxTriggerSz: '100000000.0000000000000000',
  maxTwapSz: '100000000.0000000000000000',
  openType: '',
  optType: '',
  preMktSwTime: '',
  quoteCcy: '',
  stk: '',
  tradeQuoteCcyList: [],
};

/** One pair of the spot page, so that a client that mixes the markets up is found out. */
export const okxSpot = {
  ...empty,
  alias: '',
  baseCcy: 'BTC',
  ctMult: '',
  ctType: '',
  ctVal: '',
  ctValCcy: '',
  expTime: '',
  instFamily: '',
  instId: 'BTC-USDT',
  instIdCode: 3,
  instType: 'SPOT',
  lever: '10',
  listTime: '1611907686000',
  lotSz: '0.00000001',
  maxLmtSz: '9999999999',
  maxMktSz: '1000000',
  minSz: '0.00001',
  quoteCcy: 'USDT',
  ruleType: 'normal',
  settleCcy: '',
  state: 'live',
  tickSz: '0.1',
  uly: '',
};
