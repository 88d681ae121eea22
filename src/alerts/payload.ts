import { z } from 'zod';
import { alertKinds } from './settings.ts';

/** What alerts say of a cluster. */
export const alertClusterSchema = z.object({
  id: z.string(),
  side: z.enum(['long', 'short']),
  low: z.number(),
  high: z.number(),
  peak: z.number(),
  usd: z.number(),
  shareOfOi: z.number(),
  leverage: z.number(),
});

/** What an alert says, complete when it is written into the ledger: whoever delivers it looks nothing up. */
export const alertPayloadSchema = z.object({
  kind: z.enum(alertKinds),
  symbol: z.string(),
  /** When it came to be due, UTC milliseconds. */
  atMs: z.number(),
  priceUsd: z.number(),
  cluster: alertClusterSchema.optional(),
  /** Plain text, whole: what, why it fired, age of the data. Platforms escape it. */
  text: z.string().min(1).max(1_000),
  /** Delivered without a sound. */
  silent: z.boolean(),
  /** Whether the map of the coin goes with it: one picture a burst. */
  withPicture: z.boolean(),
  /** Key of the alert whose message this one answers, in the ledger. */
  repliesTo: z.string().optional(),
  /** Key of the alert whose message takes this text in the place of its own. */
  edits: z.string().optional(),
  /** Held back until then (quiet hours), UTC milliseconds. */
  notBeforeMs: z.number().optional(),
  /** After this it is worth nothing and is dropped, UTC milliseconds. */
  expiresMs: z.number(),
});
export type AlertPayload = z.output<typeof alertPayloadSchema>;

/** The same for the same stage of the same cluster for the same subscription, however often it is found due. */
export function alertKey(of: {
  readonly subscriptionId: string;
  readonly clusterId: string;
  /** Of the arming it belongs to: after a re-arming a stage may be reached again. */
  readonly arming: number;
  readonly stage: string;
}): string {
  return [of.subscriptionId, of.clusterId, of.arming, of.stage].join('/');
}
