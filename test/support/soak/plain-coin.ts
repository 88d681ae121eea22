import type { AlertSheet } from '../../../src/alerts/sheet.ts';
import {
  ClusterTriggers,
  fullName,
  type KnownArming,
  ownName,
  touchName,
} from '../../../src/core/alerts/cluster-triggers.ts';
import { unfitness } from '../../../src/core/alerts/map-gate.ts';
import {
  type Nearness,
  nearEdge,
  nearnessName,
  usualNearness,
} from '../../../src/core/alerts/near-levels.ts';
import type { MarketPrice } from '../../../src/core/alerts/reference-price.ts';
import { type TrackedCluster, trackClusters } from '../../../src/core/alerts/tracked-clusters.ts';
import type { TriggerIndex } from '../../../src/core/alerts/trigger-index.ts';
import { hourMs } from '../../../src/core/durations.ts';
import type { Cluster } from '../../../src/core/liquidation-map.ts';
import { PlainTriggers } from './plain-triggers.ts';

/** Price has come near a cluster, or into it. */
export type Reached = {
  readonly kind: 'approach' | 'touch';
  readonly cluster: Cluster;
  /** Of an approach, the distance that it is one of. */
  readonly nearness?: string;
  readonly inOneLeap: boolean;
  readonly arming: number;
  readonly atMs: number;
  readonly priceUsd: number;
  /** Why the map or the coin is not fit for alerts now. */
  readonly blocked: readonly string[];
};

const historyMs = 30 * 24 * hourMs;
const freshMs = 45_000;
const leastSizes = 144;

/**
 * One coin as alerts should see it, reckoned plainly from the maps and prices that the engine was given. Which cluster is which on
 * the next map, and where a level lies, are taken from the core, which has tests of its own.
 */
export class PlainCoin {
  readonly symbol: string;
  readonly #nearnesses: ReadonlyMap<string, Nearness>;
  readonly #triggers = new PlainTriggers();
  readonly #levels = new ClusterTriggers(this.#triggers as unknown as TriggerIndex);
  readonly #armings = new Map<string, KnownArming>();
  readonly #prices = new Map<string, MarketPrice>();
  readonly #samples: { readonly hourMs: number; readonly share: number }[] = [];
  #weights = new Map<string, number>();
  #tracked: readonly TrackedCluster[] = [];
  #sheet: AlertSheet | undefined;
  #sizes: readonly number[] = [];

  constructor(symbol: string, nearnesses: readonly Nearness[]) {
    this.symbol = symbol;
    this.#nearnesses = new Map([usualNearness, ...nearnesses].map((one) => [nearnessName(one), one]));
  }

  get hasMap(): boolean {
    return this.#sheet !== undefined;
  }

  /** Returns the clusters that are over. */
  takeMap(sheet: AlertSheet): readonly string[] {
    if (this.#sheet && sheet.timeMs <= this.#sheet.timeMs) return [];
    this.#sheet = sheet;
    this.#triggers.priceUsd ??= sheet.priceUsd;
    this.#weights = new Map(sheet.venues.map((one) => [nameOf(one), one.openInterestUsd ?? 0]));
    const { standing, ended } = trackClusters(this.#tracked, sheet.clusters, sheet.timeMs);
    this.#tracked = standing;
    const over = ended.map(({ cluster }) => cluster.cluster.id);
    for (const { cluster } of ended) this.#levels.remove(cluster.cluster);
    const changes = this.#levels.lay(standing, {
      nearnesses: this.#nearnesses,
      atrPct: sheet.atrPct,
      nowMs: sheet.timeMs,
      known: (subject, name) => this.#armings.get(fullName(subject, name)),
    });
    for (const { subject, name, ...change } of changes) this.#note(subject, name, change);
    for (const id of over)
      for (const name of this.#armings.keys()) if (name.startsWith(`${id} `)) this.#armings.delete(name);
    return over;
  }

  /** Once an hour, after a map: what its clusters hold is a size of the past from now on. */
  learnSizes(): void {
    const { timeMs } = this.#sheet!;
    const hour = Math.floor(timeMs / hourMs) * hourMs;
    for (const { cluster } of this.#tracked)
      if (cluster.rank <= 3 && cluster.usd > 0)
        this.#samples.push({ hourMs: hour, share: cluster.shareOfOi });
    this.#sizes = this.#samples.filter((one) => one.hourMs >= timeMs - historyMs).map(({ share }) => share);
  }

  percentile(shareOfOi: number): number | undefined {
    const { length } = this.#sizes;
    if (length < leastSizes) return undefined;
    const smaller = this.#sizes.filter((share) => share < shareOfOi).length;
    const equal = this.#sizes.filter((share) => share === shareOfOi).length;
    return (100 * (smaller + equal / 2)) / length;
  }

  /** What the coin's price has come to with this one. */
  takePrice(price: MarketPrice, nowMs: number, isMuted: boolean): readonly Reached[] {
    const known = this.#prices.get(nameOf(price));
    if (!known || price.timeMs >= known.timeMs) this.#prices.set(nameOf(price), price);
    const priceUsd = this.#medianAt(nowMs);
    if (!this.#sheet || priceUsd === undefined || priceUsd === this.#triggers.priceUsd) return [];
    const crossings = this.#triggers.tick(priceUsd);
    const blocked = [...unfitness(this.#sheet, nowMs), ...(isMuted ? ['no better than chance'] : [])];
    return crossings.flatMap(({ trigger, what, arming }): readonly Reached[] => {
      const subject = trigger.group;
      const tracked = this.#tracked.find(({ cluster }) => cluster.id === subject);
      if (!tracked) return [];
      const name = ownName(subject, trigger.name);
      const cluster = this.#levels.levelOf(tracked.cluster);
      const isTouch = name === touchName;
      this.#note(subject, name, {
        armed: what === 'rearmed',
        arming,
        ...(what === 'fired' && !isTouch && { value: nearEdge(cluster) }),
      });
      if (what === 'rearmed') return [];
      const inOneLeap = crossings.some(
        (one) => one.what === 'fired' && one.trigger.name === fullName(subject, touchName),
      );
      const at = { cluster, arming, atMs: nowMs, priceUsd, blocked, inOneLeap };
      return [isTouch ? { kind: 'touch', ...at } : { kind: 'approach', nearness: name, ...at }];
    });
  }

  #note(subject: string, name: string, change: Partial<KnownArming>): void {
    const key = fullName(subject, name);
    this.#armings.set(key, { armed: true, arming: 0, ...this.#armings.get(key), ...change });
  }

  /** Half of the open interest lies at markets that are as cheap as this or cheaper. */
  #medianAt(nowMs: number): number | undefined {
    const fresh = [...this.#prices.values()].filter(({ timeMs }) => nowMs - timeMs <= freshMs);
    const weightOf = (price: MarketPrice) => this.#weights.get(nameOf(price)) || 1;
    const total = fresh.reduce((sum, price) => sum + weightOf(price), 0);
    let below = 0;
    return fresh
      .sort((a, b) => a.priceUsd - b.priceUsd)
      .find((price) => {
        below += weightOf(price);
        return below >= total / 2;
      })?.priceUsd;
  }
}

function nameOf({ venue, market }: { readonly venue: string; readonly market: string }): string {
  return `${venue} ${market}`;
}
