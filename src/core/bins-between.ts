/** What bins hold between two prices: one that is cut counts in proportion. @param edges ascending, one more than bins */
export function heldBetween(
  edges: Float64Array,
  bins: Float64Array,
  { low, high }: { readonly low: number; readonly high: number },
): number {
  let sum = 0;
  for (const [i, value] of bins.entries()) {
    const from = edges[i]!;
    const to = edges[i + 1]!;
    const inside = Math.min(to, high) - Math.max(from, low);
    if (inside > 0) sum += (value * inside) / (to - from);
  }
  return sum;
}
