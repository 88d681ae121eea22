import type { Cluster } from '../liquidation-map.ts';
import { bandFrom, heldEdge, innerShare } from './held-level.ts';
import {
  type Nearness,
  nearLevels,
  nearnessName,
  touchLevels,
  usualDistance,
  usualNearness,
} from './near-levels.ts';
import type { TrackedCluster } from './tracked-clusters.ts';
import type { Arming, Trigger, TriggerIndex } from './trigger-index.ts';

/** Name of a cluster's trigger that its band begins at; the others are called as the distance is. */
export const touchName = 'touch';
/** What a cluster's level is stored under. */
const levelName = 'level';
export const houseNearness = nearnessName(usualNearness);

/** Where a trigger stands, with where the level was when price came near it; of `levelName`, where the level begins. */
export type KnownArming = Arming & { readonly value?: number };
export type ArmingChange = KnownArming & { readonly subject: string; readonly name: string };

type Round = {
  /** Distances that are called near, by name. */
  readonly nearnesses: ReadonlyMap<string, Nearness>;
  readonly atrPct?: number | undefined;
  readonly nowMs: number;
  /** What is known of a cluster's trigger from before. */
  readonly known: (subject: string, name: string) => KnownArming | undefined;
};

/** A change of less than this part of the price is not worth writing down. */
const leastMove = 0.001;

/** The triggers around the clusters of one coin: one for each distance that is called near, and one for the touch. */
export class ClusterTriggers {
  readonly #index: TriggerIndex;
  readonly #edges = new Map<string, number>();

  /** @param index has a price */
  constructor(index: TriggerIndex) {
    this.#index = index;
  }

  /** Puts the triggers where the clusters are by the newest map. Returns what is to be stored. */
  lay(clusters: readonly TrackedCluster[], round: Round): readonly ArmingChange[] {
    return clusters.flatMap((tracked) => this.#layOne(tracked, round));
  }

  /** A cluster as alerts go by it: with the band beginning where its level does. */
  levelOf(cluster: Cluster): Cluster {
    const edgeUsd = this.#edges.get(cluster.id);
    return edgeUsd === undefined ? cluster : bandFrom(cluster, edgeUsd);
  }

  remove({ id }: Pick<Cluster, 'id'>): void {
    this.#index.replaceGroup(id, []);
    this.#edges.delete(id);
  }

  #layOne({ cluster, bornMs }: TrackedCluster, round: Round): readonly ArmingChange[] {
    const { id: subject } = cluster;
    const { known, nowMs } = round;
    const priceUsd = this.#index.priceUsd!;
    const before = known(subject, levelName)?.value;
    const isMet = known(subject, houseNearness)?.armed === false;
    const held = this.#edges.get(subject) ?? before;
    const edgeUsd = heldEdge(held, cluster, { priceUsd, atrPct: round.atrPct, isMet });
    this.#edges.set(subject, edgeUsd);
    const triggers = triggersOf(bandFrom(cluster, edgeUsd), round);
    const isNew = triggers.filter(({ name }) => this.#index.arming(name) === undefined);
    // Counted from a moment on, so that a trigger that comes, goes and comes again never counts the same twice.
    const arming = Math.floor(Math.max(nowMs, bornMs) / 1000);
    const knownOf = (name: string) => known(subject, ownName(subject, name));
    this.#index.replaceGroup(subject, triggers, (name) => {
      const trigger = triggers.find((one) => one.name === name)!;
      return knownOf(name) ?? { armed: !hasReached(trigger, priceUsd), arming };
    });
    const hasMoved = before === undefined || Math.abs(edgeUsd - before) >= leastMove * edgeUsd;
    return [
      ...(hasMoved ? [{ subject, name: levelName, armed: true, arming: 0, value: edgeUsd }] : []),
      ...isNew.filter(({ name }) => !knownOf(name)).map((trigger) => this.#born(trigger, edgeUsd)),
      ...triggers.flatMap((trigger) => {
        const toldUsd = knownOf(trigger.name)?.value;
        return this.#movedOn(trigger, { edgeUsd, toldUsd, atrPct: round.atrPct });
      }),
    ];
  }

  #born({ name, group: subject }: Trigger, edgeUsd: number): ArmingChange {
    const arming = this.#index.arming(name)!;
    const own = ownName(subject, name);
    // Price was near it from the beginning: once it has drifted on it is a level to be told of.
    const value = arming.armed || own === touchName ? {} : { value: edgeUsd };
    return { subject, name: own, ...arming, ...value };
  }

  /**
   * A cluster that has drifted by its distance since it was told of is a level of its own, as soon as price is far enough from
   * it for a word beforehand.
   */
  #movedOn(
    { name, group: subject, side, priceUsd: nearUsd }: Trigger,
    {
      edgeUsd,
      toldUsd,
      atrPct,
    }: { edgeUsd: number; toldUsd: number | undefined; atrPct: number | undefined },
  ): readonly ArmingChange[] {
    const near = Math.abs(nearUsd - edgeUsd);
    const own = Math.max(near, usualDistance(atrPct) * edgeUsd);
    if (toldUsd === undefined || Math.abs(edgeUsd - toldUsd) < own) return [];
    const ahead = (side === 'long' ? 1 : -1) * (this.#index.priceUsd! - edgeUsd);
    if (ahead < innerShare * near) return [];
    return [name, fullName(subject, touchName)].flatMap((each) => {
      const rearmed = this.#index.rearm(each);
      return rearmed ? [{ subject, name: ownName(subject, each), ...rearmed }] : [];
    });
  }
}

function triggersOf(level: Cluster, { nearnesses, atrPct }: Round): readonly Trigger[] {
  const { id: group, side } = level;
  const near = [...nearnesses].map(([name, nearness]) => ({ name, ...nearLevels(level, nearness, atrPct) }));
  const touch = { name: touchName, ...touchLevels(level, atrPct) };
  return [...near, touch].map(({ name, ...levels }) => ({
    name: fullName(group, name),
    group,
    side,
    ...levels,
  }));
}

function hasReached({ side, priceUsd }: Trigger, price: number): boolean {
  return side === 'long' ? price <= priceUsd : price >= priceUsd;
}

/** In the index, where names of all clusters are. */
export function fullName(subject: string, name: string): string {
  return `${subject} ${name}`;
}

/** Within its cluster. */
export function ownName(subject: string, full: string): string {
  return full.slice(subject.length + 1);
}
