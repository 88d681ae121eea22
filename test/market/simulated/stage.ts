import type { Liquidation, Side } from '../../../src/core/market-data.ts';
import { createRandom } from '../../../src/core/random.ts';
import { Exchange, type Trade } from '../../../src/market/simulated/exchange.ts';
import { isolated, Ledger, long, short } from '../../../src/market/simulated/ledger.ts';
import { holdsOn, Liquidator } from '../../../src/market/simulated/liquidator.ts';
import { coinSpecs, type MarketSpec, marketSpecs, venueSpecs } from '../../../src/market/simulated/specs.ts';
import { Watch } from '../../../src/market/simulated/watch.ts';

export const markets = marketSpecs(coinSpecs, venueSpecs);

export function marketOf(venue: string, coin: string): MarketSpec {
  return markets.find((market) => market.venue.name === venue && market.coin.name === coin)!;
}

export type Order = {
  readonly market: MarketSpec;
  readonly side: Side;
  readonly usd: number;
  readonly leverage: number;
};

/** Venues without traders and news: a test brings the positions and moves the prices. */
export class Stage {
  readonly ledger = new Ledger(markets, coinSpecs.length);
  readonly exchange: Exchange;
  readonly watch: Watch;
  readonly liquidator: Liquidator;
  readonly liquidations: Liquidation[] = [];
  readonly trades: Trade[] = [];

  constructor(forcedImpact = 1) {
    const { ledger } = this;
    const onTrade = (trade: Trade): void => {
      this.trades.push(trade);
    };
    this.exchange = new Exchange({ markets, ledger, random: createRandom(1), forcedImpact, onTrade }, 4);
    this.watch = new Watch(markets, ledger, this.exchange);
    this.liquidator = new Liquidator({
      ledger,
      exchange: this.exchange,
      watch: this.watch,
      onLiquidation: (_, liquidation) => {
        this.liquidations.push(liquidation);
      },
      onEmptied: () => undefined,
    });
  }

  /** Opens a position in a new account, or in one that is given, and watches it. */
  open(
    order: Order,
    { account = this.ledger.open(order.market, isolated, 0), habit = holdsOn, alertShare = 0.5 } = {},
  ): number {
    const { market, usd, leverage } = order;
    const linear = market.direction === 1;
    const lots = Math.round(usd / market.lot / (linear ? this.exchange.last[market.index]! : 1));
    const y = this.exchange.markY[market.index]!;
    this.ledger.deposit(account, market, (lots * market.lot * y) / leverage);
    this.exchange.trade(this.slot(account, order), lots);
    this.liquidator.follow(account, habit, alertShare);
    return account;
  }

  slot(account: number, { market, side }: Pick<Order, 'market' | 'side'>): number {
    return this.ledger.slot(account, market.coinIndex, side === 'long' ? long : short);
  }

  lots(account: number, order: Pick<Order, 'market' | 'side'>): number {
    return this.ledger.lots[this.slot(account, order)]!;
  }

  /** Moves the mark of a coin by a fraction and lets the venues act. */
  shift(coinIndex: number, fraction: number): void {
    this.exchange.move(coinIndex, Math.log(1 + fraction));
    this.liquidator.sweep();
  }
}
