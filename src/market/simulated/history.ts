import { minuteMs } from '../../core/durations.ts';
import type { Candle, FundingPoint, Liquidation, OpenInterestPoint } from '../../core/market-data.ts';
import { copied } from './copied.ts';
import type { Exchange } from './exchange.ts';
import type { MarketSpec } from './specs.ts';

/** Numbers at the end of which more can be put. */
class Column {
  length = 0;
  private values = new Float64Array(1024);

  at(index: number): number {
    return this.values[index]!;
  }

  push(value: number): void {
    if (this.length === this.values.length)
      this.values = copied(new Float64Array(2 * this.length), this.values);
    this.values[this.length++] = value;
  }
}

/** High, low and close of each minute; a minute opens where the one before has closed. */
class Bars {
  readonly high = new Column();
  readonly low = new Column();
  readonly close = new Column();
  private readonly firstOpen: number;

  constructor(firstOpen: number) {
    this.firstOpen = firstOpen;
  }

  push(high: number, low: number, close: number): void {
    this.high.push(high);
    this.low.push(low);
    this.close.push(close);
  }

  open(minute: number): number {
    return minute === 0 ? this.firstOpen : this.close.at(minute - 1);
  }
}

/** What one simulated market has shown since a start: minute bars and everything coarser made of them. */
export class History {
  readonly funding: FundingPoint[] = [];
  readonly liquidations: Liquidation[] = [];
  private readonly market: MarketSpec;
  private readonly startMs: number;
  private readonly last: Bars;
  private readonly mark: Bars;
  private readonly volume = new Column();
  private readonly openInterest = new Column();

  constructor(market: MarketSpec, startMs: number, exchange: Exchange) {
    this.market = market;
    this.startMs = startMs;
    this.last = new Bars(exchange.last[market.index]!);
    this.mark = new Bars(exchange.mark[market.coinIndex]!);
    this.openInterest.push(exchange.longLots[market.index]! * market.lot);
  }

  /** The end of what is known. */
  get endMs(): number {
    return this.startMs + this.volume.length * minuteMs;
  }

  /** Takes the minute that the exchange has just finished. */
  record(exchange: Exchange): void {
    const { index, coinIndex, lot } = this.market;
    this.last.push(exchange.high[index]!, exchange.low[index]!, exchange.last[index]!);
    this.mark.push(exchange.markHigh[coinIndex]!, exchange.markLow[coinIndex]!, exchange.mark[coinIndex]!);
    this.volume.push(exchange.volumeLots[index]! * lot);
    this.openInterest.push(exchange.longLots[index]! * lot);
  }

  /** Closed candles of `stepMs` that open within [fromMs, toMs) and were seen from their first minute. */
  candles(price: 'last' | 'mark', stepMs: number, fromMs: number, toMs: number): Candle[] {
    const candles: Candle[] = [];
    const firstMs = Math.ceil(Math.max(fromMs, this.startMs) / stepMs) * stepMs;
    for (let openMs = firstMs; openMs < toMs && openMs + stepMs <= this.endMs; openMs += stepMs) {
      candles.push(this.candle(price, openMs, stepMs));
    }
    return candles;
  }

  /** Points every `stepMs` within [fromMs, toMs), the start and the present included. */
  openInterestPoints(stepMs: number, fromMs: number, toMs: number): OpenInterestPoint[] {
    const points: OpenInterestPoint[] = [];
    const firstMs = Math.ceil(Math.max(fromMs, this.startMs) / stepMs) * stepMs;
    for (let timeMs = firstMs; timeMs < toMs && timeMs <= this.endMs; timeMs += stepMs) {
      points.push({ timeMs, size: this.openInterest.at((timeMs - this.startMs) / minuteMs) });
    }
    return points;
  }

  private candle(price: 'last' | 'mark', openMs: number, stepMs: number): Candle {
    const bars = price === 'last' ? this.last : this.mark;
    const first = (openMs - this.startMs) / minuteMs;
    const end = first + stepMs / minuteMs;
    let high = bars.high.at(first);
    let low = bars.low.at(first);
    let volume = 0;
    for (let minute = first; minute < end; minute++) {
      high = Math.max(high, bars.high.at(minute));
      low = Math.min(low, bars.low.at(minute));
      volume += price === 'last' ? this.volume.at(minute) : 0;
    }
    return { openMs, open: bars.open(first), high, low, close: bars.close.at(end - 1), volume };
  }
}
