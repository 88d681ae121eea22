/** Widest bin of a map, as a fraction of its price, and the narrowest that the books resolve. */
const widest = 0.0025;
const narrowest = 0.001;
const binsPerSide = 200;

/**
 * Edges of equally wide price bins around a price, which is one of the edges. At `range` 0.5: 400 bins of
 * 0.25 %. A narrower range gives narrower bins, down to 0.1 %.
 * @param range half width as a fraction of price, 0.01..0.95. Throws RangeError otherwise.
 */
export function mapEdges(priceUsd: number, range: number): Float64Array {
  if (!(priceUsd > 0) || !Number.isFinite(priceUsd)) throw new RangeError(`price ${priceUsd} must be > 0`);
  if (!(range >= 0.01 && range <= 0.95)) throw new RangeError(`range ${range} must be between 0.01 and 0.95`);
  const width = Math.min(widest, Math.max(narrowest, range / binsPerSide));
  const half = Math.round(range / width);
  return Float64Array.from({ length: 2 * half + 1 }, (_, i) => priceUsd * (1 + ((i - half) / half) * range));
}

/**
 * Spreads an amount evenly over the span low..high into bins of equal width. What lies beyond the first or
 * last edge is returned. A span without length goes to its bin.
 */
export function addSpan(
  bins: Float64Array,
  edges: Float64Array,
  span: { readonly low: number; readonly high: number; readonly amount: number },
): number {
  const { low, high, amount } = span;
  const first = edges[0]!;
  const width = (edges[edges.length - 1]! - first) / bins.length;
  return addEvenly(bins, (low - first) / width, (high - first) / width, amount);
}

/** The same, for a span from..to counted in bins from the first edge. */
export function addEvenly(bins: Float64Array, from: number, to: number, amount: number): number {
  const density = to > from ? amount / (to - from) : 0;
  if (density === 0) {
    const bin = Math.floor(from);
    if (bin < 0 || bin >= bins.length) return amount;
    bins[bin]! += amount;
    return 0;
  }
  let outside = amount;
  const last = Math.min(bins.length - 1, Math.ceil(to) - 1);
  for (let bin = Math.max(0, Math.floor(from)); bin <= last; bin++) {
    const part = density * (Math.min(to, bin + 1) - Math.max(from, bin));
    bins[bin]! += part;
    outside -= part;
  }
  return Math.max(0, outside);
}
