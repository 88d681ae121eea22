import type { Draw } from '../../renderers/chart.ts';
import type { Blobs } from '../blobs.ts';
import { readMap } from '../cached-maps.ts';
import type { FreshMaps } from '../jobs/fresh-maps.ts';
import { LiveMaps, liveWindow } from '../live-maps.ts';
import type { Maps } from '../maps.ts';
import type { SharedMaps } from '../shared-maps.ts';
import { assetsRoute } from '../web/assets.ts';
import { livePagesRoute } from '../web/live-pages.ts';
import { ReaderLimits } from '../web/reader-limits.ts';
import { sharedPagesRoute } from '../web/shared-pages.ts';
import type { House } from './house.ts';
import type { Watch } from './watch.ts';

type Parts = {
  readonly watch: Watch;
  readonly shared: SharedMaps;
  readonly maps: Pick<Maps, 'map'>;
  readonly draw: Draw;
  readonly blobs: Blobs;
  readonly fresh: FreshMaps;
};

/** Serves the pages behind pictures, and those of the newest maps. */
export function servePages({ config, nowMs, log, life }: House, parts: Parts): void {
  const { watch, shared, maps, draw, blobs, fresh } = parts;
  const limits = new ReaderLimits(nowMs);
  const base = () => config.publicUrl ?? watch.url;
  const newest = (symbol: string) => readMap(blobs, `${symbol}/${liveWindow}`);
  const live = new LiveMaps({ maps, newest, nowMs, log });
  life.onClose('live maps', () => live.stop());
  const followed = async () => {
    const wanted = await fresh.wanted();
    return [...new Set(wanted.map(({ request }) => request.symbol))];
  };
  watch.route(assetsRoute());
  watch.route(sharedPagesRoute({ shared, draw, limits, base, nowMs }));
  watch.route(livePagesRoute({ live, followed, draw, limits, base, nowMs }));
}
