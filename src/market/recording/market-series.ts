import { dayMs, minuteMs } from '../../core/durations.ts';
import type { Candle, FundingPoint, Liquidation, OpenInterestPoint } from '../../core/market-data.ts';
import type { Store } from '../../store/store.ts';
import type { TimeRecords } from '../../store/time-records.ts';
import { type CandleQuery, type Market, type MarketSource, type Timeframe, timeframeMs } from '../source.ts';
import type { Series } from './series-recorder.ts';

/** Venues correct no more than their last few rows. */
const correctedSteps = 2;

export type RecordStore = Pick<Store, 'candles' | 'openInterest' | 'funding' | 'liquidations'>;

/** The series of a venue's markets, each with where it is asked for, where it is kept, and how late its rows come. */
export class MarketSeries {
  readonly #source: MarketSource;
  readonly #store: RecordStore;
  readonly #venue: string;

  constructor(source: MarketSource, store: RecordStore, venue: string) {
    this.#source = source;
    this.#store = store;
    this.#venue = venue;
  }

  candles(market: Market, { timeframe, price }: Pick<CandleQuery, 'timeframe' | 'price'>): Series<Candle> {
    const stepMs = timeframeMs[timeframe];
    return {
      ...kept(this.#store.candles, { ...this.#key(market), price, timeframe }),
      name: `${market.symbol} ${price} ${timeframe}`,
      fetch: (range) => this.#source.candles(market, { ...range, timeframe, price }),
      timeOf: ({ openMs }) => openMs,
      endOf: ({ openMs }) => openMs + stepMs,
      lateMs: dayMs,
      patienceMs: minuteMs / 4,
      overlapMs: correctedSteps * stepMs,
    };
  }

  openInterest(market: Market, timeframe: Timeframe): Series<OpenInterestPoint> {
    return {
      ...moments,
      ...kept(this.#store.openInterest, { ...this.#key(market), from: timeframe }),
      name: `${market.symbol} open interest ${timeframe}`,
      fetch: (range) => this.#source.openInterestHistory(market, { ...range, timeframe }),
      lateMs: dayMs,
      patienceMs: minuteMs,
      overlapMs: correctedSteps * timeframeMs[timeframe],
    };
  }

  funding(market: Market): Series<FundingPoint> {
    return {
      ...moments,
      ...kept(this.#store.funding, this.#key(market)),
      name: `${market.symbol} funding`,
      fetch: (range) => this.#source.funding(market, range),
      lateMs: dayMs,
      // Most hours bring none, and venues count these requests.
      patienceMs: 10 * minuteMs,
      overlapMs: 0,
    };
  }

  liquidations(market: Market): Series<Liquidation> {
    return {
      ...moments,
      ...kept(this.#store.liquidations, { ...this.#key(market), from: 'history' }),
      name: `${market.symbol} liquidations`,
      fetch: (range) => this.#source.liquidations(market, range),
      // They come at any time or never: that none has come after the last one says nothing.
      lateMs: 10 * minuteMs,
      patienceMs: minuteMs / 4,
      overlapMs: 0,
    };
  }

  #key({ symbol }: Market): { readonly venue: string; readonly symbol: string } {
    return { venue: this.#venue, symbol };
  }
}

type Moment = { readonly timeMs: number };

const moments = {
  timeOf: ({ timeMs }: Moment) => timeMs,
  endOf: ({ timeMs }: Moment) => timeMs + 1,
};

function kept<Key, Row>(records: TimeRecords<Key, Row>, key: Key): Pick<Series<Row>, 'read' | 'write'> {
  return {
    read: (range) => records.read(key, range),
    write: (rows, options) => records.write(key, rows, options),
  };
}
