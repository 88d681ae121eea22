import { type Admission, admit, usualBudget } from '../core/alerts/message-budget.ts';
import { dayMs } from '../core/durations.ts';
import { Recent } from '../recent.ts';
import { type AlertLedger, countsAsTold } from '../store/alert-ledger.ts';
import type { AlertPayload } from './payload.ts';
import type { AlertSubscription } from './settings.ts';
import { type AlertSubscribers, destinationOf } from './subscribers.ts';

const inMemory = 20_000;

/** How many messages each destination has had. The ledger knows; what is asked often is remembered. */
export class AlertBudgets {
  readonly #ledger: Pick<AlertLedger<AlertPayload>, 'recent'>;
  readonly #subscribers: AlertSubscribers;
  readonly #sent = new Recent<number[]>(inMemory);

  constructor(ledger: Pick<AlertLedger<AlertPayload>, 'recent'>, subscribers: AlertSubscribers) {
    this.#ledger = ledger;
    this.#subscribers = subscribers;
  }

  /** Whether a message may begin at a time. One that is admitted is counted by `count`. */
  async admit(subscription: AlertSubscription, atMs: number): Promise<Admission> {
    const sent = await this.#timesOf(subscription, atMs);
    const { dailyCap = usualBudget.dailyCap } = subscription.settings;
    return admit(sent, atMs, { dailyCap });
  }

  async count(subscription: AlertSubscription, atMs: number): Promise<void> {
    (await this.#timesOf(subscription, atMs)).push(atMs);
  }

  async #timesOf(subscription: AlertSubscription, atMs: number): Promise<number[]> {
    const destination = destinationOf(subscription);
    const known = this.#sent.get(destination);
    if (known) {
      // In place: others hold the same list.
      known.splice(0, known.length, ...known.filter((time) => time > atMs - dayMs));
      return known;
    }
    const alerts = await Promise.all(
      this.#subscribers
        .sharing(subscription)
        .map((subscriptionId) => this.#ledger.recent({ subscriptionId, sinceMs: atMs - dayMs })),
    );
    const times = alerts
      .flat()
      .filter((alert) => countsAsTold(alert) && alert.payload.edits === undefined)
      .map(({ payload }) => Math.max(payload.atMs, payload.notBeforeMs ?? 0));
    this.#sent.set(destination, times);
    return times;
  }
}
