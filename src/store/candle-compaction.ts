import { dayMs } from '../core/durations.ts';
import { type Timeframe, type TimeRange, timeframeMs } from '../market/source.ts';
import { candleKind, selectCandles, storedCandle } from './candles.ts';
import { coarserCandles } from './coarser-candles.ts';
import {
  addCoverage,
  coverageOf,
  findSeries,
  lockSeries,
  removeCoverage,
  type SeriesName,
} from './coverage.ts';
import { type Database, writing } from './database.ts';
import { clip, contains } from './ranges.ts';

/** Candles that are older become coarser ones. */
const ages: readonly { readonly from: Timeframe; readonly to: Timeframe; readonly afterMs: number }[] = [
  { from: '1m', to: '5m', afterMs: 7 * dayMs },
  { from: '5m', to: '1h', afterMs: 45 * dayMs },
  { from: '15m', to: '1h', afterMs: 45 * dayMs },
];

/** Until this age there is a candle that is still to be merged. */
export const lastMergeMs = Math.max(...ages.map(({ afterMs }) => afterMs));

const merges = ages.flatMap(({ from, to, afterMs }) =>
  (['last', 'mark'] as const).map((price) => ({
    fromKind: candleKind({ price, timeframe: from }),
    toKind: candleKind({ price, timeframe: to }),
    stepMs: timeframeMs[to],
    afterMs,
  })),
);

type Merge = (typeof merges)[number];
type Due = { readonly due: TimeRange; readonly signal?: AbortSignal | undefined };

/** One transaction's worth, so that the wait of others does not grow with what is due. */
const spanMs = dayMs;

/**
 * Puts coarser candles in the place of old ones wherever a whole coarse step is covered; what is there of coarse ones
 * already stays, and is all that stays of its time. Returns how many fine ones went. Each transaction leaves rows and coverage whole.
 */
export async function mergeOldCandles(
  db: Database,
  series: SeriesName & { readonly id: number },
  { nowMs, signal }: { readonly nowMs: number; readonly signal?: AbortSignal | undefined },
): Promise<number> {
  const merge = merges.find(({ fromKind }) => fromKind === series.kind);
  if (!merge) return 0;
  let gone = 0;
  const due = { fromMs: 0, toMs: nowMs - merge.afterMs };
  for (const held of clip(await coverageOf(db, series.id, due), due)) {
    for (const span of spansOf(held, merge.stepMs)) {
      if (signal?.aborted) return gone;
      gone += await mergeSpan(db, series, { ...merge, span });
      await new Promise(setImmediate);
    }
  }
  return gone + (await dropCovered(db, series, { ...merge, due, signal }));
}

/**
 * Deletes fine candles of a time that coarse ones cover: those that were asked for one or two at a time, because their quarter of
 * an hour had not closed, never cover a coarse step of their own.
 */
async function dropCovered(
  db: Database,
  series: SeriesName & { readonly id: number },
  { toKind, stepMs, due, signal }: Pick<Merge, 'toKind' | 'stepMs'> & Due,
): Promise<number> {
  const coarse = await findSeries(db, { ...series, kind: toKind });
  if (coarse === undefined) return 0;
  const held = await coverageOf(db, series.id, due);
  const spans = clip(await coverageOf(db, coarse, due), due).flatMap((covered) => spansOf(covered, stepMs));
  let gone = 0;
  for (const span of spans.filter((one) => clip(held, one).length > 0)) {
    if (signal?.aborted) break;
    gone += await writing(db, async (tx) => {
      const fine = await lockSeries(tx, series);
      await removeCoverage(tx, fine, span);
      return deleteCandles(tx, fine, span);
    });
    await new Promise(setImmediate);
  }
  return gone;
}

async function deleteCandles(tx: Database, seriesId: number, { fromMs, toMs }: TimeRange): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('candles')
    .where('series_id', '=', seriesId)
    .where('open_ms', '>=', fromMs)
    .where('open_ms', '<', toMs)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** The whole steps within a range, some at a time. */
function spansOf({ fromMs, toMs }: TimeRange, stepMs: number): TimeRange[] {
  const firstMs = Math.ceil(fromMs / stepMs) * stepMs;
  const endMs = Math.floor(toMs / stepMs) * stepMs;
  const count = Math.max(0, Math.ceil((endMs - firstMs) / spanMs));
  return Array.from({ length: count }, (_, index) => ({
    fromMs: firstMs + index * spanMs,
    toMs: Math.min(endMs, firstMs + (index + 1) * spanMs),
  }));
}

function mergeSpan(
  db: Database,
  { venue, symbol, kind }: SeriesName,
  { span, stepMs, toKind }: { readonly span: TimeRange; readonly stepMs: number; readonly toKind: string },
): Promise<number> {
  return writing(db, async (tx) => {
    const fine = await lockSeries(tx, { venue, symbol, kind });
    const coarse = await lockSeries(tx, { venue, symbol, kind: toKind });
    // Another process may have merged it meanwhile.
    if (!(await coverageOf(tx, fine, span)).some((held) => contains(held, span))) return 0;
    const candles = await selectCandles(tx, fine, span);
    const merged = coarserCandles(candles, stepMs);
    if (merged.length > 0) {
      await tx
        .insertInto('candles')
        .values(merged.map((candle) => ({ ...storedCandle(candle), series_id: coarse })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    await deleteCandles(tx, fine, span);
    await removeCoverage(tx, fine, span);
    await addCoverage(tx, coarse, span);
    return candles.length;
  });
}
