import type { MapFacts } from '../renderers/map/facts.ts';
import { utcTime } from '../renderers/numbers.ts';
import type { Settings } from '../src/settings.ts';
import { localTime } from '../src/time-zone.ts';
import type { Context } from './command.ts';
import { texts } from './texts.ts';

export function nowOf({ nowMs = Date.now }: Pick<Context, 'nowMs'>): number {
  return nowMs();
}

/** `2026-02-14 12:30 UTC (13:30 Europe/Vienna)`: in UTC, and in the zone that was set. */
export function spokenTime(timeMs: number, { timezone }: Settings): string {
  const utc = utcTime(timeMs);
  return timezone === undefined || timezone === 'UTC'
    ? utc
    : texts.time.local(utc, localTime(timeMs, timezone));
}

/** When a map was made and how old its data are. */
export function spokenAge(
  timeMs: number,
  facts: Pick<MapFacts, 'dataAge' | 'stale'>,
  settings: Settings,
): string {
  return [
    spokenTime(timeMs, settings),
    ...(facts.dataAge === undefined ? [] : [texts.time.data(facts.dataAge)]),
    ...(facts.stale.length > 0 ? [texts.time.stale(facts.stale)] : []),
  ].join(', ');
}

/** The local time in a text that has the time in UTC. */
export function withLocalTime(text: string, timeMs: number, settings: Settings, mostLetters: number): string {
  const longer = text.replace(utcTime(timeMs), spokenTime(timeMs, settings));
  return longer.length < mostLetters ? longer : text;
}
