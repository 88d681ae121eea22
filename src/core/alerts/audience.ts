import type { Cluster } from '../liquidation-map.ts';
import type { Side } from '../market-data.ts';
import { isCandidate, isLarge, type SizeRule } from './cluster-size.ts';
import { type Nearness, nearnessName, usualNearness } from './near-levels.ts';

/** What one wants to hear of a coin's clusters. */
export type AudienceRule = SizeRule &
  Nearness & {
    readonly side: Side | 'both';
    /** Only this cluster, of whatever size. */
    readonly clusterId?: string;
  };

/** A cluster by both of its names: its own, and that of the newest map. */
export type HeardCluster = Pick<Cluster, 'id' | 'side' | 'usd' | 'shareOfOi' | 'rank'> & {
  readonly mapId?: string;
};

type Group = { readonly rule: AudienceRule; readonly nearness: string; readonly members: Set<string> };

/**
 * Who listens to a coin. Those who want the same are one group, and those who call the same distance near share one
 * trigger of a cluster, however many they are.
 */
export class Audience {
  readonly #groups = new Map<string, Group>();
  readonly #groupOf = new Map<string, string>();

  get size(): number {
    return this.#groupOf.size;
  }

  /** The distances that are called near by anybody, each once, by name. */
  get nearnesses(): ReadonlyMap<string, Nearness> {
    return new Map([...this.#groups.values()].map(({ nearness, rule }) => [nearness, nearnessOf(rule)]));
  }

  /** Takes somebody in, or what they want now in the place of what they wanted. Whether distances may have changed. */
  put(member: string, rule: AudienceRule): boolean {
    const key = JSON.stringify(ruleKey(rule));
    if (this.#groupOf.get(member) === key) return false;
    const left = this.remove(member);
    const group = this.#groups.get(key);
    this.#groupOf.set(member, key);
    if (group) {
      group.members.add(member);
      return left;
    }
    this.#groups.set(key, { rule, nearness: nearnessName(nearnessOf(rule)), members: new Set([member]) });
    return true;
  }

  /** Whether they were there and the last of their group. */
  remove(member: string): boolean {
    const key = this.#groupOf.get(member);
    const group = key === undefined ? undefined : this.#groups.get(key);
    if (key === undefined || !group) return false;
    this.#groupOf.delete(member);
    group.members.delete(member);
    if (group.members.size > 0) return false;
    return this.#groups.delete(key);
  }

  /** All who want to hear of a cluster; only those who call this distance near, if it is named. */
  *of(cluster: HeardCluster, percentile: number | undefined, nearness?: string): Generator<string> {
    for (const group of this.#groups.values()) {
      if (nearness !== undefined && group.nearness !== nearness) continue;
      if (isWanted(group.rule, cluster, percentile)) yield* group.members;
    }
  }

  /** The distance that somebody calls near, by name. */
  nearnessOf(member: string): string | undefined {
    const key = this.#groupOf.get(member);
    return key === undefined ? undefined : this.#groups.get(key)?.nearness;
  }

  /** Everybody. */
  members(): Iterable<string> {
    return this.#groupOf.keys();
  }
}

function isWanted(rule: AudienceRule, cluster: HeardCluster, percentile: number | undefined): boolean {
  if (rule.clusterId !== undefined) return rule.clusterId === cluster.id || rule.clusterId === cluster.mapId;
  const isOfSide = rule.side === 'both' || rule.side === cluster.side;
  return isOfSide && isCandidate(cluster) && isLarge(cluster, rule, percentile);
}

function nearnessOf({ distancePct, distanceAtr }: AudienceRule): Nearness {
  if (distancePct === undefined && distanceAtr === undefined) return usualNearness;
  return {
    ...(distancePct !== undefined && { distancePct }),
    ...(distanceAtr !== undefined && { distanceAtr }),
  };
}

function ruleKey({
  side,
  clusterId,
  minUsd,
  minShareOfOi,
  minPercentile,
  distancePct,
  distanceAtr,
}: AudienceRule) {
  return [side, clusterId, minUsd, minShareOfOi, minPercentile, distancePct, distanceAtr].map(
    (value) => value ?? null,
  );
}
