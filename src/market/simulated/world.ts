import { dayMs, hourMs, minuteMs } from '../../core/durations.ts';
import type { Liquidation } from '../../core/market-data.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { Exchange, type Trade } from './exchange.ts';
import { fundingRate, settleFunding } from './funding.ts';
import { Ledger } from './ledger.ts';
import { Liquidator } from './liquidator.ts';
import { PriceProcess } from './price-process.ts';
import { type CoinSpec, type MarketSpec, marketSpecs, type VenueSpec } from './specs.ts';
import { Traders } from './traders.ts';
import { Watch } from './watch.ts';

/** Steps of price within a minute. */
const steps = 4;

export type WorldOptions = {
  readonly seed: number;
  /** A whole minute. Before it there is nothing; positions of all ages need some weeks to come about. */
  readonly birthMs: number;
  readonly coins: readonly CoinSpec[];
  readonly venues: readonly VenueSpec[];
  /** See `ExchangeOptions`. */
  readonly forcedImpact: number;
  readonly onTrade?: (trade: Trade) => void;
  readonly onFunding?: (market: MarketSpec, timeMs: number, rate: number) => void;
  readonly onLiquidation?: (market: MarketSpec, liquidation: Liquidation) => void;
};

/** Venues, prices and traders, moved on minute by minute. The same options give the same world. */
export class World {
  readonly markets: readonly MarketSpec[];
  readonly ledger: Ledger;
  readonly exchange: Exchange;

  private readonly options: WorldOptions;
  private readonly random: Random;
  private readonly prices: PriceProcess;
  private readonly watch: Watch;
  private readonly liquidator: Liquidator;
  private readonly traders: Traders;

  constructor(options: WorldOptions) {
    this.options = options;
    const { seed, coins, venues, forcedImpact, onTrade } = options;
    const markets = marketSpecs(coins, venues);
    const random = createRandom(seed, 1);
    const ledger = new Ledger(markets, coins.length);
    const exchange = new Exchange(
      { markets, ledger, random, forcedImpact, ...(onTrade && { onTrade }) },
      steps,
    );
    exchange.nowMs = options.birthMs;
    this.markets = markets;
    this.random = random;
    this.ledger = ledger;
    this.exchange = exchange;
    this.prices = new PriceProcess(
      createRandom(seed, 0),
      coins.map((coin) => coin.dailyVolatility),
      steps,
    );
    this.watch = new Watch(markets, ledger, exchange);
    this.liquidator = new Liquidator({
      ledger,
      exchange,
      watch: this.watch,
      onLiquidation: (market, liquidation) => this.options.onLiquidation?.(market, liquidation),
      onEmptied: (slot) => this.traders.drop(slot),
    });
    this.traders = new Traders({ markets, ledger, exchange, liquidator: this.liquidator, random });
    this.traders.populate();
  }

  /** Everything up to this moment has happened; funding due AT it has not. */
  get nowMs(): number {
    return this.exchange.nowMs;
  }

  /** Lives through one minute. */
  step(): void {
    const { exchange, prices, traders, markets } = this;
    const startMs = exchange.nowMs;
    prices.startMinute();
    exchange.startMinute();
    // Makers quote less when prices are wild.
    exchange.depth = prices.agitation ** -0.5;
    this.payFunding();
    for (let step = 0; step < steps; step++) {
      exchange.nowMs = startMs + (step * minuteMs) / steps;
      prices.next();
      for (let coin = 0; coin < exchange.mark.length; coin++) exchange.move(coin, prices.moves[coin]!);
      this.liquidator.sweep();
      for (const market of markets) {
        if (step === 0) traders.openDesk(market, prices.agitation);
        if (step === market.index % steps) traders.act(market, prices.agitation);
        if (step === steps - 1) traders.closeDesk(market);
      }
    }
    traders.remember();
    exchange.nowMs = startMs + minuteMs;
  }

  /** News that moves a coin's price at once, and every forced order that follows from it. Nothing else happens meanwhile. */
  shock(coin: number, logMove: number): void {
    this.exchange.move(coin, logMove);
    this.liquidator.sweep();
  }

  private payFunding(): void {
    const { exchange, ledger, markets, random } = this;
    const timeMs = exchange.nowMs;
    if (timeMs % hourMs !== 0) return;
    for (const venue of this.options.venues) {
      if (timeMs % (venue.fundingHours * hourMs) !== 0) continue;
      const ofVenue = markets.filter((market) => market.venue === venue);
      const rates = ofVenue.map((market) => fundingRate(market, exchange, random));
      settleFunding({ ledger, markets: ofVenue, rates, markY: exchange.markY, onPaid: this.liquidator.paid });
      for (const [i, market] of ofVenue.entries()) this.options.onFunding?.(market, timeMs, rates[i]!);
    }
    if (timeMs % dayMs === 0) this.watch.tidy();
    this.liquidator.sweep();
  }
}
