import type { Draw } from '../../renderers/chart.ts';
import type { Blobs } from '../blobs.ts';
import { readMap, writeMap } from '../cached-maps.ts';
import { readChart, writePicture } from '../cached-pictures.ts';
import { makeAndWriteView } from '../cached-views.ts';
import { identifyClusters } from '../core/cluster-identity.ts';
import { writeListing } from '../listings.ts';
import { isPartial } from '../map-age.ts';
import type { MapAnswer, MapMaker } from '../maps.ts';
import type { Views } from '../views.ts';
import { type JobHandler, jobHandler } from './kind.ts';
import {
  drawPictureKind,
  type KeyedMap,
  listMarketsKind,
  makeMapKind,
  makeViewKind,
  refreshMapKind,
} from './map-kinds.ts';
import type { JobQueue } from './queue.ts';

type MapDeps = {
  /** Makes maps here and now. */
  readonly maps: MapMaker;
  readonly blobs: Blobs;
  readonly queue: JobQueue;
  readonly nowMs: () => number;
  /** Told of every map made, with the one before it. */
  readonly onMade: (keyed: KeyedMap, made: MapAnswer, before: MapAnswer | undefined) => Promise<void>;
  /** Told that venues have answered which a map was made without. */
  readonly onWhole?: (keyed: KeyedMap) => void;
};

/**
 * Who has never had a map wants one now, even of some venues, though not before a venue that fails has done so for good,
 * which takes its three attempts; where there is a map, venues get more time.
 */
const patienceMs = { first: 2_000, next: 5_000, list: 1_500 } as const;

/** What the role `compute` does with maps. */
export function mapHandlers({ maps, blobs, queue, nowMs, ...told }: MapDeps): readonly JobHandler[] {
  const { onMade, onWhole = () => undefined } = told;
  return [
    jobHandler(makeMapKind, async (keyed, { signal }) => {
      const before = await readMap(blobs, keyed.key);
      const wasPartial = before !== undefined && isPartial(before.map);
      const fresh = await maps.map(plain(keyed), {
        ms: before === undefined || wasPartial ? patienceMs.first : patienceMs.next,
        signal,
        // Once in a row: a venue that is always late must not keep us making maps.
        ...(!wasPartial && { onWhole: () => onWhole(keyed) }),
      });
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
      const { markets, failed } = await maps.markets({ ms: patienceMs.list });
      await writeListing(blobs, { timeMs: nowMs(), markets: markets.map(({ market }) => market), failed });
      return {};
    }),
  ];
}

/** What the role `compute` does with heatmaps and changes. */
export function viewHandler(views: Views, blobs: Blobs): JobHandler {
  return jobHandler(makeViewKind, async ({ key, request }, { signal }) => {
    await makeAndWriteView({ views, blobs, signal }, key, request);
    return {};
  });
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
