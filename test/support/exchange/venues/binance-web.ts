import { type Answer, ok, type Venue, type VenueView } from '../venue.ts';

const paths = [
  '/bapi/futures/v1/friendly/future/common/brackets',
  '/bapi/futures/v1/friendly/delivery/common/brackets',
];

/**
 * `www.binance.com`: the leverage brackets that the web pages read, by GET or POST, without a key. Not
 * documented; the shape follows an answer for BTCUSDT captured on 2026-08-02 (in a test of project perplab):
 * code "000000", bare numbers, floors and caps in the settle currency.
 */
export const binanceWeb: Venue = (request, view) =>
  paths.includes(request.path) ? brackets(view) : undefined;

function brackets(view: VenueView): Answer {
  return ok({
    code: '000000',
    message: null,
    messageDetail: null,
    data: {
      brackets: view.markets.map((market) => ({
        symbol: market.id,
        updateTime: market.listedMs,
        notionalLimit: 100,
        riskBrackets: market.tiers.map((tier, index) => ({
          bracketSeq: index + 1,
          bracketNotionalFloor: tier.floor,
          bracketNotionalCap: tier.cap,
          bracketMaintenanceMarginRate: tier.maintenanceRate,
          cumFastMaintenanceAmount: tier.deduction,
          minOpenPosLeverage: Math.floor(market.tiers[index + 1]?.maxLeverage ?? 0) + 1,
          maxOpenPosLeverage: tier.maxLeverage,
        })),
      })),
    },
    success: true,
  });
}
