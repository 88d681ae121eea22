import type { Random } from '../../core/random.ts';
import { copied } from './copied.ts';
import type { Exchange } from './exchange.ts';
import { hedged, type Ledger, long, shared, short } from './ledger.ts';
import type { Liquidator } from './liquidator.ts';
import type { MarketSpec } from './specs.ts';
import {
  drawStandingClass,
  drawTrader,
  holdingClasses,
  type Mood,
  meanHoldingMinutes,
  type NewTrader,
} from './trader-draws.ts';

/** Of exits, those that close half only. */
const halfExits = 0.25;
/** Of exits, those that a loss makes a trader put off. */
const reluctance = 0.35;
/** Day traders' volume, opened and closed inside a minute, per day as a share of open interest. */
const churnPerDay = 0.5;
/** Attempts of a new trader with shared margin to be one who is already there. */
const attempts = 3;

export type TradersOptions = {
  readonly markets: readonly MarketSpec[];
  readonly ledger: Ledger;
  readonly exchange: Exchange;
  readonly liquidator: Liquidator;
  readonly random: Random;
};

/** The people of the venues: they come, hold for minutes to weeks, and go, by chance and by trend. */
export class Traders {
  private readonly options: TradersOptions;
  /** Slots that hold something, by market and holding class. */
  private readonly lists: readonly (readonly number[][])[];
  /** By slot: its class and its place in that list. */
  private classes = new Uint8Array(1024);
  private places = new Int32Array(1024);
  /** By market: the day traders' account, and lots it has to close before the minute ends. */
  private readonly desks: readonly number[];
  private readonly deskLots: Float64Array;
  /** By coin: log mark smoothed over hours. */
  private readonly anchors: Float64Array;

  constructor(options: TradersOptions) {
    this.options = options;
    this.lists = options.markets.map(() => holdingClasses.map(() => []));
    this.desks = options.markets.map((market) => options.exchange.openHouse(market));
    this.deskLots = new Float64Array(options.markets.length);
    this.anchors = options.exchange.mark.map(Math.log);
  }

  /** Fills the venues with the positions that stand at any time, all opened now. */
  populate(): void {
    for (const market of this.options.markets) {
      while (this.count(market) < market.venue.positions) {
        this.enter(market, drawStandingClass(this.options.random));
      }
    }
  }

  /** Arrivals and exits of a market in one minute. */
  act(market: MarketSpec, agitation: number): void {
    const { random } = this.options;
    const activity = 0.5 + 0.5 * Math.min(agitation, 6);
    const arrivals = poisson(random, (activity * market.venue.positions) / meanHoldingMinutes);
    for (let i = 0; i < arrivals; i++) this.enter(market, undefined);
    const lists = this.lists[market.index]!;
    for (let c = 0; c < lists.length; c++) {
      const exits = poisson(random, (activity * lists[c]!.length) / holdingClasses[c]!.meanMinutes);
      for (let i = 0; i < exits && lists[c]!.length > 0; i++) {
        this.exit(lists[c]![random.integer(lists[c]!.length)]!);
      }
    }
  }

  /** Day traders buy or sell what they will have closed by `closeDesk`. */
  openDesk(market: MarketSpec, agitation: number): void {
    const { random, exchange } = this.options;
    const mean = (exchange.longLots[market.index]! * churnPerDay) / 1440 / 2;
    const lots = Math.round(mean * Math.min(agitation, 8) * random.exponential());
    const side = random.uniform() < 0.5 ? 1 : -1;
    this.deskLots[market.index] = side * lots;
    if (lots > 0) exchange.trade(this.deskSlot(market), lots);
  }

  closeDesk(market: MarketSpec): void {
    const lots = Math.abs(this.deskLots[market.index]!);
    if (lots > 0) this.options.exchange.trade(this.deskSlot(market), -lots);
  }

  /** Half a day's memory of where prices were. To be called once a minute. */
  remember(): void {
    const { mark } = this.options.exchange;
    for (let coin = 0; coin < mark.length; coin++) {
      this.anchors[coin]! += (Math.log(mark[coin]!) - this.anchors[coin]!) / 360;
    }
  }

  /** Takes a slot that has become empty off the lists. */
  drop(slot: number): void {
    const market = this.options.ledger.marketOf(slot);
    const list = this.lists[market.index]![this.classes[slot]!]!;
    const place = this.places[slot]!;
    const moved = list.pop()!;
    if (moved === slot) return;
    list[place] = moved;
    this.places[moved] = place;
  }

  private enter(market: MarketSpec, holdingClass: number | undefined): void {
    const { random, ledger, liquidator } = this.options;
    const trader = drawTrader(random, market, this.mood(market));
    const lots = Math.max(1, Math.round(trader.usd / this.lotUsd(market)));
    const side = trader.side === 'long' ? long : short;
    const account = this.accountFor(market, trader);
    const y = this.options.exchange.markY[market.index]!;
    ledger.deposit(account, market, (lots * market.lot * y) / trader.leverage);
    this.add(ledger.slot(account, market.coinIndex, side), lots, holdingClass ?? trader.holdingClass);
    if (trader.kind === hedged) {
      const lesser = Math.ceil(lots * (0.6 + 0.35 * random.uniform()));
      this.add(ledger.slot(account, market.coinIndex, 1 - side), lesser, holdingClass ?? trader.holdingClass);
    }
    liquidator.follow(account, trader.habit, trader.alertShare);
  }

  /** One who trades with shared margin may have other positions on the venue already. */
  private accountFor(market: MarketSpec, trader: NewTrader): number {
    const { random, ledger, markets } = this.options;
    if (trader.kind === shared && market.direction === 1) {
      for (let i = 0; i < attempts; i++) {
        const other = markets[market.venueIndex * ledger.coins + random.integer(ledger.coins)]!;
        const list = this.lists[other.index]![random.integer(holdingClasses.length)]!;
        const account = list.length > 0 ? ledger.accountOf(list[random.integer(list.length)]!) : -1;
        const fits = account >= 0 && ledger.kind[account] === shared;
        if (fits && this.isFree(account, market.coinIndex)) return account;
      }
    }
    return ledger.open(market, trader.kind, 0);
  }

  private isFree(account: number, coin: number): boolean {
    const { lots } = this.options.ledger;
    const slot = this.options.ledger.slot(account, coin, long);
    return lots[slot]! + lots[slot + 1]! === 0;
  }

  private add(slot: number, lots: number, holdingClass: number): void {
    const { exchange, ledger } = this.options;
    exchange.trade(slot, lots);
    while (slot >= this.classes.length) {
      this.classes = copied(new Uint8Array(this.classes.length * 2), this.classes);
      this.places = copied(new Int32Array(this.places.length * 2), this.places);
    }
    const list = this.lists[ledger.marketOf(slot).index]![holdingClass]!;
    this.classes[slot] = holdingClass;
    this.places[slot] = list.push(slot) - 1;
  }

  /** Closes a position, half of it, or both legs of a hedge; losers are let go less readily. */
  private exit(slot: number): void {
    const { random, ledger, exchange, liquidator } = this.options;
    const market = ledger.marketOf(slot);
    const account = ledger.accountOf(slot);
    const loses = ledger.profit(slot, exchange.markY[market.index]!) < 0;
    if (loses && random.uniform() < reluctance) return;
    const isHedge = ledger.kind[account] === hedged;
    const halves = !isHedge && ledger.lots[slot]! > 1 && random.uniform() < halfExits;
    const lots = ledger.lots[slot]!;
    this.leave(slot, halves ? Math.floor(lots / 2) : lots);
    const otherLeg = slot ^ 1;
    if (isHedge && ledger.lots[otherLeg]! > 0) this.leave(otherLeg, ledger.lots[otherLeg]!);
    if (ledger.held[account]! > 0) liquidator.rearm(account);
    else liquidator.release(account, market);
  }

  private leave(slot: number, lots: number): void {
    const { ledger, exchange } = this.options;
    exchange.trade(slot, -lots);
    if (ledger.lots[slot] === 0) this.drop(slot);
  }

  private mood(market: MarketSpec): Mood {
    const { exchange } = this.options;
    const logMark = Math.log(exchange.mark[market.coinIndex]!);
    const open = exchange.longLots[market.index]! || 1;
    return {
      trend: (logMark - this.anchors[market.coinIndex]!) / (market.coin.dailyVolatility / 2),
      imbalance: -exchange.makerNetLots[market.index]! / open,
      settleUsd: market.direction === 1 ? 1 : exchange.mark[market.coinIndex]!,
    };
  }

  private lotUsd(market: MarketSpec): number {
    return market.direction === 1 ? market.lot * this.options.exchange.last[market.index]! : market.lot;
  }

  private deskSlot(market: MarketSpec): number {
    const side = this.deskLots[market.index]! > 0 ? long : short;
    return this.options.ledger.slot(this.desks[market.index]!, market.coinIndex, side);
  }

  private count(market: MarketSpec): number {
    return this.lists[market.index]!.reduce((sum, list) => sum + list.length, 0);
  }
}

/** Events of a Poisson process of this mean: how many exponential waits fit in it. */
function poisson(random: Random, mean: number): number {
  let count = 0;
  for (let waited = random.exponential(); waited < mean; waited += random.exponential()) count++;
  return count;
}
