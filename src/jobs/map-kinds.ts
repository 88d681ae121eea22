import { z } from 'zod';
import { mapWindows } from '../core/liquidation-map.ts';
import { changeSpans, heatSpans } from '../views.ts';
import { alertKinds } from './alert-kinds.ts';
import { type AnyJobKind, anyKind, type JobKind } from './kind.ts';

const mapRequest = z.object({
  symbol: z.string().min(1).max(40),
  window: z.enum(mapWindows),
  venues: z.array(z.string().max(40)).max(20).readonly().optional(),
  range: z.number().min(0.01).max(0.95).optional(),
});
const nothing = z.object({});
const keyedMap = z.object({ key: z.string().min(1).max(80), request: mapRequest });

export type KeyedMap = z.output<typeof keyedMap>;
type Nothing = z.output<typeof nothing>;

/** Makes a map and puts it into the cache. */
export const makeMapKind: JobKind<KeyedMap, Nothing> = {
  name: 'make-map',
  queue: 'compute',
  payload: keyedMap,
  result: nothing,
  attempts: 2,
  backOffMs: 500,
  timeLimitMs: 90_000,
};

/** What a schedule adds: has the map made, unless somebody's request does so already. */
export const refreshMapKind: JobKind<KeyedMap, Nothing> = {
  name: 'refresh-map',
  queue: 'compute',
  payload: keyedMap,
  result: nothing,
  attempts: 1,
  backOffMs: 500,
  timeLimitMs: 10_000,
};

const viewRequest = z.discriminatedUnion('view', [
  z.object({ view: z.literal('heatmap'), symbol: z.string().min(1).max(40), span: z.enum(heatSpans) }),
  z.object({ view: z.literal('changes'), symbol: z.string().min(1).max(40), span: z.enum(changeSpans) }),
]);
const keyedView = z.object({ key: z.string().min(1).max(80), request: viewRequest });

/** Makes a heatmap or the changes of a coin and puts it into the cache. */
export const makeViewKind: JobKind<z.output<typeof keyedView>, Nothing> = {
  name: 'make-view',
  queue: 'compute',
  payload: keyedView,
  result: nothing,
  attempts: 2,
  backOffMs: 500,
  timeLimitMs: 90_000,
};

/** Asks all venues for their markets and puts the list into the cache. */
export const listMarketsKind: JobKind<Nothing, Nothing> = {
  name: 'list-markets',
  queue: 'compute',
  payload: nothing,
  result: nothing,
  attempts: 2,
  backOffMs: 500,
  timeLimitMs: 90_000,
};

/** Draws a chart of the cache into the cache. */
export const drawPictureKind: JobKind<{ key: string }, Nothing> = {
  name: 'draw-picture',
  queue: 'render',
  payload: z.object({ key: z.string().regex(/^[0-9a-f]{32}$/) }),
  result: nothing,
  attempts: 2,
  backOffMs: 200,
  timeLimitMs: 30_000,
};

const sweptVenue = z.object({ venue: z.string().min(1).max(40) });
const sweepOutcome = z.object({
  swept: z.number(),
  failed: z.number(),
  positions: z.number(),
  refused: z.number(),
});

/** Makes old rows of the store fewer. */
export const compactStoreKind: JobKind<Nothing, { readonly merged: number; readonly deleted: number }> = {
  name: 'compact-store',
  queue: 'collect',
  payload: nothing,
  result: z.object({ merged: z.number(), deleted: z.number() }),
  attempts: 3,
  backOffMs: 60_000,
  timeLimitMs: 30 * 60_000,
};

/** Looks at everybody's positions on one venue for a while. What it answers are counts: no address comes near Redis. */
export const sweepPositionsKind: JobKind<z.output<typeof sweptVenue>, z.output<typeof sweepOutcome>> = {
  name: 'sweep-positions',
  queue: 'collect',
  payload: sweptVenue,
  result: sweepOutcome,
  attempts: 1,
  backOffMs: 1_000,
  timeLimitMs: 90_000,
};

/** Every kind of job, once. */
export const jobKinds: readonly AnyJobKind[] = [
  anyKind(makeMapKind),
  anyKind(refreshMapKind),
  anyKind(makeViewKind),
  anyKind(listMarketsKind),
  anyKind(drawPictureKind),
  anyKind(compactStoreKind),
  anyKind(sweepPositionsKind),
  ...alertKinds,
];
