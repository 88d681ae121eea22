import type { VenueView } from '../venue.ts';
import { decimal } from '../wire.ts';
import type { WorldMarket } from '../world.ts';

/**
 * An entry of `/futures/{settle}/contracts` or `/delivery/{settle}/contracts`, as recorded live on 2026-09-25
 * (GatePayloads.cs of Bytex.Adapters.Tests). `position_size` counts one side. The inverse contract states a
 * multiplier of zero; a dated one has no funding and no creation time.
 */
export function gateContract(market: WorldMarket, view: VenueView): unknown {
  return market.kind === 'future' ? deliveryContract(market, view) : perpetual(market, view);
}

function common(market: WorldMarket, view: VenueView) {
  const { mark, last, index } = market.series.price(view.nowMs);
  const first = market.tiers[0];
  return {
    name: market.id,
    type: market.contract === 'linear' ? 'direct' : 'inverse',
    quanto_multiplier: market.contract === 'linear' ? decimal(market.contractSize) : '0',
    mark_type: 'index',
    last_price: decimal(last),
    mark_price: decimal(mark),
    index_price: decimal(index),
    mark_price_round: decimal(market.tickUsd / 10),
    order_price_round: decimal(market.tickUsd),
    order_price_deviate: '0.03',
    order_size_min: 1,
    order_size_max: 12_000_000,
    orders_limit: 100,
    in_delisting: false,
    leverage_min: '1',
    leverage_max: decimal(market.maxLeverage),
    maintenance_rate: decimal(first?.maintenanceRate ?? 0),
    risk_limit_base: decimal(first?.cap ?? 0),
    risk_limit_step: decimal((market.tiers.at(-1)?.cap ?? 0) - (first?.cap ?? 0)),
    risk_limit_max: decimal(market.tiers.at(-1)?.cap ?? 0),
    maker_fee_rate: '-0.0001',
    taker_fee_rate: decimal(market.takerFeeRate),
    ref_discount_rate: '0',
    ref_rebate_rate: '0.2',
    position_size: market.series.openInterest(view.nowMs) / market.contractSize,
    trade_size: 664_685_004_030,
    trade_id: 842_233_200,
    orderbook_id: 126_201_707_497,
    config_change_time: Math.floor(market.listedMs / 1000),
  };
}

function perpetual(market: WorldMarket, view: VenueView): unknown {
  const next = nextFundingSeconds(market, view) ?? 0;
  const rate = decimal(market.series.fundingRate(next * 1000));
  return {
    ...common(market, view),
    funding_rate: rate,
    funding_rate_indicative: rate,
    funding_interval: (market.fundingIntervalMs ?? 0) / 1000,
    funding_next_apply: next,
    funding_offset: 0,
    funding_cap_ratio: '0.75',
    funding_rate_limit: '0.003',
    funding_impact_value: '30000',
    interest_rate: '0.0003',
    long_users: 18_268,
    short_users: 15_558,
    create_time: Math.floor(market.listedMs / 1000),
    launch_time: Math.floor(market.listedMs / 1000),
    cross_leverage_default: '10',
    enable_bonus: true,
    enable_credit: true,
    enable_decimal: false,
    is_pre_market: false,
    status: 'trading',
    contract_type: '',
  };
}

function deliveryContract(market: WorldMarket, view: VenueView): unknown {
  return {
    ...common(market, view),
    underlying: `${market.base}_${market.quote}`,
    cycle: 'QUARTERLY',
    expire_time: (market.expiryMs ?? 0) / 1000,
    basis_rate: '0.00521',
    basis_value: '12.5',
    basis_impact_value: '1000',
    settle_price: '0',
    settle_price_interval: 60,
    settle_price_duration: 1800,
    settle_fee_rate: '0.00015',
  };
}

export function nextFundingSeconds(market: WorldMarket, view: VenueView): number | undefined {
  const step = market.fundingIntervalMs;
  return step === undefined ? undefined : ((Math.floor(view.nowMs / step) + 1) * step) / 1000;
}

/** One pair of `/spot/currency_pairs`, so that a client that mixes the markets up is found out. */
export const gateSpot = {
  id: 'BTC_USDT',
  base: 'BTC',
  base_name: 'Bitcoin',
  quote: 'USDT',
  quote_name: 'Tether',
  fee: '0.2',
  min_base_amount: '0.000001',
  min_quote_amount: '3',
  amount_precision: 6,
  precision: 1,
  trade_status: 'tradable',
  sell_start: 0,
  buy_start: 0,
  type: 'normal',
};
