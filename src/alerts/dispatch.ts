import { minuteMs } from '../core/durations.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { AlertLedger } from '../store/alert-ledger.ts';
import type { AlertBudgets } from './budgets.ts';
import type { AlertCounts } from './counts.ts';
import { type AlertPayload, alertKey } from './payload.ts';
import { quietUntil } from './quiet.ts';
import { type AlertKind, type AlertSettings, type AlertSubscription, loudnessOf } from './settings.ts';
import type { AlertSubscribers } from './subscribers.ts';

/** Something that is to be told. */
export type Occasion = {
  readonly kind: AlertKind;
  readonly symbol: string;
  /** The cluster, or whatever else it is about. */
  readonly subject: string;
  readonly arming: number;
  /** The kind unless there are several of one. */
  readonly stage?: string;
  readonly atMs: number;
  readonly priceUsd: number;
  readonly cluster?: AlertPayload['cluster'];
  readonly text: string;
};

/** What differs from one who is told to another. */
export type Personal = {
  readonly text?: string;
  readonly repliesTo?: string;
  readonly edits?: string;
  /** Of the message that is edited, where that one is held back. */
  readonly notBeforeMs?: number;
};

/** Has an alert of the ledger delivered; at the time if one is given. */
export type Deliver = (alert: {
  readonly key: string;
  readonly platform: string;
  readonly notBeforeMs?: number;
}) => Promise<void>;

type Deps = {
  readonly ledger: Pick<AlertLedger<AlertPayload>, 'claim' | 'leaveOut'>;
  readonly subscribers: AlertSubscribers;
  readonly budgets: AlertBudgets;
  readonly deliver: Deliver;
  readonly counts: AlertCounts;
  readonly log: Log;
};

/** Alerts that are handed over to the queue while others are claimed. */
const mostAtOnce = 100;
/** After so long an alert is worth nothing any more. */
const worthMs: Readonly<Record<AlertKind, number>> = {
  approach: 20 * minuteMs,
  touch: 30 * minuteMs,
  receipt: 180 * minuteMs,
  built: 60 * minuteMs,
  dissolved: 60 * minuteMs,
  flip: 60 * minuteMs,
  burst: 15 * minuteMs,
  digest: 120 * minuteMs,
};

/** Tells people, each as they want it: loud, silent, later or not at all. */
export class AlertDispatch {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Writes an alert for each of them into the ledger and has it delivered. Doing it again changes nothing. Returns how
   * many were told. Rejects when the ledger cannot be written to.
   */
  async tell(
    occasion: Occasion,
    ids: Iterable<string>,
    personal: (subscription: AlertSubscription) => Promise<Personal> | Personal = () => ({}),
  ): Promise<number> {
    let told = 0;
    const handingOver: Promise<void>[] = [];
    for (const id of [...ids]) {
      const subscription = this.#deps.subscribers.find(id);
      const alert = subscription && (await this.#claimed(occasion, subscription, personal));
      if (!alert) continue;
      told++;
      handingOver.push(this.#deliver(alert, subscription));
      // The next is claimed meanwhile: whoever delivers goes by the order of the claims.
      if (handingOver.length >= mostAtOnce) await Promise.all(handingOver.splice(0));
    }
    await Promise.all(handingOver);
    return told;
  }

  /** What is to be delivered; undefined where this one is not told. */
  async #claimed(
    occasion: Occasion,
    subscription: AlertSubscription,
    personal: (subscription: AlertSubscription) => Promise<Personal> | Personal,
  ): Promise<{ readonly key: string; readonly payload: AlertPayload } | undefined> {
    const { settings, id } = subscription;
    const loudness = loudnessOf(settings, occasion.kind);
    const { budgets, ledger, counts } = this.#deps;
    const isMuted = (settings.mutedUntilMs ?? 0) > occasion.atMs;
    if (isMuted) counts.leave('muted by people');
    // Nobody counts what nobody has switched on.
    if (loudness === 'off' || isMuted) return undefined;
    const own = await personal(subscription);
    const when =
      own.edits === undefined
        ? timing(settings, occasion.atMs)
        : { silent: true, notBeforeMs: own.notBeforeMs };
    const sendMs = when.notBeforeMs ?? occasion.atMs;
    // What has been begun is told to its end.
    const isNew = own.repliesTo === undefined && own.edits === undefined && occasion.stage !== leftOutStage;
    const admission = isNew ? await budgets.admit(subscription, sendMs) : undefined;
    const { kind, symbol, subject: clusterId, arming, stage = kind } = occasion;
    const alert = {
      key: keyOf(occasion, id),
      subscriptionId: id,
      symbol,
      clusterId,
      stage,
      payload: payloadOf(occasion, own, {
        silent: loudness === 'silent' || when.silent,
        withPicture: admission?.admitted === true && admission.opensBurst && kind !== 'digest',
        ...(when.notBeforeMs !== undefined && { notBeforeMs: when.notBeforeMs }),
      }),
    };
    if (admission?.admitted === false) {
      await ledger.leaveOut(alert, admission.why);
      counts.leave(admission.why);
      return undefined;
    }
    const claim = await ledger.claim(alert);
    if (claim === 'claimed' && isNew) await budgets.count(subscription, sendMs);
    this.#deps.log.debug('alert claimed', { symbol, clusterId, arming, stage, claim });
    // One that was claimed before an interruption may not have been given to anybody.
    return claim === 'inactive' ? undefined : alert;
  }

  async #deliver(
    { key, payload: { notBeforeMs } }: { readonly key: string; readonly payload: AlertPayload },
    { platform }: AlertSubscription,
  ): Promise<void> {
    const { deliver, log } = this.#deps;
    // It is in the ledger: who delivers looks there for what was never handed over.
    await deliver({ key, platform, ...(notBeforeMs !== undefined && { notBeforeMs }) }).catch((error) =>
      log.warn('an alert waits to be found in the ledger', { key, reason: errorText(error) }),
    );
  }
}

/** Stage of the digest of alerts that were left out. */
export const leftOutStage = 'left-out';

/** The key of an occasion's alert for a subscription. */
export function keyOf(
  {
    symbol,
    subject,
    arming,
    kind,
    stage = kind,
  }: Pick<Occasion, 'symbol' | 'subject' | 'arming' | 'kind' | 'stage'>,
  subscriptionId: string,
): string {
  return alertKey({ subscriptionId, clusterId: `${symbol}:${subject}`, arming, stage });
}

/** Quiet hours hold an alert back or take its sound away. */
function timing(
  { quiet }: AlertSettings,
  atMs: number,
): { readonly silent: boolean; readonly notBeforeMs?: number } {
  const endMs = quiet && quietUntil(quiet, atMs);
  if (endMs === undefined) return { silent: false };
  return quiet?.during === 'hold' ? { silent: false, notBeforeMs: endMs } : { silent: true };
}

function payloadOf(
  { kind, symbol, atMs, priceUsd, cluster, text }: Occasion,
  own: Personal,
  how: Pick<AlertPayload, 'silent' | 'withPicture' | 'notBeforeMs'>,
): AlertPayload {
  return {
    kind,
    symbol,
    atMs,
    priceUsd,
    ...(cluster && { cluster }),
    ...how,
    text: own.text ?? text,
    ...(own.repliesTo !== undefined && { repliesTo: own.repliesTo }),
    ...(own.edits !== undefined && { edits: own.edits }),
    expiresMs: Math.max(atMs, how.notBeforeMs ?? 0) + worthMs[kind],
  };
}
