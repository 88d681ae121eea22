import { copied } from './copied.ts';
import type { Exchange } from './exchange.ts';
import type { Ledger } from './ledger.ts';
import { holdingOf, holds, levelAbove, levelBelow, surplus } from './margin-levels.ts';
import type { MarketSpec } from './specs.ts';
import { TriggerHeap } from './trigger-heap.ts';

/**
 * Part of what an account can lose that its levels leave out, so that a funding payment does not change
 * them each time. Near the end a level is set again and again with less and less slack.
 */
const slackShare = 0.02;

/** Relative distance to a mark that is no distance. */
const hair = 1e-12;

/**
 * Knows at which marks an account must be looked at, so that nobody else need be. With positions in n coins each coin may
 * use up 1/n of what the account can lose; as long as none has, the account stands, whatever the other
 * coins do. A look is therefore never late and sometimes early.
 */
export class Watch {
  private readonly ledger: Ledger;
  private readonly exchange: Exchange;
  private readonly markets: readonly MarketSpec[];
  /** By market: levels of y to which it must rise, and, with their signs turned, to which it must fall. */
  private readonly rising: readonly TriggerHeap[];
  private readonly falling: readonly TriggerHeap[];
  /** By account: money it may still pay before its levels would come too late. */
  private slack = new Float64Array(256);
  /** By account and coin; a heap's entry counts only if it has the same stamp. */
  private stamps = new Int32Array(256);

  constructor(markets: readonly MarketSpec[], ledger: Ledger, exchange: Exchange) {
    this.markets = markets;
    this.ledger = ledger;
    this.exchange = exchange;
    this.rising = markets.map(() => new TriggerHeap());
    this.falling = markets.map(() => new TriggerHeap());
  }

  /** Watches an account until it may have lost `loss` since now; replaces what was set for it before. */
  arm(account: number, loss: number): void {
    const { ledger } = this;
    this.forget(account);
    this.slack[account] = slackShare * Math.max(0, loss);
    const budget = Math.max(0, loss - this.slack[account]!) / this.coinsHeld(account);
    for (let coin = 0; coin < ledger.coins; coin++) {
      if (holds(ledger, account, coin)) this.armCoin(account, coin, budget);
    }
  }

  /** Whether the levels of an account still hold after it has paid (negative: received) an amount. */
  absorbs(account: number, amount: number): boolean {
    this.slack[account]! -= amount;
    return this.slack[account]! >= 0;
  }

  /** Nothing set for the account so far will be heeded. */
  forget(account: number): void {
    const { coins } = this.ledger;
    while ((account + 1) * coins > this.stamps.length) {
      this.stamps = copied(new Int32Array(this.stamps.length * 2), this.stamps);
      this.slack = copied(new Float64Array(this.stamps.length), this.slack);
    }
    for (let coin = 0; coin < coins; coin++) this.stamps[account * coins + coin]!++;
  }

  /** Frees the room of levels that are not heeded any more. To be called now and then. */
  tidy(): void {
    for (const heap of this.rising) heap.dropStale(this.stamps);
    for (const heap of this.falling) heap.dropStale(this.stamps);
  }

  /**
   * Calls `look` for accounts whose level the mark has reached, again and again until none is left; `look`
   * may move the marks and must arm the account anew or forget it.
   */
  sweep(look: (account: number) => void): void {
    const { markets, rising, falling } = this;
    const { markY } = this.exchange;
    let moved = true;
    while (moved) {
      moved = false;
      for (let m = 0; m < markets.length; m++) {
        while (rising[m]!.topLevel <= markY[m]!) moved = this.fire(rising[m]!, look) || moved;
        while (falling[m]!.topLevel <= -markY[m]!) moved = this.fire(falling[m]!, look) || moved;
      }
    }
  }

  private fire(heap: TriggerHeap, look: (account: number) => void): boolean {
    const reference = heap.topReference;
    const fresh = heap.topStamp === this.stamps[reference]!;
    heap.pop();
    if (fresh) look(Math.floor(reference / this.ledger.coins));
    return fresh;
  }

  private armCoin(account: number, coin: number, budget: number): void {
    const holding = holdingOf(this.ledger, account, coin);
    const m = holding.market.index;
    const y = this.exchange.markY[m]!;
    const reference = account * this.ledger.coins + coin;
    const stamp = this.stamps[reference]!;
    const target = surplus(holding, y) - budget;
    const below = levelBelow(holding, target);
    const above = levelAbove(holding, target, y);
    // Strictly beyond the mark: a level that rounding put at it would be looked at for ever.
    if (below !== undefined) this.falling[m]!.push(-Math.min(below, y * (1 - hair)), reference, stamp);
    if (above !== undefined) this.rising[m]!.push(Math.max(above, y * (1 + hair)), reference, stamp);
  }

  private coinsHeld(account: number): number {
    let count = 0;
    for (let coin = 0; coin < this.ledger.coins; coin++) if (holds(this.ledger, account, coin)) count++;
    return count;
  }
}
