import type { Candle } from '../core/market-data.ts';
import type { Timeframe } from '../market/source.ts';
import type { Database } from './database.ts';
import { lastPerTime, type TimeRecords, timeRecords } from './time-records.ts';

/** Candles of one length of one market, of traded or of mark prices. */
export type CandleKey = {
  readonly venue: string;
  readonly symbol: string;
  readonly price: 'last' | 'mark';
  readonly timeframe: Timeframe;
};

export type CandleRecords = TimeRecords<CandleKey, Candle>;

/** The name of a series in the table `series`. */
export function candleKind({ price, timeframe }: Pick<CandleKey, 'price' | 'timeframe'>): string {
  return `candles/${price}/${timeframe}`;
}

export function candleRecords(db: Database): CandleRecords {
  return timeRecords<CandleKey, Candle, StoredCandle>(db, {
    series: ({ venue, symbol, ...kind }) => ({ venue, symbol, kind: candleKind(kind) }),
    timeOf: ({ openMs }) => openMs,
    numbers: ({ open, high, low, close, volume }) => [open, high, low, close, volume],
    toStored: (rows) => lastPerTime(rows, ({ openMs }) => openMs).map(storedCandle),
    select: selectCandles,
    upsert: (tx, batch, replaceFromMs) =>
      tx
        .insertInto('candles')
        .values(batch)
        .onConflict((conflict) =>
          conflict
            .columns(['series_id', 'open_ms'])
            .doUpdateSet(({ ref }) => ({
              open: ref('excluded.open'),
              high: ref('excluded.high'),
              low: ref('excluded.low'),
              close: ref('excluded.close'),
              volume: ref('excluded.volume'),
            }))
            .where('candles.open_ms', '>=', replaceFromMs),
        )
        .execute(),
  });
}

/** Candles of a series that open in a range, ascending. */
export async function selectCandles(
  db: Database,
  seriesId: number,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<Candle[]> {
  const rows = await db
    .selectFrom('candles')
    .select(['open_ms', 'open', 'high', 'low', 'close', 'volume'])
    .where('series_id', '=', seriesId)
    .where('open_ms', '>=', fromMs)
    .where('open_ms', '<', toMs)
    .orderBy('open_ms')
    .execute();
  return rows.map(({ open_ms, ...prices }) => ({ openMs: open_ms, ...prices }));
}

/** A candle as a row, without its series. */
export function storedCandle({ openMs, ...prices }: Candle) {
  return { open_ms: openMs, ...prices };
}

type StoredCandle = ReturnType<typeof storedCandle>;
