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
  const windows = windowsBack(range, windowMs);
  const gathered: Row[] = [];
  for (let first = 0; first < windows.length; first += atOnce) {
    const pages = await Promise.all(windows.slice(first, first + atOnce).map(ask));
    gathered.push(...pages.flat());
    if (pages.at(-1)?.length === 0) break;
  }
  return gathered;
}

function windowsBack(range: TimeRange, windowMs: number): readonly TimeRange[] {
  const windows: TimeRange[] = [];
  for (let toMs = range.toMs; toMs > range.fromMs; toMs -= windowMs) {
    windows.push({ fromMs: Math.max(range.fromMs, toMs - windowMs), toMs });
  }
  return windows;
}
