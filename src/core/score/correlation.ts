/**
 * Spearman's rank correlation, -1..1; values that tie share the mean of their ranks.
 * @returns undefined with less than three pairs, or where one of the two never changes
 */
export function rankCorrelation(pairs: readonly (readonly [number, number])[]): number | undefined {
  if (pairs.length < 3) return undefined;
  const a = ranks(pairs.map(([first]) => first));
  const b = ranks(pairs.map(([, second]) => second));
  const middle = (pairs.length - 1) / 2;
  let both = 0;
  let ofA = 0;
  let ofB = 0;
  for (const [i, rank] of a.entries()) {
    both += (rank - middle) * (b[i]! - middle);
    ofA += (rank - middle) ** 2;
    ofB += (b[i]! - middle) ** 2;
  }
  return ofA > 0 && ofB > 0 ? both / Math.sqrt(ofA * ofB) : undefined;
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const found = new Array<number>(values.length);
  for (let first = 0; first < order.length; ) {
    let next = first + 1;
    while (next < order.length && values[order[next]!] === values[order[first]!]) next++;
    for (let i = first; i < next; i++) found[order[i]!] = (first + next - 1) / 2;
    first = next;
  }
  return found;
}
