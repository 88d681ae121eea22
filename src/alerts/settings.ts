import { z } from 'zod';
import type { Subscription } from '../store/subscriptions.ts';
import { isTimeZone } from '../time-zone.ts';

/** Sorts of alert that a subscriber may set apart; `receipt` edits the message that it belongs to. */
export const alertKinds = [
  'approach',
  'touch',
  'receipt',
  'built',
  'dissolved',
  'flip',
  'burst',
  'digest',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** `silent` comes without a sound. */
export const loudnesses = ['on', 'silent', 'off'] as const;
export type Loudness = (typeof loudnesses)[number];

const alertSides = ['both', 'long', 'short'] as const;

/**
 * What a subscriber hears unless told: three sorts, so that a channel has a few good messages a day. Bursts are many: six in eight
 * hours on the recorded tape of one coin on one venue.
 */
export const usualLoudness: Readonly<Record<AlertKind, Loudness>> = {
  approach: 'on',
  touch: 'on',
  receipt: 'on',
  built: 'off',
  dissolved: 'off',
  flip: 'off',
  burst: 'off',
  digest: 'off',
};

/** Later there is no date. */
const latestMs = 8.64e15;
const minuteOfDay = z.number().int().min(0).max(1_439);

const quietHours = z.object({
  /** Minutes after midnight in the time zone; over midnight where `from` is after `to`. */
  from: minuteOfDay,
  to: minuteOfDay,
  timeZone: z.string().max(60).refine(isKnownZone, 'is no time zone'),
  /** Saturday and Sunday as a whole, too. */
  weekends: z.boolean(),
  /** What happens to alerts: held back until they end, or sent without a sound. */
  during: z.enum(['hold', 'silent']),
});
export type QuietHours = z.output<typeof quietHours>;

/** What a subscription asks for; what is absent has the default that suits the coin. */
export const alertSettingsSchema = z.object({
  /** Coins in capitals, each once. */
  symbols: z.array(z.string().min(1).max(24)).min(1).max(25).readonly(),
  side: z.enum(alertSides).default('both'),
  /** Smallest cluster, USD. */
  minUsd: z.number().positive().optional(),
  /** Smallest cluster as a fraction of one-sided open interest. */
  minShareOfOi: z.number().positive().max(1).optional(),
  /** Smallest cluster as a percentile of that coin's own large clusters, 0 to 100. */
  minPercentile: z.number().min(0).max(100).optional(),
  /** How near is near, in % of price. */
  distancePct: z.number().positive().max(50).optional(),
  /** How near is near, in average daily ranges. */
  distanceAtr: z.number().positive().max(10).optional(),
  /** Deviations from `usualLoudness`. */
  kinds: z.partialRecord(z.enum(alertKinds), z.enum(loudnesses)).default({}),
  /** Role of the platform that is pinged by name; nobody if absent. */
  pingRoleId: z.string().max(40).optional(),
  quiet: quietHours.optional(),
  /** Most messages a day; a digest says what was left out. */
  dailyCap: z.number().int().min(1).max(200).optional(),
  /** Minutes after midnight UTC of the digests. */
  digestAt: z.array(minuteOfDay).max(6).readonly().optional(),
  /** Nothing is sent before, UTC milliseconds. */
  mutedUntilMs: z.number().min(0).max(latestMs).optional(),
  /** Only this cluster: the button under a map. */
  clusterId: z.string().max(80).optional(),
});
export type AlertSettings = z.output<typeof alertSettingsSchema>;
export type AlertSubscription = Subscription<AlertSettings>;

/** How a subscription wants to hear of a kind. */
export function loudnessOf({ kinds }: AlertSettings, kind: AlertKind): Loudness {
  return kinds[kind] ?? usualLoudness[kind];
}

/** A million subscriptions have a few zones: to look one up takes a hundred times as long as to remember it. */
const zones = new Map<string, boolean>();

function isKnownZone(name: string): boolean {
  const known = zones.get(name) ?? isTimeZone(name);
  if (zones.size < 1_000) zones.set(name, known);
  return known;
}
