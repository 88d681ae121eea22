import type { AlertChanges } from '../src/alerts/management.ts';
import { type AlertKind, alertKinds, loudnesses, type QuietHours } from '../src/alerts/settings.ts';
import { minuteMs } from '../src/core/durations.ts';
import { UserError } from '../src/errors.ts';
import { timeZoneNamed } from '../src/time-zone.ts';
import { alertTexts as texts } from './alert-texts.ts';
import { shown } from './clean-words.ts';

/** What somebody said of alerts. */
export type AlertWish = {
  /** As written. */
  readonly symbols: readonly string[];
  /** Numbers of the list. */
  readonly numbers: readonly number[];
  readonly changes: AlertChanges;
  /** How long to be silent, milliseconds. */
  readonly muteMs?: number;
  /** Something is to end: `mute off`. */
  readonly isOff?: true;
};

type Given = { readonly words: string[]; readonly timeZone: string };
type Reader = (given: Given) => AlertChanges;

const units: Readonly<Record<string, number>> = { m: minuteMs, h: 60 * minuteMs, d: 24 * 60 * minuteMs };
const scales: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9 };
/** More than all open interest there is. */
const mostUsd = 1e13;
const longestMuteMs = 90 * 24 * 60 * minuteMs;
/** Say nothing themselves: `kinds touch off`, `mute for 4h`. */
const fillers = ['kinds', 'side', 'for', 'and', 'on'];
const sideNames: ReadonlyMap<string, 'long' | 'short' | 'both'> = new Map([
  ['long', 'long'],
  ['longs', 'long'],
  ['short', 'short'],
  ['shorts', 'short'],
  ['both', 'both'],
] as const);

/**
 * Reads what stands behind the action: `eth distance 2% min 20m touch silent quiet 22-7 vienna`. A word that begins
 * nothing else is a coin.
 *
 * @param timeZone of quiet hours that name none
 * @throws UserError for a value that makes no sense, with an example
 */
export function alertWish(text: string, timeZone: string): AlertWish {
  const given = { words: text.split(/[\s,;]+/).filter((word) => word !== ''), timeZone };
  const symbols: string[] = [];
  const numbers: number[] = [];
  let changes: AlertChanges = {};
  let muteMs: number | undefined;
  let isOff = false;
  for (let word = given.words.shift(); word !== undefined; word = given.words.shift()) {
    const name = word.toLowerCase();
    const reader = readers.get(name);
    const side = sideNames.get(name);
    const lasts = durationMs(name);
    if (fillers.includes(name)) continue;
    if (name === 'off') isOff = true;
    else if (reader) changes = joined(changes, reader(given));
    else if (isKind(name)) changes = joined(changes, { kinds: { [name]: loudness(given) } });
    else if (side) changes = { ...changes, side };
    else if (lasts !== undefined) muteMs = lasts;
    else if (/^#?\d{1,2}$/.test(name)) numbers.push(Number(name.replace('#', '')));
    else symbols.push(word);
  }
  return { symbols, numbers, changes, ...(muteMs !== undefined && { muteMs }), ...(isOff && { isOff }) };
}

/** Sorts of alert are added to; all else takes the place of what was said before. */
function joined(before: AlertChanges, next: AlertChanges): AlertChanges {
  return { ...before, ...next, ...(next.kinds && { kinds: { ...before.kinds, ...next.kinds } }) };
}

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['distance', ({ words }) => distance(value(words, texts.examples.distance), words)],
  ['min', ({ words }) => smallest(words)],
  ['ping', ({ words }) => ping(value(words, texts.examples.ping))],
  ['quiet', (given) => ({ quiet: quietHours(given) })],
  ['cap', ({ words }) => cap(value(words, texts.examples.cap))],
  ['digest', ({ words }) => digest(words)],
]);

function ping(word: string): AlertChanges {
  if (isDefault(word)) return { pingRoleId: undefined };
  const [, id] = /^(?:<@&)?(\d{17,20})>?$/.exec(word) ?? [];
  return { pingRoleId: id ?? wrong(word, texts.examples.ping) };
}

function cap(word: string): AlertChanges {
  if (isDefault(word)) return { dailyCap: undefined };
  const isNumber = /^\d{1,3}$/.test(word) && Number(word) >= 1 && Number(word) <= 200;
  return { dailyCap: isNumber ? Number(word) : wrong(word, texts.examples.cap) };
}

function distance(word: string, words: string[]): AlertChanges {
  if (isDefault(word)) return { distancePct: undefined, distanceAtr: undefined };
  const [, digits = '', unit] = /^(\d+(?:\.\d+)?)(%|atr)?$/i.exec(word) ?? [];
  const named = unit ?? (['%', 'atr'].includes(words[0]?.toLowerCase() ?? '') ? words.shift() : '%');
  const size = Number(digits);
  const most = named === '%' ? 50 : 10;
  if (!(size > 0 && size <= most)) wrong(word, texts.examples.distance);
  return named === '%'
    ? { distancePct: size, distanceAtr: undefined }
    : { distancePct: undefined, distanceAtr: size };
}

/** One or several bounds, all of which are to be met; they take the place of those before. */
function smallest(words: string[]): AlertChanges {
  const none = { minUsd: undefined, minShareOfOi: undefined, minPercentile: undefined };
  const first = value(words, texts.examples.min);
  if (isDefault(first)) return none;
  let changes: AlertChanges = { ...none, ...(bound(first) ?? wrong(first, texts.examples.min)) };
  for (let next = bound(words[0] ?? ''); next; next = bound(words[0] ?? '')) {
    changes = { ...changes, ...next };
    words.shift();
  }
  return changes;
}

function bound(word: string): AlertChanges | undefined {
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(word) ?? [];
  if (percent !== undefined && Number(percent) > 0 && Number(percent) <= 100) {
    return { minShareOfOi: Number(percent) / 100 };
  }
  const [, percentile] = /^p(\d{1,2}|100)$/i.exec(word) ?? [];
  if (percentile !== undefined) return { minPercentile: Number(percentile) };
  const [, digits, scale = ''] = /^\$?(\d+(?:\.\d+)?)([kmb])?$/i.exec(word) ?? [];
  const usd = Number(digits) * (scales[scale.toLowerCase()] ?? 1);
  // Whoever writes 20 means millions, or percent; it is better to ask.
  return usd >= 1_000 && usd <= mostUsd ? { minUsd: usd } : undefined;
}

/** `22-7 Europe/Vienna weekends silent`; they hold alerts back unless told to silence them. */
function quietHours({ words, timeZone }: Given): QuietHours | undefined {
  const word = value(words, texts.examples.quiet);
  if (isDefault(word)) return undefined;
  const [from, to, tooMany] = word.split('-').map(minuteOfDay);
  if (from === undefined || to === undefined || tooMany !== undefined) wrong(word, texts.examples.quiet);
  let quiet: QuietHours = { from, to, timeZone, weekends: false, during: 'hold' };
  for (;;) {
    const next = quietDetail(words[0]);
    if (!next) return quiet;
    quiet = { ...quiet, ...next };
    words.shift();
  }
}

function quietDetail(word: string | undefined): Partial<QuietHours> | undefined {
  const name = word?.toLowerCase();
  if (word === undefined || name === undefined) return undefined;
  if (name === 'weekends') return { weekends: true };
  if (name === 'hold' || name === 'silent') return { during: name };
  const timeZone = timeZoneNamed(word);
  return timeZone === undefined ? undefined : { timeZone };
}

/** Times in UTC; with any, digests are on. */
function digest(words: string[]): AlertChanges {
  const first = value(words, texts.examples.digest);
  if (isDefault(first)) return { digestAt: undefined, kinds: { digest: 'off' } };
  const minutes = [minuteOfDay(first) ?? wrong(first, texts.examples.digest)];
  for (let next = clockTime(words[0]); next !== undefined; next = clockTime(words[0])) {
    minutes.push(next);
    words.shift();
  }
  if (minutes.length > 6) wrong(`${minutes.length}`, texts.examples.digest);
  return { digestAt: [...new Set(minutes)].sort((a, b) => a - b), kinds: { digest: 'on' } };
}

function clockTime(word: string | undefined): number | undefined {
  return word?.includes(':') ? minuteOfDay(word) : undefined;
}

/** `7`, `07:30`. */
function minuteOfDay(word: string): number | undefined {
  const [, hours, minutes = '0'] = /^(\d{1,2})(?::(\d{2}))?$/.exec(word) ?? [];
  const isTime = hours !== undefined && Number(hours) <= 23 && Number(minutes) <= 59;
  return isTime ? Number(hours) * 60 + Number(minutes) : undefined;
}

function durationMs(word: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,4})(m|h|d)(?:in|ours?|ays?)?$/.exec(word) ?? [];
  if (digits === undefined || Number(digits) === 0) return undefined;
  return Math.min(Number(digits) * units[unit]!, longestMuteMs);
}

function loudness({ words }: Given): (typeof loudnesses)[number] {
  const name = words[0]?.toLowerCase();
  const found = loudnesses.find((one) => one === name);
  if (found) words.shift();
  return found ?? 'on';
}

function isKind(name: string): name is AlertKind {
  return alertKinds.some((kind) => kind === name);
}

function isDefault(word: string): boolean {
  return ['default', 'off', 'any', 'none'].includes(word.toLowerCase());
}

function value(words: string[], example: string): string {
  return words.shift() ?? wrong('', example);
}

function wrong(word: string, example: string): never {
  throw new UserError(texts.wrong(shown(word), example));
}
