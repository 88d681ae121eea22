/** A label that wants to stand on a pole at `x`, px. */
export type FlagRequest = { readonly x: number; readonly width: number; readonly rank: number };

/** Where it stands: its row from the top (0), and the left end of its words beside the pole or above it. */
export type PlacedFlag<T extends FlagRequest> = {
  readonly flag: T;
  readonly row: number;
  readonly left: number;
  /** The pole ends below the words. */
  readonly above: boolean;
};

export type FlagSpace = {
  readonly from: number;
  readonly to: number;
  /** The way that flags fly by preference: away from the price. */
  readonly outward: 'left' | 'right';
  readonly rows: number;
};

/** Between a pole and its own words, and between words of different flags, in px. */
const poleGap = 7;
const wordGap = 16;

/**
 * Places flags so that no words touch other words or another flag's pole, and none leaves the space. Tries
 * every row, both sides of the pole and above it for all flags at once (9^3 ways for three), taking the fewest rows;
 * if nothing fits, the flag of the lowest rank is left out.
 */
export function placeFlags<T extends FlagRequest>(
  flags: readonly T[],
  space: FlagSpace,
): readonly PlacedFlag<T>[] {
  const byRank = flags.toSorted((a, b) => a.rank - b.rank);
  for (let kept = byRank.length; kept > 0; kept--) {
    const best = cheapest(arrangements(byRank.slice(0, kept), space), space);
    if (best) return best;
  }
  return [];
}

function arrangements<T extends FlagRequest>(
  flags: readonly T[],
  space: FlagSpace,
): readonly (readonly PlacedFlag<T>[])[] {
  let found: (readonly PlacedFlag<T>[])[] = [[]];
  for (const flag of flags) {
    const options = positions(flag, space);
    found = found.flatMap((placed) =>
      options
        .filter((option) => placed.every((other) => !collide(option, other)))
        .map((option) => [...placed, option]),
    );
  }
  return found;
}

function positions<T extends FlagRequest>(flag: T, space: FlagSpace): readonly PlacedFlag<T>[] {
  const centred = flag.x - flag.width / 2;
  const places = [
    { left: flag.x - poleGap - flag.width, above: false },
    { left: flag.x + poleGap, above: false },
    { left: Math.max(space.from, Math.min(centred, space.to - flag.width)), above: true },
  ].filter(({ left }) => left >= space.from && left + flag.width <= space.to);
  return Array.from({ length: space.rows }, (_, row) => row).flatMap((row) =>
    places.map((place) => ({ flag, row, ...place })),
  );
}

function collide(a: PlacedFlag<FlagRequest>, b: PlacedFlag<FlagRequest>): boolean {
  if (a.row === b.row) return near(a, b);
  const [upper, lower] = a.row < b.row ? [a, b] : [b, a];
  // The pole of the upper flag runs down through the row of the lower one.
  return upper.flag.x > lower.left - poleGap && upper.flag.x < lower.left + lower.flag.width + poleGap;
}

function near(a: PlacedFlag<FlagRequest>, b: PlacedFlag<FlagRequest>): boolean {
  const [aFrom, aTo] = reach(a);
  const [bFrom, bTo] = reach(b);
  return aFrom < bTo + wordGap && bFrom < aTo + wordGap;
}

/** The words, and the pole where it stands beside them. */
function reach({ flag, left, above }: PlacedFlag<FlagRequest>): readonly [number, number] {
  if (above) return [left, left + flag.width];
  return [Math.min(left, flag.x), Math.max(left + flag.width, flag.x)];
}

function cheapest<T extends FlagRequest>(
  candidates: readonly (readonly PlacedFlag<T>[])[],
  space: FlagSpace,
): readonly PlacedFlag<T>[] | undefined {
  let best: readonly PlacedFlag<T>[] | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const cost = costOf(candidate, space);
    if (cost < lowest) {
      lowest = cost;
      best = candidate;
    }
  }
  return best;
}

/** Few rows first, then flags that fly outward, then short poles. */
function costOf(placed: readonly PlacedFlag<FlagRequest>[], space: FlagSpace): number {
  const rows = 1 + Math.max(...placed.map(({ row }) => row));
  const flies = ({ flag, left, above }: PlacedFlag<FlagRequest>) =>
    !above && left < flag.x === (space.outward === 'left');
  const odd = placed.filter((each) => !flies(each)).length;
  const height = placed.reduce((sum, { row }) => sum + row, 0);
  return rows * 100 + odd * 10 - height;
}
