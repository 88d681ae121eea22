import type { Draw } from '../../renderers/chart.ts';
import type { Blobs } from '../blobs.ts';
import { readMap, writeMap } from '../cached-maps.ts';
import { readChart, writePicture } from '../cached-pictures.ts';
import { identifyClusters } from '../core/cluster-identity.ts';
import { writeListing } from '../listings.ts';
import type { MapAnswer, Maps } from '../service.ts';
import { type JobHandler, jobHandler } from './kind.ts';
import { drawPictureKind, type KeyedMap, listMarketsKind, makeMapKind, refreshMapKind } from './map-kinds.ts';
import type { JobQueue } from './queue.ts';

type MapDeps = {
  /** Makes maps here and now. */
  readonly maps: Maps;
  readonly blobs: Blobs;
  readonly queue: JobQueue;
  readonly nowMs: () => number;
  /** Told of every map made, with the one before it. */
  readonly onMade: (keyed: KeyedMap, made: MapAnswer, before: MapAnswer | undefined) => Promise<void>;
};

/** What the role `compute` does with maps. */
export function mapHandlers({ maps, blobs, queue, nowMs, onMade }: MapDeps): readonly JobHandler[] {
  return [
    jobHandler(makeMapKind, async (keyed) => {
      const [before, fresh] = await Promise.all([readMap(blobs, keyed.key), maps.map(plain(keyed))]);
      const made = withKnownClusters(fresh, before);
      await writeMap(blobs, keyed.key, made);
      await onMade(keyed, made, before);
      return {};
    }),
    jobHandler(refreshMapKind, async (keyed) => {
      await queue.add(makeMapKind, keyed, { key: keyed.key });
      return {};
    }),
    jobHandler(listMarketsKind, async () => {
      const { markets, failed } = await maps.markets();
      await writeListing(blobs, { timeMs: nowMs(), markets: markets.map(({ market }) => market), failed });
      return {};
    }),
  ];
}

/** What the role `compute` does with pictures. */
export function pictureHandler(draw: Draw, blobs: Blobs): JobHandler {
  return jobHandler(drawPictureKind, async ({ key }) => {
    const chart = await readChart(blobs, key);
    if (!chart) throw new Error(`the chart ${key} is gone`);
    await writePicture(blobs, key, await draw(chart));
    return {};
  });
}

/** A cluster that was there before keeps its id. */
function withKnownClusters(made: MapAnswer, before: MapAnswer | undefined): MapAnswer {
  if (!before) return made;
  return { ...made, clusters: identifyClusters(before.clusters, made.clusters, made.map.timeMs) };
}

/** The request without the undefined fields that a schema may leave. */
function plain({ request: { symbol, window, venues, range } }: KeyedMap) {
  return { symbol, window, ...(venues && { venues }), ...(range !== undefined && { range }) };
}
