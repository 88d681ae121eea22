import type { TimeRange } from '../source.ts';

/** Windows asked for at the same time; ccxt still paces the requests to the venue's limit. */
const atOnce = 4;

/**
 * Covers a range with windows of at most `windowMs`, newest first, and gathers their rows. Stops where windows come
 * back empty: that is where the venue's history begins.
 */
export async function gatherBack<Row>(
  range: TimeRange,
  windowMs: number,
  ask: (window: TimeRange) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const gathered: Row[] = [];
  for await (const pages of batchesBack(range, windowMs, ask)) {
    gathered.push(...pages.flat());
    if (pages.at(-1)?.length === 0) break;
  }
  return gathered;
}

/** The same for events, of which a window may be empty without being the end. */
export async function gatherEvents<Row>(
  range: TimeRange,
  windowMs: number,
  ask: (window: TimeRange) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const gathered: Row[] = [];
  for await (const pages of batchesBack(range, windowMs, ask)) gathered.push(...pages.flat());
  return gathered;
}

async function* batchesBack<Row>(
  range: TimeRange,
  windowMs: number,
  ask: (window: TimeRange) => Promise<readonly Row[]>,
): AsyncGenerator<readonly (readonly Row[])[]> {
  const windows = windowsBack(range, windowMs);
  for (let first = 0; first < windows.length; first += atOnce) {
    yield await Promise.all(windows.slice(first, first + atOnce).map(ask));
  }
}

function windowsBack(range: TimeRange, windowMs: number): readonly TimeRange[] {
  const windows: TimeRange[] = [];
  for (let toMs = range.toMs; toMs > range.fromMs; toMs -= windowMs) {
    windows.push({ fromMs: Math.max(range.fromMs, toMs - windowMs), toMs });
  }
  return windows;
}

/** A venue that hands out the same page for ever must not keep us. */
const maxPages = 100;

/**
 * Follows pages into the past, for venues that take no start or have pages of unknown span: `ask` gets the time before
 * which to answer and the page's number, from 1. Ends at a page that reaches the start of the range or brings nothing
 * older.
 */
export async function followBack<Row extends { readonly timeMs: number }>(
  range: TimeRange,
  ask: (beforeMs: number, page: number) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const gathered: Row[] = [];
  let oldestMs = Number.POSITIVE_INFINITY;
  for (let page = 1; page <= maxPages; page += 1) {
    const rows = await ask(Math.min(range.toMs, oldestMs), page);
    gathered.push(...rows);
    const pageOldestMs = Math.min(...rows.map(({ timeMs }) => timeMs));
    // Written so that NaN, of a garbled time, ends the walk too.
    if (!(pageOldestMs < oldestMs) || pageOldestMs <= range.fromMs) break;
    oldestMs = pageOldestMs;
  }
  return gathered;
}
