/** A prominent peak of a curve and the stretch of bins that belongs to it. */
export type Peak = {
  readonly bin: number;
  /** Height above the saddle at which a higher peak takes it over; its whole height for the highest. */
  readonly persistence: number;
  /** First and last bin of its watershed, between the saddles to its neighbours. */
  readonly from: number;
  readonly to: number;
};

/**
 * Peaks of a curve by topological persistence: water falls from the highest bin down; where two islands meet,
 * the lower peak ends, and its persistence is its height above that saddle. Peaks of less than
 * `minPersistence` join the island that took them over. Highest persistence first.
 * Edelsbrunner & Harer, Computational Topology (2010), VII.1.
 */
export function peaksOf(curve: ArrayLike<number>, minPersistence: number): Peak[] {
  if (!(minPersistence > 0)) throw new RangeError(`persistence ${minPersistence} must be > 0`);
  const order = Array.from({ length: curve.length }, (_, i) => i)
    .filter((i) => curve[i]! > 0)
    .sort((a, b) => curve[b]! - curve[a]! || a - b);
  const island = new Map<number, Peak>();
  const owner = new Int32Array(curve.length).fill(-1);
  const find = (bin: number): number => {
    let root = bin;
    while (owner[root] !== root) root = owner[root]!;
    for (let at = bin; owner[at] !== root; ) {
      const next = owner[at]!;
      owner[at] = root;
      at = next;
    }
    return root;
  };
  for (const bin of order) {
    owner[bin] = bin;
    for (const neighbour of [bin - 1, bin + 1]) {
      if (neighbour < 0 || neighbour >= curve.length || owner[neighbour] === -1) continue;
      const [winner, loser] = rank(find(bin), find(neighbour), curve);
      if (winner === loser) continue;
      const persistence = curve[loser]! - curve[bin]!;
      if (persistence >= minPersistence)
        island.set(loser, { bin: loser, persistence, from: loser, to: loser });
      owner[loser] = winner;
    }
  }
  for (let bin = 0; bin < curve.length; bin++) {
    if (owner[bin] === bin && curve[bin]! >= minPersistence) {
      island.set(bin, { bin, persistence: curve[bin]!, from: bin, to: bin });
    }
  }
  return withBounds([...island.values()], curve).sort(
    (a, b) => b.persistence - a.persistence || a.bin - b.bin,
  );
}

function rank(a: number, b: number, curve: ArrayLike<number>): [winner: number, loser: number] {
  return curve[a]! > curve[b]! || (curve[a] === curve[b] && a < b) ? [a, b] : [b, a];
}

/** Cuts the axis at the lowest bin between neighbouring peaks, and each end where the curve reaches zero. */
function withBounds(peaks: Peak[], curve: ArrayLike<number>): Peak[] {
  const sorted = [...peaks].sort((a, b) => a.bin - b.bin);
  return sorted.map((peak, i) => {
    const left = sorted[i - 1];
    const right = sorted[i + 1];
    return {
      ...peak,
      from: left ? lowest(curve, left.bin, peak.bin) + 1 : 0,
      to: right ? lowest(curve, peak.bin, right.bin) : curve.length - 1,
    };
  });
}

function lowest(curve: ArrayLike<number>, from: number, to: number): number {
  let at = from;
  for (let bin = from; bin <= to; bin++) if (curve[bin]! < curve[at]!) at = bin;
  return at;
}
