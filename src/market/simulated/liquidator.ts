import type { Liquidation } from '../../core/market-data.ts';
import { copied } from './copied.ts';
import { type Exchange, sideOf, yOf } from './exchange.ts';
import { house, type Ledger, long, short } from './ledger.ts';
import { excessOf, requirementOf, tierAt } from './margin-levels.ts';
import type { MarketSpec } from './specs.ts';
import type { Watch } from './watch.ts';

/** What a trader does when much of the margin is gone. */
export const holdsOn = 0;
export const stopsOut = 1;
export const topsUp = 2;

/** A trader who adds margin does so this often at most, then holds on. */
const topUps = 2;
/** Part of the requirement that counts as nothing: levels are found by Newton's method. */
const negligible = 1e-6;
/** A reduced position is left this much below the bound of the tier it came from. */
const belowTier = 0.999;

export type LiquidatorOptions = {
  readonly ledger: Ledger;
  readonly exchange: Exchange;
  readonly watch: Watch;
  readonly onLiquidation: (market: MarketSpec, liquidation: Liquidation) => void;
  /** Called for a slot that is empty by force or by its owner's stop, while its account still exists. */
  readonly onEmptied: (slot: number) => void;
};

/**
 * Looks at accounts whose margin runs out: their owners stop, add margin or hold on, and in the end the
 * venue closes positions by force, tier by tier until the account stands again.
 */
export class Liquidator {
  private readonly options: LiquidatorOptions;
  private habit = new Uint8Array(256);
  private topUpsLeft = new Uint8Array(256);
  /** Excess when the trader was last content, and the excess at which the habit acts (0: never again). */
  private content = new Float64Array(256);
  private alert = new Float64Array(256);

  constructor(options: LiquidatorOptions) {
    this.options = options;
  }

  /**
   * Watches an account that was opened or has changed by its owner's will. The habit acts when
   * `alertShare` of the present excess is lost.
   */
  follow(account: number, habit: number, alertShare: number): void {
    const { ledger, exchange } = this.options;
    while (account >= this.habit.length) this.grow();
    this.habit[account] = habit;
    this.topUpsLeft[account] = topUps;
    this.content[account] = excessOf(ledger, account, exchange.markY);
    this.alert[account] = habit === holdsOn ? 0 : Math.max(0, this.content[account]! * (1 - alertShare));
    this.rearm(account);
  }

  /** Watches an account anew after its money or positions have changed. */
  rearm(account: number): void {
    const { watch, ledger, exchange } = this.options;
    const excess = excessOf(ledger, account, exchange.markY);
    // An alert that is already behind (a leg was closed, funding was paid) is not acted on twice.
    const alert = this.alert[account]!;
    watch.arm(account, alert < excess ? excess - alert : excess);
  }

  /** To be told that an account has paid, or received (negative), a small amount. */
  readonly paid = (account: number, amount: number): void => {
    if (this.options.ledger.kind[account] === house) return;
    if (!this.options.watch.absorbs(account, amount)) this.rearm(account);
  };

  /** Pays out an account whose owner has closed everything; what it lacks the insurance fund pays. */
  release(account: number, market: MarketSpec): void {
    const { ledger, watch } = this.options;
    watch.forget(account);
    if (ledger.wallet[account]! < 0) ledger.insure(account, market);
    ledger.close(account, market);
  }

  /** Acts on every account that the marks have brought to its level, and on those that follow from that. */
  sweep(): void {
    this.options.watch.sweep(this.look);
  }

  private readonly look = (account: number): void => {
    const { ledger, exchange } = this.options;
    const excess = excessOf(ledger, account, exchange.markY);
    const nothing = negligible * requirementOf(ledger, account, exchange.markY);
    if (excess <= nothing) this.liquidate(account);
    else if (excess <= this.alert[account]! + nothing) this.obeyHabit(account, excess);
    else this.rearm(account);
  };

  private obeyHabit(account: number, excess: number): void {
    const { ledger } = this.options;
    if (this.habit[account] === stopsOut) {
      this.stopOut(account);
      return;
    }
    if (this.topUpsLeft[account]! > 0) {
      this.topUpsLeft[account]!--;
      const market = ledger.marketOf(this.largestSlot(account));
      ledger.deposit(account, market, this.content[account]! - excess);
    } else {
      this.alert[account] = 0;
    }
    this.rearm(account);
  }

  private stopOut(account: number): void {
    const { ledger, exchange } = this.options;
    let market = ledger.marketOf(this.largestSlot(account));
    while (ledger.held[account]! > 0) {
      const slot = this.largestSlot(account);
      market = ledger.marketOf(slot);
      exchange.sweepBook(slot, ledger.lots[slot]!, 'stop');
      this.options.onEmptied(slot);
    }
    this.release(account, market);
  }

  private liquidate(account: number): void {
    const { ledger, exchange } = this.options;
    let market: MarketSpec;
    let lacks: boolean;
    do {
      const slot = this.largestSlot(account);
      market = ledger.marketOf(slot);
      this.reduce(account, slot);
      lacks = excessOf(ledger, account, exchange.markY) <= 0;
    } while (lacks && ledger.held[account]! > 0);
    if (ledger.held[account]! > 0) {
      this.rearm(account);
      return;
    }
    // What is left is the venue's fee for closing.
    ledger.insure(account, market);
    this.release(account, market);
  }

  /** Closes a slot by force: whole in the first tier, else down into the tier below. */
  private reduce(account: number, slot: number): void {
    const { ledger, exchange, onLiquidation, onEmptied } = this.options;
    const market = ledger.marketOf(slot);
    const y = exchange.markY[market.index]!;
    const held = ledger.lots[slot]!;
    const { floor } = tierAt(market, held * market.lot * y);
    const lots = held - Math.floor((belowTier * floor) / (market.lot * y));
    const bankruptcyY = this.bankruptcyY(account, slot, y);
    const fill = exchange.sweepBook(slot, lots, 'liquidation');
    const showsFill = market.venue.liquidationPriceKind === 'fill' || bankruptcyY <= 0;
    const price = showsFill ? fill : yOf(market, bankruptcyY);
    const size = lots * market.lot;
    onLiquidation(market, {
      timeMs: exchange.nowMs,
      liquidatedSide: sideOf(slot),
      price,
      priceKind: showsFill ? 'fill' : 'bankruptcy',
      size,
      usd: market.direction === 1 ? size * price : size,
    });
    if (ledger.lots[slot] === 0) onEmptied(slot);
  }

  /** Where the slot's loss would use up all the account's money. */
  private bankruptcyY(account: number, slot: number, y: number): number {
    const { ledger, exchange } = this.options;
    const equity = excessOf(ledger, account, exchange.markY) + requirementOf(ledger, account, exchange.markY);
    const { direction, lot } = ledger.marketOf(slot);
    const sign = (slot & 1) === long ? direction : -direction;
    return y - equity / (sign * ledger.lots[slot]! * lot);
  }

  /**
   * The slot worth most in its own currency, not counting those that offset a larger one of the same coin: closing them
   * would not help.
   */
  private largestSlot(account: number): number {
    const { ledger, exchange } = this.options;
    let largest = -1;
    let value = 0;
    for (let coin = 0; coin < ledger.coins; coin++) {
      const longSlot = ledger.slot(account, coin, long);
      const shortSlot = ledger.slot(account, coin, short);
      const slot = ledger.lots[longSlot]! >= ledger.lots[shortSlot]! ? longSlot : shortSlot;
      const market = ledger.marketOf(slot);
      const worth = ledger.lots[slot]! * market.lot * exchange.markY[market.index]!;
      if (worth > value) {
        largest = slot;
        value = worth;
      }
    }
    return largest;
  }

  private grow(): void {
    const capacity = this.habit.length * 2;
    this.habit = copied(new Uint8Array(capacity), this.habit);
    this.topUpsLeft = copied(new Uint8Array(capacity), this.topUpsLeft);
    this.content = copied(new Float64Array(capacity), this.content);
    this.alert = copied(new Float64Array(capacity), this.alert);
  }
}
