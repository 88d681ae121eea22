import { identifyClusters } from './core/cluster-identity.ts';
import { findClusters } from './core/clusters.ts';
import { binWidth, categories, countedPower, realShares } from './core/fit/categories.ts';
import type { FitCase } from './core/fit/multipliers.ts';
import { fitMultipliers } from './core/fit/multipliers.ts';
import { dayOf } from './core/fit/train.ts';
import type { CoinPath, SeenPosition } from './core/joined/carried.ts';
import { carriedPositions } from './core/joined/carried.ts';
import { joinedMap, mapShares, rebinned } from './core/joined/joined-map.ts';
import { joinedPrior } from './core/joined/joined-prior.ts';
import { joinedMixture, joinedParts, joinedRows } from './core/joined/joined-rows.ts';
import type { Cluster, LiquidationMap } from './core/liquidation-map.ts';
import type { Side } from './core/market-data.ts';
import { distanceOf } from './core/score/distances.ts';
import type { ReplayInput } from './recorded-market.ts';
import type { ReplayFrame } from './replay.ts';
import { Replay } from './replay.ts';
import type { Snapshot } from './scoring/snapshots.ts';
import { snapshotsOf } from './scoring/snapshots.ts';

export type JoinedInput = {
  readonly input: ReplayInput;
  /** Real positions of all coins, ascending in time. */
  readonly positions: readonly SeenPosition[];
  /** Of each coin that positions are held in, as far as known; of the replayed one at least. */
  readonly paths: ReadonlyMap<string, CoinPath>;
  /** Positions count as known only when they are at least this old. */
  readonly measuredAgeMs: number;
};

/** A target of the past: a snapshot, what was known `measuredAgeMs` before it, and what then was real. */
type PastCase = Omit<FitCase, 'weight'> & { readonly timeMs: number; readonly side: Side };

/** Days of snapshots that the prior on the mixture is worth against the coin's own. */
const priorDays = 3;
const sides = ['long', 'short'] as const;
const categoryEdges = Float64Array.from({ length: categories - 1 }, (_, i) => i * binWidth);

/**
 * A replayed market whose maps join three things: the book, the mean distance profile of real positions, and
 * the positions last seen, carried to now. In which proportions is fitted at every moment to how well they
 * would have told the snapshots that are known by then. Nothing younger than `measuredAgeMs` is looked at.
 */
export class JoinedReplay {
  readonly #joined: JoinedInput;
  readonly #replay: Replay;
  /** Runs behind, from snapshot to snapshot. */
  readonly #past: Replay;
  readonly #snapshots: readonly Snapshot[];
  readonly #cases: PastCase[] = [];
  #taken = 0;
  #clusters: readonly Cluster[] = [];

  /** Throws as `Replay` does. */
  constructor(joined: JoinedInput) {
    this.#joined = joined;
    this.#replay = new Replay(joined.input);
    this.#past = new Replay(joined.input);
    this.#snapshots = snapshotsOf(joined.positions.filter(({ coin }) => coin === joined.input.coin));
  }

  get lastScale(): number {
    return this.#replay.lastScale;
  }

  /** As `Replay.at`; before the first snapshot that is old enough the map is the book's alone. */
  at(timeMs: number): ReturnType<Replay['at']> {
    const frame = this.#replay.at(timeMs);
    if ('reason' in frame) return frame;
    const knownMs = timeMs - this.#joined.measuredAgeMs;
    this.#learn(knownMs);
    const map = this.#known(knownMs).length > 0 ? this.#join(frame, knownMs) : frame.map;
    this.#clusters = identifyClusters(this.#clusters, findClusters(map), timeMs);
    return { ...frame, map, clusters: this.#clusters };
  }

  /** What there is to learn from snapshots up to a time. */
  casesUntil(timeMs: number): readonly FitCase[] {
    this.#learn(timeMs);
    return this.#weighed();
  }

  /** Takes up all snapshots that have become known as targets. */
  #learn(knownMs: number): void {
    for (let snapshot = this.#snapshots[this.#taken]; snapshot && snapshot.timeMs <= knownMs; ) {
      const frame = this.#past.at(snapshot.timeMs);
      if (!('reason' in frame)) this.#cases.push(...this.#casesOf(snapshot, frame.map));
      snapshot = this.#snapshots[++this.#taken];
    }
  }

  #casesOf(snapshot: Snapshot, map: LiquidationMap): PastCase[] {
    const { timeMs, markUsd, positions } = snapshot;
    const knownMs = timeMs - this.#joined.measuredAgeMs;
    if (this.#known(knownMs).length === 0) return [];
    return sides.flatMap((side) => {
      const real = realShares(positions, { side, markUsd, power: countedPower });
      if (!real) return [];
      const at = { side, timeMs, knownMs, markUsd, edges: categoryEdges };
      return [{ timeMs, side, real, components: this.#parts(map, at) }];
    });
  }

  #join(frame: ReplayFrame, knownMs: number): LiquidationMap {
    const multipliers = this.#multipliers();
    const { map, timeMs } = frame;
    const sharesOf = (side: Side) => {
      const { edges } = mapShares(map, side);
      const rows = this.#parts(map, { side, timeMs, knownMs, markUsd: map.priceUsd, edges });
      return joinedMixture(rows, multipliers);
    };
    return joinedMap(map, { long: sharesOf('long'), short: sharesOf('short') });
  }

  #parts(
    map: LiquidationMap,
    at: {
      readonly side: Side;
      readonly timeMs: number;
      readonly knownMs: number;
      readonly markUsd: number;
      readonly edges: Float64Array;
    },
  ): Float64Array {
    const { side, timeMs, knownMs, markUsd, edges } = at;
    const { positions, paths, input } = this.#joined;
    const carried = carriedPositions(positions, { coin: input.coin, knownMs, timeMs, paths });
    return joinedParts(edges, {
      book: rebinned(mapShares(map, side), edges),
      profile: rebinned({ edges: categoryEdges, shares: this.#profile(side, knownMs) }, edges),
      carried: carried
        .filter((one) => one.side === side)
        .map(({ sighting, share, liquidationPrice }) => ({
          sighting,
          share,
          distance: liquidationPrice === undefined ? undefined : distanceOf(side, liquidationPrice, markUsd),
        })),
    });
  }

  /** Every day of each side counts the same. */
  #weighed(): FitCase[] {
    const perDay = new Map<string, number>();
    const keyOf = ({ side, timeMs }: PastCase) => `${side} ${dayOf(timeMs)}`;
    for (const one of this.#cases) perDay.set(keyOf(one), (perDay.get(keyOf(one)) ?? 0) + 1);
    return this.#cases.map((one) => ({ ...one, weight: 1 / perDay.get(keyOf(one))! }));
  }

  #multipliers(): Float64Array {
    if (this.#cases.length === 0) return joinedPrior;
    return fitMultipliers(this.#weighed(), { multipliers: joinedPrior, weight: priorDays }, 'none');
  }

  /** The mean of all days, smoothed over five bins: where this side's positions usually lie. */
  #profile(side: Side, knownMs: number): Float64Array {
    const days = new Map<number, Float64Array[]>();
    for (const { timeMs, positions, markUsd } of this.#known(knownMs)) {
      const shares = realShares(positions, { side, markUsd, power: 1 });
      if (shares) days.set(dayOf(timeMs), [...(days.get(dayOf(timeMs)) ?? []), shares]);
    }
    const sum = new Float64Array(categories);
    for (const ofDay of days.values()) {
      for (const shares of ofDay) for (const [i, share] of shares.entries()) sum[i]! += share / ofDay.length;
    }
    return smoothed(sum);
  }

  #known(knownMs: number): readonly Snapshot[] {
    return this.#snapshots.filter(({ timeMs }) => timeMs <= knownMs);
  }
}

/**
 * Proportions of the parts of a joined estimate, book = 1, fitted to the snapshots of several coins up to a time,
 * where nothing is believed beforehand but that all parts are alike: what `joinedPrior` holds.
 */
export function fitProportions(replays: readonly JoinedReplay[], untilMs: number): number[] {
  const cases = replays.flatMap((replay) => replay.casesUntil(untilMs));
  const alike = { multipliers: new Float64Array(joinedRows).fill(1), weight: priorDays };
  const [book = 1, ...rest] = fitMultipliers(cases, alike, 'none');
  return [1, ...rest.map((one) => Number((one / book).toFixed(2)))];
}

/** Bins of distance as the mean with their two neighbours on each side, where there are any; they sum to 1. */
function smoothed(shares: Float64Array): Float64Array {
  const bins = categories - 2;
  const smooth = shares.map((share, i) => {
    if (i >= bins) return share;
    const near = shares.subarray(Math.max(0, i - 2), Math.min(bins, i + 3));
    return near.reduce((sum, one) => sum + one, 0) / near.length;
  });
  const sum = smooth.reduce((all, one) => all + one, 0);
  return smooth.map((share) => (sum > 0 ? share / sum : 1 / categories));
}
