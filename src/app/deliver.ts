import type { AlertChannel } from '../alerts/channel.ts';
import { AlertDelivery } from '../alerts/delivery.ts';
import { alertPayloadSchema } from '../alerts/payload.ts';
import type { AlertPictures } from '../alerts/picture.ts';
import { alertSettingsSchema } from '../alerts/settings.ts';
import { errorText } from '../errors.ts';
import { type AlertPlatform, deliverAlertKinds, enqueueAlert } from '../jobs/alert-kinds.ts';
import { jobHandler } from '../jobs/kind.ts';
import type { ChatSettings, SettingsPlace } from '../settings.ts';
import type { Store } from '../store/store.ts';
import type { Destination } from '../store/subscriptions.ts';
import type { House } from './house.ts';

/** What alerts are sent with, the same on every platform. */
export type AlertParts = {
  readonly store: Store;
  readonly pictures: AlertPictures;
  readonly settings: Pick<ChatSettings, 'of'>;
};

/** Destinations that are served at a time; most wait for their turn below the platform's limits. */
const concurrency = { discord: 100, telegram: 200, web: 2 } as const;
const sweepMs = 15_000;
/** What has been under way for so long has lost its job, or waits for its time. */
const leftOverMs = 20_000;

/**
 * Delivers the alerts of one platform in this process, until told to stop. What the ledger holds from before, or what
 * has lost its job with Redis, is found by a sweep.
 */
export function startDelivering(
  house: House,
  given: AlertParts & {
    readonly platform: AlertPlatform;
    readonly channel: AlertChannel;
    readonly onDead: (to: Destination, reason: string) => Promise<void>;
    /** Counts what became of alerts, by outcome. */
    readonly onDelivered: (outcome: string) => void;
  },
): { stop(): Promise<void> } {
  const { queue, log, nowMs } = house;
  const { store, platform, channel, pictures, settings, onDead, onDelivered } = given;
  const ledger = store.alerts(alertPayloadSchema);
  const delivery = new AlertDelivery({
    channel,
    ledger,
    subscriptions: store.subscriptions(alertSettingsSchema),
    pictureOf: async (symbol, to) => pictures.of(symbol, await settings.of(placeOf(to))),
    onDead,
    onDelivered: ({ outcome }) => onDelivered(outcome),
    log: log.with({ chat: platform }),
    nowMs,
  });
  const handler = jobHandler(deliverAlertKinds[platform], async ({ key }, { signal }) => {
    await delivery.deliver(key, signal);
    return {};
  });
  const sweep = async (beforeMs: number): Promise<void> => {
    try {
      for (const { key, payload } of await ledger.leftOver(platform, beforeMs)) {
        await enqueueAlert(queue, { key, platform, delayMs: (payload.notBeforeMs ?? 0) - nowMs() });
      }
    } catch (error) {
      log.warn('left-over alerts not looked for', { platform, reason: errorText(error) });
    }
  };
  const end = queue.work([handler], { [`deliver-${platform}`]: concurrency[platform] });
  void sweep(nowMs() + 1);
  const timer = setInterval(() => void sweep(nowMs() - leftOverMs), sweepMs);
  return {
    async stop() {
      clearInterval(timer);
      await end();
    },
  };
}

/** Whose settings count for what is sent there: of a private chat, those of the person. */
function placeOf({ platform, communityId, chatId }: Destination): SettingsPlace {
  const common = { platform, userId: chatId, mayManage: false };
  return communityId === undefined ? common : { ...common, communityId };
}
