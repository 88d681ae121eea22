import { commands } from '../../commands/index.ts';
import type { Draw } from '../../renderers/chart.ts';
import { AlertManagement } from '../alerts/management.ts';
import { alertPayloadSchema } from '../alerts/payload.ts';
import { AlertPictures } from '../alerts/picture.ts';
import { receiptSchema } from '../alerts/receipt.ts';
import { alertScore } from '../alerts/score.ts';
import { alertSettingsSchema } from '../alerts/settings.ts';
import type { Blobs } from '../blobs.ts';
import { CachedMaps } from '../cached-maps.ts';
import { CachedPictures } from '../cached-pictures.ts';
import { CachedViews } from '../cached-views.ts';
import type { ChatBackend } from '../chat/adapter.ts';
import { chatBackend } from '../chat/backend.ts';
import { errorText } from '../errors.ts';
import { enqueueAlert, isAlertPlatform } from '../jobs/alert-kinds.ts';
import type { FreshMaps } from '../jobs/fresh-maps.ts';
import { drawPictureKind, listMarketsKind, makeMapKind, makeViewKind } from '../jobs/map-kinds.ts';
import { Listings } from '../listings.ts';
import { type LiquidationFeeds, recordedFeeds } from '../observed-liquidations.ts';
import { ChatSettings, settingsSchema } from '../settings.ts';
import type { SharedMaps } from '../shared-maps.ts';
import type { Store } from '../store/store.ts';
import type { AlertParts } from './deliver.ts';
import type { House } from './house.ts';
import { statusReader } from './status.ts';

/** Whoever asks for a map waits for the slowest venue. */
const requestMs = 75_000;
/** Bybit's `allLiquidation` tells all; others at most one a second of a contract. See `market/live/streams`. */
const tellEveryLiquidation = ['bybit'];

/** Commands on maps and pictures that are made wherever there is a worker for them. */
export function openBackend(
  house: House,
  given: {
    readonly store: Store;
    readonly blobs: Blobs;
    readonly fresh: FreshMaps;
    readonly shared: SharedMaps;
  },
): {
  readonly backend: ChatBackend;
  readonly alerts: Omit<AlertParts, 'store'>;
  readonly maps: CachedMaps;
  readonly draw: Draw;
  readonly liquidations: LiquidationFeeds;
} {
  const { config, nowMs, log } = house;
  const { store, blobs, fresh, shared } = given;
  const maps = cachedMaps(house, blobs, fresh);
  const pictures = new CachedPictures({
    blobs,
    onLookup: (found) => house.metrics.cacheAsked('pictures', found),
    makePicture: async (key) => {
      await house.queue.request(drawPictureKind, key, { key }, requestMs);
    },
  });
  const draw = pictures.draw.bind(pictures);
  const settings = new ChatSettings(store.settings(settingsSchema), (error) =>
    log.warn('settings could not be read', { reason: errorText(error) }),
  );
  const liquidations = recordedFeeds(store.liquidations, tellEveryLiquidation);
  const context = {
    maps,
    brand: config.brand,
    views: new CachedViews({
      blobs,
      nowMs,
      makeView: async (key, request) => {
        await house.queue.request(makeViewKind, key, { key, request }, requestMs);
      },
    }),
    draw,
    share: shared.share.bind(shared),
    nowMs,
    symbols: config.symbols,
    settings,
    liquidations,
    alerts: alertManagement(house, store),
    alertScore: (days: number) => alertScore(store.clusterStages(receiptSchema), nowMs(), days),
    status: statusReader(house, store),
    forget: store.forget.bind(store),
  };
  return {
    backend: chatBackend({ commands, context, favourites: config.symbols, log }),
    alerts: {
      settings,
      pictures: new AlertPictures({
        maps,
        draw,
        share: shared.share.bind(shared),
        brand: config.brand,
        log,
        nowMs,
      }),
    },
    maps,
    draw,
    liquidations,
  };
}

function alertManagement({ queue, nowMs }: House, store: Store): AlertManagement {
  return new AlertManagement({
    subscriptions: store.subscriptions(alertSettingsSchema),
    ledger: store.alerts(alertPayloadSchema),
    enqueue: async ({ key, platform }) => {
      if (isAlertPlatform(platform)) await enqueueAlert(queue, { key, platform });
    },
    nowMs,
  });
}

function cachedMaps({ queue, metrics, nowMs, log }: House, blobs: Blobs, fresh: FreshMaps): CachedMaps {
  const warn = (what: string) => (error: unknown) => log.warn(what, { reason: errorText(error) });
  const listings = new Listings({
    blobs,
    nowMs,
    makeListing: async () => {
      await queue.request(listMarketsKind, 'all', {}, requestMs);
    },
    onTrouble: warn('the list of markets is an old one'),
  });
  return new CachedMaps({
    blobs,
    listings,
    nowMs,
    onAsked: (key, request) => fresh.asked(key, request),
    onLookup: (found) => metrics.cacheAsked('maps', found),
    onTrouble: warn('a map could not be made'),
    makeMap: async (key, request) => {
      await queue.request(makeMapKind, key, { key, request }, requestMs);
    },
  });
}
