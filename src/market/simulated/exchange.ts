import type { Side } from '../../core/market-data.ts';
import type { Random } from '../../core/random.ts';
import { depthPerOpenInterest, displacement, effort } from './depth.ts';
import { house, type Ledger, long, short } from './ledger.ts';
import type { MarketSpec } from './specs.ts';

/** One trade as the tape of a venue would show it, with what it did to positions. Sizes in the contract's unit. */
export type Trade = {
  readonly timeMs: number;
  readonly market: MarketSpec;
  readonly price: number;
  readonly size: number;
  readonly buyer: { readonly openedLong: number; readonly closedShort: number };
  readonly seller: { readonly openedShort: number; readonly closedLong: number };
  readonly liquidatedSide?: Side;
};

export type ExchangeOptions = {
  readonly markets: readonly MarketSpec[];
  readonly ledger: Ledger;
  readonly random: Random;
  /** Scales how far forced orders move prices; 1 is as designed, 0 lets them trade without trace. */
  readonly forcedImpact: number;
  /** Shown every trade as it happens. */
  readonly onTrade?: (trade: Trade) => void;
};

/** Half of what forced orders moved has gone after these minutes; this share of it never comes back. */
const recoveryHalfLifeMinutes = 8;
const permanentShare = 0.25;
/** Half the spread, as a fraction of price. */
export const halfSpread = 0.5e-4;
/** A venue's price strays from the mark by this (deviation of the log), coming back within minutes. */
const basisDeviation = 1.5e-4;
const basisKeptPerMinute = 0.9;

const makersPerVenue = 3;
/** Makers and desks have so much that nothing on earth liquidates them; they are hedged elsewhere. */
const houseWealth = 10;

/**
 * Prices and trades. The mark of a coin is the same on all venues: news plus what forced orders did to it;
 * arbitrage lets a forced order eat the books of all venues. Whoever trades, a market maker of the venue
 * takes the other side, so there is a buyer and a seller to every trade.
 */
export class Exchange {
  nowMs = 0;
  /** By coin. */
  readonly mark: Float64Array;
  readonly markHigh: Float64Array;
  readonly markLow: Float64Array;
  /** By market. `markY` is the mark as `y`, see `ledger.ts`. */
  readonly markY: Float64Array;
  readonly last: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly volumeLots: Float64Array;
  readonly longLots: Float64Array;
  readonly shortLots: Float64Array;
  /** Lots that makers are long, less those they are short. */
  readonly makerNetLots: Float64Array;
  /** Relative to typical; thin when prices are wild. */
  depth = 1;

  private readonly options: ExchangeOptions;
  private readonly coins: number;
  private readonly news: Float64Array;
  private readonly pressure: Float64Array;
  private readonly basis: Float64Array;
  private readonly basisFactor: Float64Array;
  private readonly makers: readonly (readonly number[])[];
  private readonly keptPressure: number;

  constructor(options: ExchangeOptions, stepsPerMinute: number) {
    const { markets, ledger } = options;
    this.options = options;
    this.coins = ledger.coins;
    const coinSpecs = markets.slice(0, ledger.coins).map((market) => market.coin);
    this.news = Float64Array.from(coinSpecs, (coin) => Math.log(coin.startPrice));
    this.pressure = new Float64Array(ledger.coins);
    this.mark = Float64Array.from(coinSpecs, (coin) => coin.startPrice);
    this.markHigh = this.mark.slice();
    this.markLow = this.mark.slice();
    this.last = Float64Array.from(markets, (market) => market.coin.startPrice);
    this.high = this.last.slice();
    this.low = this.last.slice();
    this.markY = Float64Array.from(markets, (market) => yOf(market, market.coin.startPrice));
    this.basis = new Float64Array(markets.length);
    this.basisFactor = new Float64Array(markets.length).fill(1);
    this.volumeLots = new Float64Array(markets.length);
    this.longLots = new Float64Array(markets.length);
    this.shortLots = new Float64Array(markets.length);
    this.makerNetLots = new Float64Array(markets.length);
    this.makers = markets.map((market) =>
      Array.from({ length: makersPerVenue }, () => this.openHouse(market)),
    );
    this.keptPressure = 0.5 ** (1 / (recoveryHalfLifeMinutes * stepsPerMinute));
  }

  /** An account that is never liquidated. */
  openHouse(market: MarketSpec): number {
    const usd = houseWealth * market.coin.openInterestUsd;
    return this.options.ledger.open(
      market,
      house,
      market.direction === 1 ? usd : usd / market.coin.startPrice,
    );
  }

  /** Begins a minute: volumes at 0, ranges at the last price, and a new basis for each venue. */
  startMinute(): void {
    const { basis, basisFactor, last, high, low, volumeLots } = this;
    this.markHigh.set(this.mark);
    this.markLow.set(this.mark);
    for (let m = 0; m < last.length; m++) {
      volumeLots[m] = 0;
      high[m] = last[m]!;
      low[m] = last[m]!;
      const shock = basisDeviation * Math.sqrt(1 - basisKeptPerMinute ** 2) * this.options.random.normal();
      basis[m] = basis[m]! * basisKeptPerMinute + shock;
      basisFactor[m] = Math.exp(basis[m]!);
    }
  }

  /** One step of news; what forced orders did fades. */
  move(coin: number, logMove: number): void {
    const faded = this.pressure[coin]! * (1 - this.keptPressure);
    this.pressure[coin]! -= faded;
    this.news[coin]! += logMove + permanentShare * faded;
    this.reprice(coin);
  }

  /**
   * A trade of `lots` (positive: opens, negative: closes) in a slot against a market maker, at the venue's
   * price and the trader's side of the spread.
   */
  trade(slot: number, lots: number): void {
    const market = this.options.ledger.marketOf(slot);
    const price = this.last[market.index]! * (buys(slot, lots) ? 1 + halfSpread : 1 - halfSpread);
    this.execute({ market, slot, lots, price });
  }

  /**
   * Closes lots of a slot at once, whatever the price: the order walks through the book, pays the mean of
   * the prices on its way, and leaves the price at its end. Returns the price paid.
   */
  sweepBook(slot: number, lots: number, forced: 'liquidation' | 'stop'): number {
    const { ledger, forcedImpact } = this.options;
    const market = ledger.marketOf(slot);
    const before = this.last[market.index]!;
    const usd = lots * market.lot * (market.direction === 1 ? before : 1);
    const sign = (slot & 1) === long ? -1 : 1;
    const pressed = this.pressure[market.coinIndex]!;
    const push = (sign * forcedImpact * usd) / this.depthUsd(market.coinIndex);
    const move = displacement(effort(pressed) + push) - pressed;
    const price = before * Math.exp(move / 2) * (1 + sign * halfSpread);
    const liquidatedSide = sideOf(slot);
    this.execute({ market, slot, lots: -lots, price, ...(forced === 'liquidation' && { liquidatedSide }) });
    this.pressure[market.coinIndex] = pressed + move;
    this.reprice(market.coinIndex);
    return price;
  }

  /** USD that would be bought (sold) on all venues on the way to a log price this much higher (lower). */
  depthToUsd(coin: number, logDistance: number): number {
    const pressed = this.pressure[coin]!;
    return Math.abs(effort(pressed + logDistance) - effort(pressed)) * this.depthUsd(coin);
  }

  private depthUsd(coin: number): number {
    return depthPerOpenInterest * this.options.markets[coin]!.coin.openInterestUsd * this.depth;
  }

  private execute(order: {
    readonly market: MarketSpec;
    readonly slot: number;
    readonly lots: number;
    readonly price: number;
    readonly liquidatedSide?: Side;
  }): void {
    const { market, slot, lots, price, liquidatedSide } = order;
    const { ledger, onTrade } = this.options;
    const size = Math.abs(lots);
    const takerBuys = buys(slot, lots);
    const y = yOf(market, price);
    const maker = this.pickMaker(market, takerBuys);
    ledger.change(slot, lots, y);
    this.countLots(market.index, slot, lots);
    const closed = this.changeMaker({ market, maker, lots: takerBuys ? -size : size, y });
    this.volumeLots[market.index]! += size;
    if (price > this.high[market.index]!) this.high[market.index] = price;
    if (price < this.low[market.index]!) this.low[market.index] = price;
    if (!onTrade) return;
    const taker = { opened: lots > 0 ? size : 0, closed: lots < 0 ? size : 0 };
    const other = { opened: size - closed, closed };
    const [buyer, seller] = takerBuys ? [taker, other] : [other, taker];
    onTrade({
      timeMs: this.nowMs,
      market,
      price,
      size: size * market.lot,
      buyer: { openedLong: buyer.opened * market.lot, closedShort: buyer.closed * market.lot },
      seller: { openedShort: seller.opened * market.lot, closedLong: seller.closed * market.lot },
      ...(liquidatedSide && { liquidatedSide }),
    });
  }

  /** The maker's one net position: what it holds on the other side is closed first. Returns the closed lots. */
  private changeMaker(order: {
    readonly market: MarketSpec;
    readonly maker: number;
    readonly lots: number;
    readonly y: number;
  }): number {
    const { market, maker, lots, y } = order;
    const { ledger } = this.options;
    const size = Math.abs(lots);
    const opens = ledger.slot(maker, market.coinIndex, lots > 0 ? long : short);
    const closes = ledger.slot(maker, market.coinIndex, lots > 0 ? short : long);
    const closed = Math.min(size, ledger.lots[closes]!);
    if (closed > 0) {
      ledger.change(closes, -closed, y);
      this.countLots(market.index, closes, -closed);
    }
    if (size > closed) {
      ledger.change(opens, size - closed, y);
      this.countLots(market.index, opens, size - closed);
    }
    this.makerNetLots[market.index]! += lots;
    return closed;
  }

  private countLots(marketIndex: number, slot: number, lots: number): void {
    const sideLots = (slot & 1) === long ? this.longLots : this.shortLots;
    sideLots[marketIndex]! += lots;
  }

  /** Of two makers drawn, the one with more to sell (to buy): inventories stay near each other. */
  private pickMaker(market: MarketSpec, takerBuys: boolean): number {
    const makers = this.makers[market.index]!;
    const { random } = this.options;
    const one = makers[random.integer(makers.length)]!;
    const other = makers[random.integer(makers.length)]!;
    const oneHasMore = this.netLots(one, market.coinIndex) > this.netLots(other, market.coinIndex);
    return oneHasMore === takerBuys ? one : other;
  }

  private netLots(account: number, coin: number): number {
    const { ledger } = this.options;
    return ledger.lots[ledger.slot(account, coin, long)]! - ledger.lots[ledger.slot(account, coin, short)]!;
  }

  private reprice(coin: number): void {
    const mark = Math.exp(this.news[coin]! + this.pressure[coin]!);
    this.mark[coin] = mark;
    if (mark > this.markHigh[coin]!) this.markHigh[coin] = mark;
    if (mark < this.markLow[coin]!) this.markLow[coin] = mark;
    const { markets } = this.options;
    for (let m = coin; m < markets.length; m += this.coins) {
      const last = mark * this.basisFactor[m]!;
      this.last[m] = last;
      if (last > this.high[m]!) this.high[m] = last;
      if (last < this.low[m]!) this.low[m] = last;
      this.markY[m] = markets[m]!.direction === 1 ? mark : 1 / mark;
    }
  }
}

/** A price as the ledger's `y`, and back. */
export function yOf(market: MarketSpec, price: number): number {
  return market.direction === 1 ? price : 1 / price;
}

export function sideOf(slot: number): Side {
  return (slot & 1) === long ? 'long' : 'short';
}

function buys(slot: number, lots: number): boolean {
  return ((slot & 1) === long) === lots > 0;
}
