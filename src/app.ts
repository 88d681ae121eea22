import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commands } from '../commands/index.ts';
import { RenderPool } from '../renderers/render-pool.ts';
import { type CollectedVenue, startCollecting } from './app/collect.ts';
import { watchService } from './app/watch.ts';
import { CachedMaps } from './cached-maps.ts';
import { CachedPictures } from './cached-pictures.ts';
import type { ChatAdapter, ChatBackend } from './chat/adapter.ts';
import { chatBackend } from './chat/backend.ts';
import { type Config, type Role, setUpFonts } from './config.ts';
import { wideWeights } from './core/weights.ts';
import { errorText, UserError } from './errors.ts';
import { FreshMaps } from './jobs/fresh-maps.ts';
import { Lease } from './jobs/lease.ts';
import { mapHandlers, pictureHandler } from './jobs/map-handlers.ts';
import { drawPictureKind, jobKinds, listMarketsKind, makeMapKind } from './jobs/map-kinds.ts';
import { JobQueue } from './jobs/queue.ts';
import { openRedisPlace, type RedisPlace } from './jobs/redis.ts';
import { redisBlobs } from './jobs/redis-blobs.ts';
import { RedisBoard } from './jobs/redis-board.ts';
import { type RedisClient, RedisConnections } from './jobs/redis-client.ts';
import { SharedStore, storeIdentity } from './jobs/shared-store.ts';
import { VenueBoard } from './jobs/venue-board.ts';
import { Lifecycle } from './lifecycle.ts';
import { Listings } from './listings.ts';
import type { Log } from './log.ts';
import { createLiveVenues } from './market/live/index.ts';
import { recordingSource } from './market/recording/source.ts';
import type { MarketSource } from './market/source.ts';
import { checkRoles } from './roles.ts';
import { MapService } from './service.ts';
import { sharedMarket } from './shared-market.ts';
import { openStore, type Store } from './store/store.ts';
import { createMetrics, type Metrics } from './web/metrics.ts';

/** Makes a chat platform's adapter; who is present in the configuration only. */
export type ChatFactory = {
  readonly name: ChatAdapter['name'];
  /** Only one process may answer people there at a time. */
  readonly alone: boolean;
  make(backend: ChatBackend, store: Store): ChatAdapter;
};

export type AppOptions = {
  readonly config: Config;
  readonly roles: readonly Role[];
  readonly log: Log;
  readonly chats?: readonly ChatFactory[];
  /** Stand in for the live venues of the configuration. */
  readonly sources?: readonly MarketSource[];
  readonly nowMs?: () => number;
  /** Leave a redis-server on PATH alone. */
  readonly onlyInProcessRedis?: true;
  /** After this long without a sign of life from its worker a job is given to another. */
  readonly lostAfterMs?: number;
};

export type App = {
  /** Resolves when everything is up, with where to look at it; rejects when it cannot be or was stopped before. */
  readonly started: Promise<{ readonly webUrl?: string; readonly backend: ChatBackend }>;
  /** Takes no new work, ends or hands back what runs, and closes everything within the deadline. */
  stop(): Promise<void>;
};

/** For what runs to end and everything to close. Process managers kill after 10 s by default. */
const stopMs = 9_000;
const sqlWaitMs = 2_147_483_647;
const requestMs = 60_000;
const leaseMs = 15_000;
const defaultWindow = '7d';

/** Starts the service with these roles. Everything that is away at the start is waited for. */
export function startApp(options: AppOptions): App {
  const life = new Lifecycle();
  const stopping = new AbortController();
  const started = start(options, life, stopping.signal);
  // Whoever waits for it sees the failure; if nobody does, stop() tells it.
  started.catch(() => undefined);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    options.log.info('stopping');
    stopping.abort();
    await life.close({ deadlineMs: stopMs });
    options.log.info('stopped');
  };
  return {
    started,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** All that the parts share once it is open. */
type House = {
  readonly place: RedisPlace;
  readonly connections: RedisConnections;
  readonly redis: RedisClient;
  readonly queue: JobQueue;
  readonly metrics: Metrics;
};

async function start(options: AppOptions, life: Lifecycle, signal: AbortSignal) {
  const { config, roles, log, nowMs = Date.now } = options;
  checkRoles(roles, config);
  setUpFonts();
  log.info('starting', { roles });
  const metrics = createMetrics();
  const redis = await openRedis(options, life);
  const house: House = { ...redis, queue: openQueue(options, life, redis, metrics), metrics };
  const watch = roles.includes('web') ? await watchService({ ...options, ...house, life }) : undefined;
  await house.connections.ready(signal);
  const store = await openSql(options, life, house, signal);
  watch?.add({ part: 'sql', read: () => checkStore(store) });

  const blobs = redisBlobs(house.redis);
  const listings = new Listings({
    blobs,
    nowMs,
    makeListing: async () => {
      await house.queue.request(listMarketsKind, 'all', {}, requestMs);
    },
    onTrouble: (error) => log.warn('the list of markets is an old one', { reason: errorText(error) }),
  });
  const fresh = new FreshMaps({
    queue: house.queue,
    redis: house.redis,
    nowMs,
    log,
    always: config.symbols.map((symbol) => ({
      key: `${symbol}/${defaultWindow}`,
      request: { symbol, window: defaultWindow },
    })),
  });
  const maps = new CachedMaps({
    blobs,
    listings,
    nowMs,
    onAsked: (key, request) => fresh.asked(key, request),
    onLookup: (found) => metrics.cacheAsked('maps', found),
    onTrouble: (error) => log.warn('a map could not be made', { reason: errorText(error) }),
    makeMap: async (key, request) => {
      await house.queue.request(makeMapKind, key, { key, request }, requestMs);
    },
  });
  const pictures = new CachedPictures({
    blobs,
    onLookup: (found) => metrics.cacheAsked('pictures', found),
    makePicture: async (key) => {
      await house.queue.request(drawPictureKind, key, { key }, requestMs);
    },
  });
  if (roles.includes('compute') || roles.includes('collect')) {
    const venues = openVenues(options, life, store);
    const board = new RedisBoard({ redis: house.redis, blobs, log });
    life.onClose('board', () => board.stop());
    if (roles.includes('collect')) {
      const shared = house.place.kind === 'given';
      const symbols = async () => (await fresh.wanted()).map(({ request }) => request.symbol);
      const read = startCollecting({ ...house, venues, store, board, shared, symbols, life, log });
      watch?.add({ part: 'collect', read });
    }
    if (roles.includes('compute')) startComputing(options, life, { ...house, venues, board, fresh });
  }
  const backend = chatBackend({
    commands,
    context: { maps, draw: (chart) => pictures.draw(chart) },
    favourites: config.symbols,
    log,
  });
  for (const chat of options.chats ?? []) {
    if (roles.includes(chat.name)) startChat(chat, { options, life, house, store, backend, watch });
  }
  if (signal.aborted) throw new Error('stopped while starting');
  log.info('started', { ...(watch && { web: watch.url }) });
  return { backend, ...(watch && { webUrl: watch.url }) };
}

async function openRedis({ config, log, onlyInProcessRedis }: AppOptions, life: Lifecycle) {
  const { redisUrl, dataFolder } = config;
  const place = await openRedisPlace({
    redisUrl,
    dataFolder,
    log,
    ...(onlyInProcessRedis && { onlyInProcess: onlyInProcessRedis }),
  });
  life.onClose('redis', () => place.stop());
  log.info('queue and caches', { kind: place.kind, redis: place.meaning });
  const connections = new RedisConnections({ url: place.url, log });
  life.onClose('redis connections', () => connections.close());
  return { place, connections, redis: connections.hasty('service') };
}

function openQueue(
  { log, lostAfterMs }: AppOptions,
  life: Lifecycle,
  { place, connections }: Pick<House, 'place' | 'connections'>,
  metrics: Metrics,
): JobQueue {
  const queue = new JobQueue({
    connections,
    kinds: jobKinds,
    keep: place.keep,
    log,
    onReport: (report) => metrics.jobEnded(report),
    ...(lostAfterMs !== undefined && { lostAfterMs }),
  });
  life.onClose('queue', () => queue.stop());
  return queue;
}

async function openSql(
  { config, log, nowMs = Date.now }: AppOptions,
  life: Lifecycle,
  { place, redis }: House,
  signal: AbortSignal,
): Promise<Store> {
  const { databaseUrl, dataFolder } = config;
  if (place.kind === 'given') {
    const identity = storeIdentity({ dataFolder, ...(databaseUrl !== undefined && { databaseUrl }) });
    const shared = new SharedStore({ redis, identity, log });
    life.onClose('claim on the store', () => shared.stop());
    await claimed(shared, signal);
  }
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const store = await openStore({
    url: databaseUrl,
    path: join(dataFolder, 'liqmap.db'),
    log,
    nowMs,
    waitMs: sqlWaitMs,
    signal,
  });
  life.onClose('store', () => store.close());
  log.info('data', { store: store.name });
  return store;
}

/** Redis may go away again right now: then it is waited for again. */
async function claimed(shared: SharedStore, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await shared.claim();
    } catch (error) {
      if (error instanceof UserError || signal.aborted) throw error;
      await sleep(1_000, undefined, { signal });
    }
  }
}

async function checkStore(store: Store) {
  await store.check();
  return { ok: true, detail: store.name };
}

/** The venues with a memory: what they tell is written down, and asked for once. */
function openVenues(options: AppOptions, life: Lifecycle, store: Store): readonly CollectedVenue[] {
  const { config, log, nowMs = Date.now } = options;
  const live: readonly CollectedVenue[] =
    options.sources?.map((source) => ({ source })) ??
    createLiveVenues({
      venues: config.venues,
      apiUrl: config.exchangeApiUrl,
      proxyUrl: config.exchangeProxyUrl,
      nowMs,
      onProblem: (venue, problem) => log.warn('trouble with a stream', { venue, problem }),
    });
  life.onClose('venues', () => Promise.all(live.map(({ source }) => source.close())));
  return live.map(({ source, streams }) => ({
    source: recordingSource(source, store, { nowMs, log }),
    ...(streams && { streams }),
  }));
}

/** Maps are made and pictures drawn here. */
function startComputing(
  options: AppOptions,
  life: Lifecycle,
  house: House & {
    readonly venues: readonly CollectedVenue[];
    readonly board: RedisBoard;
    readonly fresh: FreshMaps;
  },
): void {
  const { log, nowMs = Date.now } = options;
  const { venues, board, fresh, queue, redis } = house;
  const pool = new RenderPool({ threads: 1 });
  life.onClose('render threads', () => pool.close());
  const venueBoard = new VenueBoard(redis);
  const blobs = redisBlobs(redis);
  const onTrouble = (error: unknown) => log.debug('the board cannot be read', { reason: errorText(error) });
  const maps = new MapService({
    sources: venues.map(({ source }) => sharedMarket(source, board, { nowMs, onTrouble })),
    weights: wideWeights,
    nowMs,
  });
  const handlers = [
    ...mapHandlers({
      maps,
      blobs,
      queue,
      nowMs,
      onMade: async (keyed, made, before) => {
        await Promise.all([venueBoard.note(made.map), fresh.made(keyed, made, before)]);
      },
    }),
    pictureHandler((chart) => pool.draw(chart), blobs),
  ];
  queue.work(handlers, { compute: 4, render: 2 });
  life.onClose('queue workers', () => queue.stop());
  fresh.start();
  life.onClose('schedules', () => fresh.stop());
}

/** Does not wait for the platform: it may be away, and the rest must not be. */
function startChat(
  chat: ChatFactory,
  given: {
    readonly options: AppOptions;
    readonly life: Lifecycle;
    readonly house: House;
    readonly store: Store;
    readonly backend: ChatBackend;
    readonly watch: Awaited<ReturnType<typeof watchService>> | undefined;
  },
): void {
  const { options, life, house, store, backend, watch } = given;
  const { log } = options;
  let adapter: ChatAdapter | undefined;
  watch?.add({
    part: chat.name,
    read: async () => {
      if (!adapter) return { ok: true, detail: 'another process holds the lease', optional: true };
      const { ok, detail, lastHeardMs } = adapter.health();
      return { ok, detail, ...(lastHeardMs !== undefined && { ageMs: Date.now() - lastHeardMs }) };
    },
  });
  const live = async (signal: AbortSignal) => {
    const made = chat.make(backend, store);
    adapter = made;
    try {
      await Promise.race([made.start(), aborted(signal)]);
      await aborted(signal);
    } finally {
      await made.stop();
      adapter = undefined;
    }
  };
  if (chat.alone && house.place.kind === 'given') {
    const lease = new Lease({
      redis: house.redis,
      name: chat.name,
      ttlMs: leaseMs,
      log,
      whileHeld: live,
    });
    life.onClose(chat.name, () => lease.stop());
    return;
  }
  const stopping = new AbortController();
  const living = live(stopping.signal).catch((error) => {
    log.error('a chat platform cannot be used', { platform: chat.name, reason: errorText(error) });
  });
  life.onClose(chat.name, async () => {
    stopping.abort();
    await living;
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
