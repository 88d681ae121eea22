import { z } from 'zod';
import { type AnyJobKind, anyKind, type JobKind } from './kind.ts';
import type { JobQueue } from './queue.ts';

const keyed = z.object({ key: z.string().min(1).max(300) });
const nothing = z.object({});

export type KeyedAlert = z.output<typeof keyed>;
type Nothing = z.output<typeof nothing>;

/** Platforms that alerts are delivered on. */
const alertPlatforms = ['discord', 'telegram', 'web'] as const;
export type AlertPlatform = (typeof alertPlatforms)[number];

/**
 * Sends what the ledger holds under a key, wherever the platform's adapter is. How often it is done makes no
 * difference: what has become of an alert is in the ledger.
 */
export const deliverAlertKinds: Readonly<Record<AlertPlatform, JobKind<KeyedAlert, Nothing>>> = {
  discord: deliverKind('discord'),
  telegram: deliverKind('telegram'),
  web: deliverKind('web'),
};

/** The above, for the list of all kinds. */
export const alertKinds: readonly AnyJobKind[] = alertPlatforms.map((platform) =>
  anyKind(deliverAlertKinds[platform]),
);

/** Whether alerts are delivered on a platform that a subscription names. */
export function isAlertPlatform(platform: string): platform is AlertPlatform {
  return alertPlatforms.some((known) => known === platform);
}

/**
 * Has an alert delivered that `AlertLedger.claim` has just written down. Until its delivery is over, the same key
 * waits in the queue once only.
 *
 * @param delayMs until it may be sent: `notBeforeMs` of the payload, less now.
 */
export async function enqueueAlert(
  queue: Pick<JobQueue, 'add'>,
  alert: { readonly key: string; readonly platform: AlertPlatform; readonly delayMs?: number },
): Promise<void> {
  const { key, platform, delayMs = 0 } = alert;
  await queue.add(
    deliverAlertKinds[platform],
    { key },
    { key, ...(delayMs > 0 && { delayMs: Math.ceil(delayMs) }) },
  );
}

/** A platform may be away for a while, and a channel may have to wait for its turn. */
function deliverKind(platform: AlertPlatform): JobKind<KeyedAlert, Nothing> {
  return {
    name: `deliver-${platform}-alert`,
    queue: `deliver-${platform}`,
    payload: keyed,
    result: nothing,
    attempts: 8,
    backOffMs: 2_000,
    timeLimitMs: 10 * 60_000,
  };
}
