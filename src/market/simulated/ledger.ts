import { copied } from './copied.ts';
import type { MarketSpec } from './specs.ts';

export const long = 0;
export const short = 1;

/** How an account holds its positions. `house` accounts (makers, day traders' desks) are never liquidated. */
export const isolated = 0;
export const shared = 1;
export const hedged = 2;
export const carry = 3;
export const house = 4;

/**
 * Accounts and their positions, in flat arrays. An account has two slots per coin, one per side, so that
 * it may hold both; slot = (account x coins + coin) x 2 + side. A free slot holds 0 lots.
 *
 * Inverse contracts become linear ones in y = 1 / price with the signs turned: a long of N USD earns
 * N (1/entry - 1/price) = -N (y - yEntry) coins and is worth N y coins. So everywhere inside the simulation
 * a price is a `y` (the price itself for linear contracts) and `direction` (+1 or -1) turns the sign. Entries average in
 * y on both kinds. Money is in the settle currency: USD, or coins for inverse contracts.
 */
export class Ledger {
  /** Margin of the account without unrealised profit. */
  wallet = new Float64Array(256);
  venue = new Uint8Array(256);
  kind = new Uint8Array(256);
  /** Slots that hold something. */
  held = new Uint8Array(256);
  lots: Float64Array;
  entryY: Float64Array;
  /** Accounts ever made; ids below are in use or free. */
  accounts = 0;
  readonly coins: number;
  /** Money that came in minus money that went out, by market whose settle currency it is (see `moneyIndex`). */
  readonly deposited: Float64Array;
  /** What liquidations left over, minus what they lacked; same index. */
  readonly insurance: Float64Array;

  private readonly markets: readonly MarketSpec[];
  private readonly free: number[] = [];

  constructor(markets: readonly MarketSpec[], coins: number) {
    this.markets = markets;
    this.coins = coins;
    this.lots = new Float64Array(256 * 2 * coins);
    this.entryY = new Float64Array(256 * 2 * coins);
    this.deposited = new Float64Array(markets.length);
    this.insurance = new Float64Array(markets.length);
  }

  accountOf(slot: number): number {
    return Math.floor(slot / (2 * this.coins));
  }

  coinOf(slot: number): number {
    return (slot >> 1) % this.coins;
  }

  /** Its neighbour, `slot ^ 1`, is the other side. */
  slot(account: number, coin: number, side: number): number {
    return (account * this.coins + coin) * 2 + side;
  }

  marketOf(slot: number): MarketSpec {
    return this.markets[this.venue[this.accountOf(slot)]! * this.coins + this.coinOf(slot)]!;
  }

  /**
   * Where sums of money of a market are kept: linear markets of a venue settle in one currency and share
   * their first market's index, inverse ones have their own.
   */
  moneyIndex(market: MarketSpec): number {
    return market.direction === 1 ? market.venueIndex * this.coins : market.index;
  }

  /** Opens an account with money for a market. */
  open(market: MarketSpec, kind: number, money: number): number {
    const account = this.free.pop() ?? this.accounts++;
    if (account >= this.wallet.length) this.grow();
    this.venue[account] = market.venueIndex;
    this.kind[account] = kind;
    this.held[account] = 0;
    this.wallet[account] = 0;
    this.deposit(account, market, money);
    return account;
  }

  deposit(account: number, market: MarketSpec, money: number): void {
    this.wallet[account]! += money;
    this.deposited[this.moneyIndex(market)]! += money;
  }

  /** Closes an account without positions and pays it out. */
  close(account: number, market: MarketSpec): void {
    this.deposit(account, market, -this.wallet[account]!);
    this.free.push(account);
  }

  /** The insurance fund takes what is in the wallet, or makes up what it lacks. */
  insure(account: number, market: MarketSpec): void {
    this.insurance[this.moneyIndex(market)]! += this.wallet[account]!;
    this.wallet[account] = 0;
  }

  /** Adds lots at an entry of `y`, or takes some off (negative) and books their profit. */
  change(slot: number, lots: number, y: number): void {
    const account = this.accountOf(slot);
    const before = this.lots[slot]!;
    const after = before + lots;
    if (lots > 0) {
      this.entryY[slot] = before === 0 ? y : (this.entryY[slot]! * before + y * lots) / after;
      if (before === 0) this.held[account]!++;
    } else {
      this.wallet[account]! += this.profit(slot, y, -lots);
      if (after === 0) this.held[account]!--;
    }
    this.lots[slot] = after;
  }

  /** Profit of a slot, or of some lots of it, valued at `y`. */
  profit(slot: number, y: number, lots = this.lots[slot]!): number {
    const { lot, direction } = this.marketOf(slot);
    const sign = (slot & 1) === long ? direction : -direction;
    return sign * lots * lot * (y - this.entryY[slot]!);
  }

  private grow(): void {
    const capacity = this.wallet.length * 2;
    this.wallet = copied(new Float64Array(capacity), this.wallet);
    this.venue = copied(new Uint8Array(capacity), this.venue);
    this.kind = copied(new Uint8Array(capacity), this.kind);
    this.held = copied(new Uint8Array(capacity), this.held);
    this.lots = copied(new Float64Array(capacity * 2 * this.coins), this.lots);
    this.entryY = copied(new Float64Array(capacity * 2 * this.coins), this.entryY);
  }
}
