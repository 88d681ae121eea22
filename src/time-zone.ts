import { nearNames } from './core/near-names.ts';

/** The zone of a name in any case, or of its city: `vienna` is Europe/Vienna. */
export function timeZoneNamed(text: string): string | undefined {
  const name = text.trim().replaceAll(' ', '_');
  const wanted = name.toLowerCase();
  return knownZone(name) ?? Intl.supportedValuesOf('timeZone').find((zone) => cityOf(zone) === wanted);
}

/** Whether clocks can be told by it as it is written. */
export function isTimeZone(name: string): boolean {
  return knownZone(name) !== undefined;
}

/** Zones whose city could have been meant, best first, at most three. */
export function nearTimeZones(text: string): readonly string[] {
  const zones = new Map(Intl.supportedValuesOf('timeZone').map((zone) => [cityOf(zone), zone]));
  const names = [...zones.keys()].map((name) => ({ name, weight: 0 }));
  return nearNames([cityOf(text.trim().replaceAll(' ', '_'))], names, 3).map((city) => zones.get(city)!);
}

/** `13:30 Europe/Vienna`, with the day in front where it is not that of UTC. @param zone as `timeZoneNamed` gives it */
export function localTime(timeMs: number, zone: string): string {
  const format = (options: Intl.DateTimeFormatOptions, timeZone: string) =>
    new Intl.DateTimeFormat('en-CA', { ...options, timeZone }).format(timeMs);
  const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const time = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, zone);
  const isSameDay = format(day, zone) === format(day, 'UTC');
  return `${isSameDay ? '' : `${format(day, zone)} `}${time} ${zone}`;
}

/** Names that are known but not listed, such as Asia/Kolkata, are known to the formatter only. */
function knownZone(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function cityOf(zone: string): string {
  return zone.split('/').at(-1)!.toLowerCase();
}
