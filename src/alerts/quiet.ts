import { hourMs, minuteMs } from '../core/durations.ts';
import type { QuietHours } from './settings.ts';

/** A weekend inside quiet nights is over after three days. */
const longestMs = 5 * 24 * hourMs;

/**
 * When the quiet hours end that a moment lies in, UTC milliseconds; undefined outside of them. Hours that begin and end
 * at the same minute are none.
 *
 * @throws RangeError for a time zone that nobody knows
 */
export function quietUntil(quiet: QuietHours, timeMs: number): number | undefined {
  if (!isQuiet(quiet, timeMs)) return undefined;
  let endMs = timeMs;
  while (endMs < timeMs + longestMs && isQuiet(quiet, endMs)) endMs = nextChange(quiet, endMs);
  return endMs;
}

function isQuiet({ from, to, timeZone, weekends }: QuietHours, timeMs: number): boolean {
  const { minute, isWeekend } = localMoment(timeZone, timeMs);
  if (weekends && isWeekend) return true;
  return from <= to ? from <= minute && minute < to : from <= minute || minute < to;
}

/** The next full hour, or the end of the quiet hours before it: clocks are set at full hours, if at all. */
function nextChange({ to, timeZone }: QuietHours, timeMs: number): number {
  const { minute } = localMoment(timeZone, timeMs);
  const minutes = 60 - (minute % 60);
  const toEnd = (to - minute + 1_440) % 1_440;
  const thisMinuteMs = Math.floor(timeMs / minuteMs) * minuteMs;
  return thisMinuteMs + Math.min(minutes, toEnd === 0 ? minutes : toEnd) * minuteMs;
}

function localMoment(timeZone: string, timeMs: number) {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(timeMs)
      .map(({ type, value }) => [type, value]),
  );
  return {
    minute: Number(parts['hour']) * 60 + Number(parts['minute']),
    isWeekend: parts['weekday'] === 'Sat' || parts['weekday'] === 'Sun',
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** To make one takes a hundred times as long as to use it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timeZone, format);
  return format;
}
