import { AlertManagement } from '../../src/alerts/management.ts';
import type { AlertPayload } from '../../src/alerts/payload.ts';
import type { AlertSettings } from '../../src/alerts/settings.ts';
import type { NewAlert } from '../../src/store/alert-ledger.ts';
import type {
  NewSubscription,
  Subscription,
  SubscriptionFilter,
  SubscriptionState,
  Subscriptions,
} from '../../src/store/subscriptions.ts';
import { madeMs } from './fakes.ts';

type Kept = Subscription<AlertSettings>;

/** Subscriptions that last as long as the test. */
export class FakeSubscriptions
  implements Pick<Subscriptions<AlertSettings>, 'create' | 'list' | 'changeSettings' | 'setState' | 'remove'>
{
  readonly kept = new Map<string, Kept>();

  async create(given: NewSubscription<AlertSettings>): Promise<Kept> {
    const id = `s${this.kept.size + 1}`;
    const made = { ...given, id, state: 'active', createdMs: this.kept.size, updatedMs: 0 } as const;
    this.kept.set(id, made);
    return made;
  }

  async list(filter: SubscriptionFilter = {}): Promise<readonly Kept[]> {
    const wanted = Object.entries(filter) as [keyof Kept, unknown][];
    return [...this.kept.values()].filter((one) => wanted.every(([name, value]) => one[name] === value));
  }

  async changeSettings(id: string, settings: AlertSettings): Promise<boolean> {
    return this.#put(id, { settings });
  }

  async setState(id: string, state: SubscriptionState, reason?: string): Promise<boolean> {
    return this.#put(id, { state, ...(reason !== undefined && { reason }) });
  }

  async remove(id: string): Promise<boolean> {
    return this.kept.delete(id);
  }

  #put(id: string, change: Partial<Kept>): boolean {
    const known = this.kept.get(id);
    if (known) this.kept.set(id, { ...known, ...change });
    return known !== undefined;
  }
}

/** The management of alerts over those, and what it had sent. */
export function fakeAlerts() {
  const subscriptions = new FakeSubscriptions();
  const claimed: NewAlert<AlertPayload>[] = [];
  const enqueued: string[] = [];
  const alerts = new AlertManagement({
    subscriptions,
    ledger: {
      claim: async (alert) => {
        claimed.push(alert);
        return 'claimed';
      },
    },
    enqueue: async ({ key }) => void enqueued.push(key),
    nowMs: () => madeMs,
  });
  return { alerts, subscriptions, claimed, enqueued };
}
