import type { Random } from '../../core/random.ts';
import type { Exchange } from './exchange.ts';
import { type Ledger, long } from './ledger.ts';
import type { MarketSpec } from './specs.ts';

/** Per 8 hours: what is paid when nobody crowds, and the bounds. */
const neutralRate = 1e-4;
const largestRate = 3e-3;
/** Of traders' net position as a share of open interest; and what chance adds (deviation). */
const rateByImbalance = 2e-3;
const rateNoise = 5e-5;

/** Rate that longs pay to shorts for one funding period: the crowded side pays. */
export function fundingRate(market: MarketSpec, exchange: Exchange, random: Random): number {
  const open = exchange.longLots[market.index]! || 1;
  const imbalance = -exchange.makerNetLots[market.index]! / open;
  const rate = neutralRate + rateByImbalance * imbalance + rateNoise * random.normal();
  return (Math.max(-largestRate, Math.min(largestRate, rate)) * market.venue.fundingHours) / 8;
}

/**
 * Moves the payments of a venue between wallets, at `rates` by coin on positions valued at the marks; longs
 * equal shorts, so they sum to nothing. `onPaid` is told what each account paid (negative: received).
 */
export function settleFunding(payment: {
  readonly ledger: Ledger;
  readonly markets: readonly MarketSpec[];
  readonly rates: readonly number[];
  readonly markY: Float64Array;
  readonly onPaid: (account: number, amount: number) => void;
}): void {
  const { ledger, markets, rates, markY, onPaid } = payment;
  const perLot = markets.map(({ lot, index }, coin) => rates[coin]! * lot * markY[index]!);
  const venueIndex = markets[0]!.venueIndex;
  for (let account = 0; account < ledger.accounts; account++) {
    if (ledger.held[account] === 0 || ledger.venue[account] !== venueIndex) continue;
    let amount = 0;
    for (let coin = 0; coin < perLot.length; coin++) {
      const longSlot = ledger.slot(account, coin, long);
      const netLots = ledger.lots[longSlot]! - ledger.lots[longSlot ^ 1]!;
      if (netLots !== 0) amount += netLots * perLot[coin]!;
    }
    ledger.wallet[account]! -= amount;
    onPaid(account, amount);
  }
}
