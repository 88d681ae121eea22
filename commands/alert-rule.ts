import { percent, usd, utcTime } from '../renderers/numbers.ts';
import {
  type AlertSettings,
  type AlertSubscription,
  alertKinds,
  loudnesses,
  loudnessOf,
  usualLoudness,
} from '../src/alerts/settings.ts';
import { usualNearness } from '../src/core/alerts/near-levels.ts';
import { alertTexts } from './alert-texts.ts';

const texts = alertTexts.rule;

/** `ETH, BTC: both sides, at least $20M, within 2 %; silent: touch; 10 a day at most`. */
export function spokenRule({ settings, state, reason }: AlertSubscription, nowMs: number): string {
  const { symbols, clusterId, mutedUntilMs = 0 } = settings;
  const what = clusterId === undefined ? symbols.join(', ') : texts.one(symbols.join(', '));
  const parts = [
    ...(clusterId === undefined ? [texts.sides[settings.side], ...sizeOf(settings)] : []),
    distanceOf(settings),
    ...kindsOf(settings),
    ...detailsOf(settings),
    ...(state === 'paused' ? [texts.paused] : []),
    ...(state === 'broken' ? [texts.broken(reason ?? '')] : []),
    ...(mutedUntilMs > nowMs ? [texts.muted(utcTime(mutedUntilMs))] : []),
  ];
  return `${what}: ${parts.join(', ')}`;
}

function sizeOf({ minUsd, minShareOfOi, minPercentile }: AlertSettings): readonly string[] {
  const bounds = [
    ...(minUsd === undefined ? [] : [texts.usd(usd(minUsd))]),
    ...(minShareOfOi === undefined ? [] : [texts.share(percent(minShareOfOi * 100))]),
    ...(minPercentile === undefined ? [] : [texts.percentile(minPercentile)]),
  ];
  return bounds.length === 0 ? [texts.usualSize] : bounds;
}

function distanceOf({ distancePct, distanceAtr }: AlertSettings): string {
  if (distancePct !== undefined) return texts.pct(distancePct);
  return texts.atr(distanceAtr ?? usualNearness.distanceAtr ?? 0);
}

/** Only what is otherwise than usual. */
function kindsOf(settings: AlertSettings): readonly string[] {
  return loudnesses.flatMap((loudness) => {
    const names = alertKinds.filter(
      (kind) => loudnessOf(settings, kind) === loudness && usualLoudness[kind] !== loudness,
    );
    return names.length === 0 ? [] : [texts.kinds(names.join(' and '), loudness)];
  });
}

function detailsOf({ pingRoleId, quiet, dailyCap, digestAt }: AlertSettings): readonly string[] {
  return [
    ...(pingRoleId === undefined ? [] : [texts.ping]),
    ...(quiet
      ? [texts.quiet(clock(quiet.from), clock(quiet.to), quiet.timeZone, quiet.weekends, quiet.during)]
      : []),
    ...(dailyCap === undefined ? [] : [texts.cap(dailyCap)]),
    ...(digestAt === undefined ? [] : [texts.digest(digestAt.map(clock).join(', '))]),
  ];
}

/** `07:30`. */
function clock(minuteOfDay: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
}
