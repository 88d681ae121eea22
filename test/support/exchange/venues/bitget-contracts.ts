import { decimal, decimalsOf } from '../wire.ts';
import type { WorldMarket } from '../world.ts';

/**
 * An entry of `contracts`, as recorded live on 2026-09-25 (BitgetPayloads.cs of Bytex.Adapters.Tests). Coin-margined
 * contracts take other coins as margin too; an id of USDC ends in PERP.
 */
export function bitgetContract(market: WorldMarket): unknown {
  const inverse = market.contract === 'inverse';
  const lot = inverse ? 0.0001 : market.lotSize;
  const decimals = decimalsOf(market.tickUsd);
  return {
    symbol: market.id,
    baseCoin: market.base,
    quoteCoin: market.quote,
    buyLimitPriceRatio: '0.05',
    sellLimitPriceRatio: '0.05',
    feeRateUpRatio: '0.005',
    makerFeeRate: '0.0002',
    takerFeeRate: decimal(market.takerFeeRate),
    openCostUpRatio: '0.01',
    supportMarginCoins: inverse ? ['BTC', 'STETH', 'XRP', 'ETH', 'USDE', 'USDC', 'BGB'] : [market.settle],
    minTradeNum: decimal(lot),
    priceEndStep: decimal(Math.round(market.tickUsd * 10 ** decimals)),
    volumePlace: String(decimalsOf(lot)),
    pricePlace: String(decimals),
    sizeMultiplier: decimal(lot),
    symbolType: market.kind === 'perpetual' ? 'perpetual' : 'delivery',
    minTradeUSDT: '5',
    maxSymbolOrderNum: '200',
    maxProductOrderNum: '1000',
    maxPositionNum: '200',
    symbolStatus: market.status === 'trading' ? 'normal' : 'off',
    offTime: '-1',
    limitOpenTime: '-1',
    deliveryTime: '',
    deliveryStartTime: '',
    deliveryPeriod: '',
    launchTime: '',
    fundInterval: String((market.fundingIntervalMs ?? 0) / 3_600_000),
    minLever: '1',
    maxLever: decimal(market.maxLeverage),
    posLimit: '0.2',
    maintainTime: '',
    openTime: '',
    maxMarketOrderQty: '220',
    maxOrderQty: '1200',
    isRwa: 'NO',
  };
}

/** One pair of the spot page, so that a client that mixes the markets up is found out. */
export const bitgetSpot = {
  symbol: 'BTCUSDT',
  baseCoin: 'BTC',
  quoteCoin: 'USDT',
  minTradeAmount: '0',
  maxTradeAmount: '900000000000000000000',
  takerFeeRate: '0.002',
  makerFeeRate: '0.002',
  pricePrecision: '2',
  quantityPrecision: '6',
  quotePrecision: '8',
  status: 'online',
  minTradeUSDT: '1',
  buyLimitPriceRatio: '0.02',
  sellLimitPriceRatio: '0.02',
};
