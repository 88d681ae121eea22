import { hourMs } from '../durations.ts';
import type { MeasuredLayer } from '../liquidation-map.ts';

/** Positions that were seen longer ago than this are in no map: a third of the value changes within hours. */
export const measuredLimitMs = 2 * hourMs;
/** A layer of this age is named as old. */
const oldMs = hourMs;

/** A layer as it is to be shown so much later. */
export function laterMeasured(layer: MeasuredLayer, laterMs: number): MeasuredLayer {
  const ageMs = layer.ageMs + laterMs;
  return { ...layer, ageMs, ...isOld(ageMs) };
}

export function isOld(ageMs: number): { readonly isOld?: true } {
  return ageMs > oldMs ? { isOld: true } : {};
}
