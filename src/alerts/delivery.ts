import { pause } from '../deadline.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Alert, AlertLedger, AlertOutcome } from '../store/alert-ledger.ts';
import type { Destination, Subscription, Subscriptions } from '../store/subscriptions.ts';
import type { AlertChannel, AlertMessage, AlertPicture, AlertSent, Departure } from './channel.ts';
import type { AlertPayload } from './payload.ts';
import { type AlertSettings, loudnessOf } from './settings.ts';

/** What became of an alert, for whoever counts: `too late` is dropped because its worth was over. */
export type Delivered = { readonly outcome: AlertOutcome | 'too late'; readonly reason?: string };

type Deps = {
  readonly channel: AlertChannel;
  readonly ledger: AlertLedger<AlertPayload>;
  readonly subscriptions: Pick<Subscriptions<AlertSettings>, 'find'>;
  /** The map of a coin in the dress of a destination; undefined where it takes too long or cannot be had. */
  readonly pictureOf: (symbol: string, to: Destination) => Promise<AlertPicture | undefined>;
  /** The destination refuses everything: its subscriptions end here. */
  readonly onDead: (to: Destination, reason: string) => Promise<void>;
  readonly onDelivered?: (delivered: Delivered) => void;
  readonly log: Log;
  readonly nowMs: () => number;
  /** Waits before the ledger is tried again when it does not take an outcome; tests need not wait. */
  readonly sleep?: (ms: number) => Promise<void>;
};

type Row = Alert<AlertPayload>;
type Outcome = Parameters<AlertLedger<unknown>['settle']>[1];

/** Something that passes: the job is to be tried again. */
export class DeliverLater extends Error {
  override readonly name = 'DeliverLater';
}

const settleAttempts = 6;
const reasons = {
  expired: 'it would have come too late',
  inactive: 'the alerts were paused',
  muted: 'the alerts were muted',
  off: 'this sort of alert was switched off',
  lost: 'we were interrupted while it was being sent',
  noTarget: 'the alert that it belongs to was not delivered',
} as const;

/**
 * Delivers what the ledger holds, destination by destination, each in the order of its claims. The ledger decides: a
 * row that has departed and was not settled is repeated only where the platform recognises it, so that whatever ends
 * us, nothing comes twice.
 */
export class AlertDelivery {
  readonly #deps: Deps;
  /** Destinations that are being served; true: something came meanwhile. */
  readonly #lanes = new Map<string, boolean>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Delivers all that is due to the destination of this alert. Returns at once where that is under way already.
   *
   * @throws DeliverLater when something in the way passes; the rest of the destination waits behind it.
   */
  async deliver(key: string, signal?: AbortSignal): Promise<void> {
    const row = await this.#deps.ledger.find(key);
    if (!row || !isOpen(row)) return;
    const subscription = await this.#deps.subscriptions.find(row.subscriptionId);
    if (!subscription) return;
    const { platform, chatId, threadId } = subscription;
    const to = { platform, chatId, ...(threadId !== undefined && { threadId }) };
    const lane = `${chatId}/${threadId ?? ''}`;
    if (this.#lanes.has(lane)) {
      this.#lanes.set(lane, true);
      return;
    }
    try {
      do {
        this.#lanes.set(lane, false);
        await this.#serve(to, signal);
      } while (this.#lanes.get(lane) && !signal?.aborted);
    } finally {
      this.#lanes.delete(lane);
    }
  }

  async #serve(to: Destination, signal: AbortSignal | undefined): Promise<void> {
    for (const row of await this.#deps.ledger.underWay(to)) {
      if (signal?.aborted) throw new DeliverLater('the delivery was interrupted');
      const isHeld = (row.payload.notBeforeMs ?? 0) > this.#deps.nowMs();
      if (isHeld && row.state === 'pending') continue;
      const outcome = await this.#outcomeOf(row);
      await this.#settle(row, outcome);
    }
  }

  async #outcomeOf(row: Row): Promise<Outcome> {
    const { payload } = row;
    if (this.#isLost(row)) return { state: 'unknown', reason: reasons.lost };
    const subscription = await this.#deps.subscriptions.find(row.subscriptionId);
    const dropped = row.state === 'pending' ? this.#dropReason(row, subscription) : undefined;
    if (dropped !== undefined || !subscription)
      return { state: 'dropped', reason: dropped ?? reasons.inactive };
    const message = await this.#messageOf(row, subscription);
    if (payload.edits === undefined) return this.#send(row, message);
    const target = await this.#deps.ledger.find(payload.edits);
    if (target?.messageRef === undefined) return { state: 'dropped', reason: reasons.noTarget };
    return this.#take(message, await this.#deps.channel.edit(target.messageRef, message));
  }

  /** Whether it departed so long ago that sending it again could make it two. */
  #isLost({ state, updatedMs }: Row): boolean {
    const { channel, nowMs } = this.#deps;
    return state === 'unknown' && nowMs() - updatedMs >= channel.repeatableMs;
  }

  #dropReason(
    { payload, stage }: Row,
    subscription: Subscription<AlertSettings> | undefined,
  ): string | undefined {
    const nowMs = this.#deps.nowMs();
    if (payload.expiresMs <= nowMs) return reasons.expired;
    if (subscription?.state !== 'active') return subscription?.reason ?? reasons.inactive;
    if (stage === testStage) return undefined;
    const { settings } = subscription;
    if (loudnessOf(settings, payload.kind) === 'off') return reasons.off;
    // An edit makes no noise.
    return payload.edits === undefined && (settings.mutedUntilMs ?? 0) > nowMs ? reasons.muted : undefined;
  }

  async #messageOf(
    { key, symbol, payload }: Row,
    { settings, ...to }: Subscription<AlertSettings>,
  ): Promise<AlertMessage> {
    const { ledger, pictureOf } = this.#deps;
    const { text, silent, expiresMs, withPicture, repliesTo, edits } = payload;
    const answered = repliesTo === undefined ? undefined : (await ledger.find(repliesTo))?.messageRef;
    const picture = withPicture && edits === undefined ? await pictureOf(symbol, to) : undefined;
    return {
      key,
      symbol,
      to,
      text,
      silent,
      expiresMs,
      ...(settings.pingRoleId !== undefined && { pingRoleId: settings.pingRoleId }),
      ...(picture && { picture }),
      ...(answered !== undefined && { replyTo: answered }),
    };
  }

  async #send(row: Row, message: AlertMessage): Promise<Outcome> {
    return this.#take(message, await this.#deps.channel.send(message, this.#departureOf(row)));
  }

  #departureOf({ key, state, payload: { expiresMs } }: Row): Departure {
    const { ledger, channel, log, nowMs } = this.#deps;
    let isOut = state === 'unknown';
    return {
      leave: async () => {
        if (!isOut && expiresMs <= nowMs()) throw new Error(reasons.expired);
        isOut ||= await ledger.depart(key);
        if (isOut) return;
        const now = await ledger.find(key);
        // Where the platform recognises a repetition, the same message may leave several times.
        if (now?.state !== 'unknown' || channel.repeatableMs === 0)
          throw new Error('somebody else delivers it');
      },
      callBack: async () => {
        try {
          if (await ledger.callBack(key)) isOut = false;
        } catch (error) {
          log.warn('an alert counts as departed that is not', { key, reason: errorText(error) });
        }
      },
    };
  }

  async #take(message: AlertMessage, sent: AlertSent): Promise<Outcome> {
    const { onDead, log } = this.#deps;
    switch (sent.kind) {
      case 'sent':
        return { state: 'sent', messageRef: sent.messageRef };
      case 'dead':
        await onDead(message.to, sent.reason);
        return { state: 'failed', reason: sent.reason };
      case 'refused':
        log.warn('an alert was refused', { key: message.key, reason: sent.reason });
        return { state: 'failed', reason: sent.reason };
      case 'unknown':
        return { state: 'unknown', reason: sent.reason };
      case 'later':
        return this.#orExpired(message, sent.reason);
    }
  }

  /** What has departed is tried again as long as it may be; nothing else is tried beyond its worth. */
  async #orExpired({ key, expiresMs }: AlertMessage, reason: string): Promise<Outcome> {
    const { ledger, nowMs } = this.#deps;
    const hasDeparted = (await ledger.find(key))?.state === 'unknown';
    if (hasDeparted || expiresMs > nowMs()) throw new DeliverLater(reason);
    return { state: 'dropped', reason: `${reasons.expired}: ${reason}` };
  }

  /** What has happened must be written down: a while is waited for a store that is away. */
  async #settle({ key, symbol, payload }: Row, outcome: Outcome): Promise<void> {
    const { ledger, log, sleep = pause, onDelivered } = this.#deps;
    const { state, reason } = outcome;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await ledger.settle(key, outcome);
        break;
      } catch (error) {
        log.warn('the outcome of an alert is not written down yet', {
          key,
          reason: errorText(error),
          attempt,
        });
        if (attempt === settleAttempts) throw new DeliverLater(errorText(error));
        await sleep(500 * 2 ** attempt);
      }
    }
    log.info('alert', { key, symbol, kind: payload.kind, state, ...(reason !== undefined && { reason }) });
    const isLate = state === 'dropped' && reason?.startsWith(reasons.expired);
    onDelivered?.({ outcome: isLate ? 'too late' : state, ...(reason !== undefined && { reason }) });
  }
}

/** Stage of an alert that somebody asked for to see whether it comes. */
export const testStage = 'test';

function isOpen({ state, reason }: Row): boolean {
  return state === 'pending' || (state === 'unknown' && reason === undefined);
}
