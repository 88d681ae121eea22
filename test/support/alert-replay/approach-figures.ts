import type { AlertPayload } from '../../../src/alerts/payload.ts';
import { nearEdge } from '../../../src/core/alerts/near-levels.ts';
import type { Alert } from '../../../src/store/alert-ledger.ts';
import type { MarketPath } from './market-path.ts';

type Row = Pick<Alert<AlertPayload>, 'key' | 'state' | 'payload'>;
type Cluster = NonNullable<AlertPayload['cluster']>;

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

/**
 * How good the approaches of one subscriber were: how far price was from the band when they were told, how long it took to
 * get there, how many it came to within a day, and how many touches came unannounced.
 */
export function approachFigures(
  rows: readonly Row[],
  paths: ReadonlyMap<string, MarketPath>,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly string[] {
  const told = rows.filter(({ state, payload }) => state !== 'dropped' && payload.edits === undefined);
  const ofKind = (kind: string) =>
    told.flatMap(({ payload }) =>
      payload.kind === kind && payload.cluster ? [{ payload, cluster: payload.cluster }] : [],
    );
  const [approaches, touches] = [ofKind('approach'), ofKind('touch')];
  const distances = approaches.map(
    ({ payload, cluster }) => (Math.abs(payload.priceUsd - nearEdge(cluster)) / payload.priceUsd) * 100,
  );
  const minutes = approaches.flatMap(({ payload, cluster }) => minutesUntil(paths, payload, cluster) ?? []);
  const announced = touches.filter(({ payload }) => payload.repliesTo !== undefined).length;
  const days = Math.max(1, Math.round((toMs - fromMs) / dayMs));
  const perDay = Array.from({ length: days }, (_, day) => {
    const [a, b] = [fromMs + day * dayMs, fromMs + (day + 1) * dayMs];
    return told.filter(({ payload: { atMs } }) => atMs >= a && atMs < b).length;
  });
  return [
    `${told.length} messages, ${(told.length / days).toFixed(1)} a day, ${Math.max(...perDay)} on the fullest, none on ${perDay.filter((count) => count === 0).length} of ${days}`,
    `${approaches.length} approaches told ${spread(distances, 2)} % before the band; ${minutes.length} came to it within a day, after ${spread(minutes, 0)} minutes`,
    `${touches.length} touches, ${announced} of them announced`,
  ];
}

/** Until price enters the band that was told of; undefined if it does not within a day. */
function minutesUntil(
  paths: ReadonlyMap<string, MarketPath>,
  { symbol, atMs }: AlertPayload,
  cluster: Cluster,
): number | undefined {
  for (let ms = atMs; ms < atMs + dayMs; ms += minuteMs) {
    const price = paths.get(symbol)?.priceAt(ms);
    if (price === undefined) return undefined;
    const isThere = cluster.side === 'long' ? price <= cluster.high : price >= cluster.low;
    if (isThere) return (ms - atMs) / minuteMs;
  }
  return undefined;
}

function spread(values: readonly number[], digits: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(digits) ?? 'none';
  return `${at(0.5)} (a tenth ${at(0.1)} or less)`;
}
