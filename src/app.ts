import { startAlerting } from './app/alerts.ts';
import { openBackend } from './app/backend.ts';
import type { ChatFactory } from './app/chats.ts';
import { type CollectedVenue, startCollecting } from './app/collect.ts';
import { openVenues, startComputing } from './app/compute.ts';
import { type House, type HouseOptions, openHouse, openSql } from './app/house.ts';
import { startChat } from './app/start-chat.ts';
import { type Watch, watchHouse } from './app/watch.ts';
import { servePages } from './app/web.ts';
import { WorkWatch, workOf } from './app/work-watch.ts';
import type { ChatBackend } from './chat/adapter.ts';
import { setUpFonts } from './config.ts';
import { dayMs } from './core/durations.ts';
import { FreshMaps } from './jobs/fresh-maps.ts';
import { redisBlobs } from './jobs/redis-blobs.ts';
import { RedisBoard } from './jobs/redis-board.ts';
import { Lifecycle } from './lifecycle.ts';
import type { MarketSource } from './market/source.ts';
import type { MarketStreams } from './market/streams.ts';
import { checkRoles } from './roles.ts';
import { SharedMaps } from './shared-maps.ts';
import type { Store } from './store/store.ts';

export type AppOptions = HouseOptions & {
  readonly chats?: readonly ChatFactory[];
  /** Stand in for the live venues of the configuration. */
  readonly sources?: readonly MarketSource[];
  /** What they push, by venue. */
  readonly streams?: readonly MarketStreams[];
  /** Stands at the top of the chat window. */
  readonly notice?: string;
};

export type App = {
  /** Resolves when everything is up, with where to look at it; rejects when it cannot be or was stopped before. */
  readonly started: Promise<{ readonly webUrl?: string; readonly backend: ChatBackend }>;
  /** Takes no new work, ends or hands back what runs, and closes everything within the deadline. */
  stop(): Promise<void>;
};

/** For what runs to end and everything to close. Process managers kill after 10 s by default. */
const stopMs = 9_000;
const defaultWindow = '7d';

/** Starts the service with these roles. Everything that is away at the start is waited for. */
export function startApp(options: AppOptions): App {
  const life = new Lifecycle();
  const stopping = new AbortController();
  const started = start(options, life, stopping.signal);
  // Whoever waits for it sees the failure; if nobody does, it was stopped.
  started.catch(() => undefined);
  const stop = async () => {
    options.log.info('stopping');
    stopping.abort();
    await life.close({
      deadlineMs: stopMs,
      onSlow: (part, waitedMs) => options.log.warn(`waiting for ${part} to stop`, { waitedMs }),
    });
    options.log.info('stopped');
  };
  let stopped: Promise<void> | undefined;
  return {
    started,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function start(options: AppOptions, life: Lifecycle, signal: AbortSignal) {
  const { config, roles, log } = options;
  checkRoles(roles, config);
  setUpFonts();
  log.info('starting', { roles });
  const house = await openHouse(options, life);
  const takesUpdates = roles.includes('telegram') && config.telegramWebhookUrl !== undefined;
  const watch = roles.includes('web') || takesUpdates ? await watchHouse(house) : undefined;
  if (watch && house.shared && roles.includes('web')) watchWork(house, watch, options.sources);
  await house.connections.ready(signal);
  let opened: Store | undefined;
  watch?.add({
    part: 'sql',
    read: async () => {
      await opened?.check();
      return opened ? { ok: true, detail: opened.name } : { ok: false, detail: 'waited for' };
    },
  });
  const store = await openSql(house, signal);
  opened = store;

  const blobs = redisBlobs(house.redis);
  const fresh = freshMaps(house);
  if (roles.includes('compute') || roles.includes('collect')) {
    const venues = openVenues(house, store, standIns(options));
    const board = new RedisBoard({ redis: house.redis, blobs, log });
    life.onClose('board', () => board.stop());
    if (roles.includes('collect')) {
      const symbols = async () => (await fresh.wanted()).map(({ request }) => request.symbol);
      const read = startCollecting({ house, venues, store, board, symbols, stopping: signal });
      watch?.add({ part: 'collect', read });
    }
    if (roles.includes('compute')) startComputing(house, { venues, store, board, blobs, fresh });
  }
  const shared = new SharedMaps({
    pages: store.pages,
    keepMs: config.pageDays * dayMs,
    publicUrl: config.publicUrl,
    nowMs: house.nowMs,
    log,
  });
  const { backend, alerts, maps, draw, liquidations } = openBackend(house, { store, blobs, fresh, shared });
  const pages = { shared, maps, draw, blobs, fresh, backend, notice: options.notice };
  const ownChats = watch && roles.includes('web') ? [servePages(house, { watch, ...pages })] : [];
  if (roles.includes('compute')) startAlerting(house, { store, fresh, maps, liquidations });
  for (const chat of [...(options.chats ?? []), ...ownChats]) {
    if (roles.includes(chat.name)) startChat(chat, { house, store, backend, watch, alerts });
  }
  if (signal.aborted) throw new Error('stopped while starting');
  log.info('started', { ...(watch && { web: watch.url }) });
  return { backend, ...(watch && { webUrl: watch.url }) };
}

/** Other processes may do it. */
function watchWork(
  { config, redis, life, log }: House,
  watch: Watch,
  sources: AppOptions['sources'] = undefined,
): void {
  const venues = sources?.map(({ venue }) => venue) ?? config.venues;
  const work = new WorkWatch({ redis, names: workOf({ ...config, venues }), log });
  life.onClose('watch over the work', () => work.stop());
  watch.add({ part: 'work', read: () => work.health() });
}

function standIns({ sources, streams = [] }: AppOptions): readonly CollectedVenue[] | undefined {
  return sources?.map((source) => {
    const pushes = streams.find(({ venue }) => venue === source.venue);
    return { source, ...(pushes && { streams: pushes }) };
  });
}

function freshMaps({ config, queue, redis, nowMs, log }: House): FreshMaps {
  const always = config.symbols.map((symbol) => ({
    key: `${symbol}/${defaultWindow}`,
    request: { symbol, window: defaultWindow } as const,
  }));
  return new FreshMaps({ queue, redis, always, nowMs, log });
}
