import type { Draw } from '../../renderers/chart.ts';
import type { Blobs } from '../blobs.ts';
import { readMap } from '../cached-maps.ts';
import type { ChatBackend } from '../chat/adapter.ts';
import { AlertLog } from '../chat/web/alert-log.ts';
import { chatWindowRoutes } from '../chat/web/chat-window.ts';
import { WebChat } from '../chat/web/index.ts';
import type { FreshMaps } from '../jobs/fresh-maps.ts';
import { redisKeyValue } from '../jobs/redis-key-value.ts';
import { LiveMaps, liveWindow } from '../live-maps.ts';
import type { Maps } from '../maps.ts';
import type { SharedMaps } from '../shared-maps.ts';
import { assetsRoute } from '../web/assets.ts';
import { livePagesRoute } from '../web/live-pages.ts';
import { ReaderLimits } from '../web/reader-limits.ts';
import { sharedPagesRoute } from '../web/shared-pages.ts';
import type { ChatFactory } from './chats.ts';
import type { House } from './house.ts';
import type { Watch } from './watch.ts';

type Parts = {
  readonly watch: Watch;
  readonly shared: SharedMaps;
  readonly maps: Pick<Maps, 'map'>;
  readonly draw: Draw;
  readonly blobs: Blobs;
  readonly fresh: FreshMaps;
  readonly backend: ChatBackend;
  readonly notice?: string | undefined;
};

/** Serves the chat window and the pages behind pictures. Returns the window as a chat of its own, for its alerts. */
export function servePages(house: House, parts: Parts): ChatFactory {
  const { config, nowMs, log, life, redis } = house;
  const { watch, shared, maps, draw, blobs, fresh, backend, notice } = parts;
  const limits = new ReaderLimits(() => performance.now());
  const { brand } = config;
  const base = () => config.publicUrl ?? watch.url;
  const newest = (symbol: string) => readMap(blobs, `${symbol}/${liveWindow}`);
  const live = new LiveMaps({ maps, newest, nowMs, log });
  life.onClose('live maps', () => live.stop());
  const followed = async () => {
    const wanted = await fresh.wanted();
    return [...new Set(wanted.map(({ request }) => request.symbol))];
  };
  watch.route(assetsRoute());
  watch.route(sharedPagesRoute({ shared, draw, brand, limits, base, nowMs }));
  watch.route(livePagesRoute({ live, followed, draw, brand, limits, base, nowMs }));
  const entries = new AlertLog(redisKeyValue({ redis, name: 'web', log }));
  const window = { backend, alerts: entries, symbols: config.symbols, notice, nowMs, log };
  for (const route of chatWindowRoutes(window)) watch.route(route);
  return { name: 'web', make: () => new WebChat({ entries, commands: backend.commands, nowMs }) };
}
