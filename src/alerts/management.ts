import { randomUUID } from 'node:crypto';
import type { AlertLedger } from '../store/alert-ledger.ts';
import type { Destination, Subscriptions } from '../store/subscriptions.ts';
import { testStage } from './delivery.ts';
import type { AlertPayload } from './payload.ts';
import { type AlertSettings, type AlertSubscription, alertSettingsSchema } from './settings.ts';

/** What is to be otherwise; a field that is there and undefined goes back to its default. `kinds` are added to. */
export type AlertChanges = { readonly [Key in keyof AlertSettings]?: AlertSettings[Key] | undefined };

type Deps = {
  readonly subscriptions: Pick<
    Subscriptions<AlertSettings>,
    'create' | 'list' | 'changeSettings' | 'setState' | 'remove'
  >;
  readonly ledger: Pick<AlertLedger<AlertPayload>, 'claim'>;
  /** Has an alert delivered that was just claimed. */
  readonly enqueue: (alert: { readonly key: string; readonly platform: string }) => Promise<void>;
  readonly nowMs: () => number;
};

export type Wanted = {
  readonly symbols: readonly string[];
  readonly changes: AlertChanges;
  readonly createdBy: string;
};

/** Most subscriptions of one destination: what nobody can oversee helps nobody. */
export const mostSubscriptions = 25;
const testWorthMs = 10 * 60_000;

/** The subscriptions of a destination, as those who may manage it change them. Permissions are asked for elsewhere. */
export class AlertManagement {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Oldest first; their places in the list are their numbers. */
  async of({ platform, chatId, threadId }: Destination): Promise<readonly AlertSubscription[]> {
    const all = await this.#deps.subscriptions.list({ platform, chatId });
    return all.filter((one) => one.threadId === threadId);
  }

  /**
   * Subscribes a destination to coins, or changes the subscription that it has to the very same ones. A coin belongs to
   * one subscription of a destination only: others lose it, for nobody wants to be told twice.
   */
  async subscribe(to: Destination, { symbols, changes, createdBy }: Wanted): Promise<AlertSubscription> {
    const there = await this.of(to);
    const { clusterId } = changes;
    const isSame = ({ settings }: AlertSubscription) =>
      settings.clusterId === clusterId && sameCoins(settings.symbols, symbols);
    const same = there.find(isSame);
    const kept =
      same === undefined
        ? await this.#create(to, { symbols, changes, createdBy })
        : await this.change(same, changes);
    if (clusterId === undefined) await this.#takeAway(there, kept);
    await this.#deps.subscriptions.setState(kept.id, 'active');
    return { ...kept, state: 'active' };
  }

  async change(one: AlertSubscription, changes: AlertChanges): Promise<AlertSubscription> {
    const settings = changed(one.settings, changes);
    await this.#deps.subscriptions.changeSettings(one.id, settings);
    return { ...one, settings };
  }

  /** Ends a subscription, or only what it says of these coins. */
  async end(one: AlertSubscription, symbols: readonly string[] = []): Promise<void> {
    const { subscriptions } = this.#deps;
    const left = symbols.length === 0 ? [] : one.settings.symbols.filter((name) => !symbols.includes(name));
    if (left.length === 0) await subscriptions.remove(one.id);
    else await subscriptions.changeSettings(one.id, { ...one.settings, symbols: left });
  }

  async pause(one: AlertSubscription): Promise<void> {
    await this.#deps.subscriptions.setState(one.id, 'paused');
  }

  /** Takes up again what was paused, broken or muted. */
  async resume(one: AlertSubscription): Promise<AlertSubscription> {
    const kept = await this.change(one, { mutedUntilMs: undefined });
    await this.#deps.subscriptions.setState(one.id, 'active');
    return { ...kept, state: 'active' };
  }

  /** Has an alert sent on the way of all others. Whether the subscription takes any. */
  async test(one: AlertSubscription, text: string): Promise<boolean> {
    const { ledger, enqueue, nowMs } = this.#deps;
    const [symbol = ''] = one.settings.symbols;
    const key = `${one.id}/${testStage}/${randomUUID()}`;
    const payload: AlertPayload = {
      kind: 'approach',
      symbol,
      atMs: nowMs(),
      priceUsd: 0,
      text,
      silent: false,
      withPicture: true,
      expiresMs: nowMs() + testWorthMs,
    };
    const about = { key, subscriptionId: one.id, symbol, clusterId: testStage, stage: testStage, payload };
    if ((await ledger.claim(about)) !== 'claimed') return false;
    await enqueue({ key, platform: one.platform });
    return true;
  }

  async #create(to: Destination, { symbols, changes, createdBy }: Wanted): Promise<AlertSubscription> {
    const settings = changed(alertSettingsSchema.parse({ symbols }), changes);
    return this.#deps.subscriptions.create({ ...placeOf(to), createdBy, settings });
  }

  async #takeAway(there: readonly AlertSubscription[], kept: AlertSubscription): Promise<void> {
    for (const other of there) {
      if (other.id === kept.id || other.settings.clusterId !== undefined) continue;
      const shared = other.settings.symbols.filter((name) => kept.settings.symbols.includes(name));
      if (shared.length > 0) await this.end(other, shared);
    }
  }
}

function changed(settings: AlertSettings, { kinds, ...changes }: AlertChanges): AlertSettings {
  const wanted = { ...settings, ...changes, kinds: { ...settings.kinds, ...kinds } };
  return alertSettingsSchema.parse(
    Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)),
  );
}

function sameCoins(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

function placeOf({ platform, communityId, chatId, threadId }: Destination): Destination {
  return {
    platform,
    chatId,
    ...(communityId !== undefined && { communityId }),
    ...(threadId !== undefined && { threadId }),
  };
}
