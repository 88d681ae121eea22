import type { Audience } from '../core/alerts/audience.ts';
import { isCandidate, isLarge, SizeHistory } from '../core/alerts/cluster-size.ts';
import {
  ClusterTriggers,
  fullName,
  houseNearness,
  ownName,
  touchName,
} from '../core/alerts/cluster-triggers.ts';
import { unfitness } from '../core/alerts/map-gate.ts';
import { nearEdge, usualNearness } from '../core/alerts/near-levels.ts';
import { type MarketPrice, ReferencePrice } from '../core/alerts/reference-price.ts';
import { type TrackedCluster, type Tracking, trackClusters } from '../core/alerts/tracked-clusters.ts';
import { type Crossing, TriggerIndex } from '../core/alerts/trigger-index.ts';
import type { Cluster } from '../core/liquidation-map.ts';
import type { StoredArming } from '../store/armings.ts';
import { CoinArmings } from './armings.ts';
import { type FrozenBand, FrozenBands } from './frozen.ts';
import type { AlertSheet } from './sheet.ts';
import { type PriceStretch, PriceStretches } from './stretches.ts';

/** What a price has come to; clusters with the band that people are told of. */
export type CoinEvent = { readonly arming: number; readonly atMs: number; readonly priceUsd: number } & (
  | {
      readonly what: 'approach';
      readonly tracked: TrackedCluster;
      readonly nearness: string;
      readonly inOneLeap: boolean;
    }
  | { readonly what: 'touch'; readonly tracked: TrackedCluster }
  | { readonly what: 'frozen'; readonly band: FrozenBand }
);

/** What there is of a coin in the store when it is first watched. */
export type CoinMemory = {
  readonly standing: readonly TrackedCluster[];
  readonly armings: readonly StoredArming[];
  readonly sizes: readonly number[];
  /** Of today, those that price has not come to. */
  readonly frozen: readonly FrozenBand[];
};

/** A price older than this is none. */
const staleMs = 120_000;

/**
 * One coin as alerts see it: its clusters over many maps, the triggers around them and the price among them. Knows no
 * store and tells nobody; what it learns it returns.
 */
export class CoinAlerts {
  readonly symbol: string;
  readonly audience: Audience;
  readonly armings: CoinArmings;
  readonly #index = new TriggerIndex();
  readonly #triggers = new ClusterTriggers(this.#index);
  readonly #frozen = new FrozenBands(this.#index);
  readonly #reference = new ReferencePrice();
  readonly #stretches = new PriceStretches();
  readonly #rearmed: StoredArming[] = [];
  /** Restored once there is a price: what price has passed meanwhile then counts as come to. */
  #unfrozen: readonly FrozenBand[];
  #tracked: readonly TrackedCluster[];
  #sizes: SizeHistory;
  #sheet: AlertSheet | undefined;
  #laid = '';
  /** Set once there are enough cases that say so: nobody is told of its clusters. */
  muted = false;

  constructor(symbol: string, audience: Audience, memory: CoinMemory) {
    this.symbol = symbol;
    this.audience = audience;
    this.armings = new CoinArmings(symbol, memory.armings);
    this.#tracked = memory.standing;
    this.#sizes = new SizeHistory(memory.sizes);
    this.#unfrozen = memory.frozen;
  }

  get sheet(): AlertSheet | undefined {
    return this.#sheet;
  }

  get standing(): readonly TrackedCluster[] {
    return this.#tracked;
  }

  /** Clusters of the newest map that are large for the coin, whatever anybody wants. */
  get large(): readonly TrackedCluster[] {
    return this.#tracked.filter(({ cluster }) => this.isLarge(cluster));
  }

  isLarge(cluster: Pick<Cluster, 'rank' | 'usd' | 'shareOfOi'>): boolean {
    return isCandidate(cluster) && isLarge(cluster, {}, this.percentile(cluster.shareOfOi));
  }

  /** The last price that triggers saw. */
  get priceUsd(): number | undefined {
    return this.#index.priceUsd;
  }

  get triggers(): number {
    return this.#index.size;
  }

  percentile(shareOfOi: number): number | undefined {
    return this.#sizes.percentile(shareOfOi);
  }

  learnSizes(sizes: readonly number[]): void {
    this.#sizes = new SizeHistory(sizes);
  }

  /** Why nobody is alerted of the coin at the moment; empty when somebody would be. */
  blocked(nowMs: number): readonly string[] {
    const sheet = this.#sheet;
    if (!sheet) return ['no map'];
    const priceMs = this.#reference.timeMs;
    const isOld = priceMs === undefined || nowMs - priceMs > staleMs;
    return [
      ...unfitness(sheet, nowMs),
      ...(isOld ? ['old price'] : []),
      ...(this.muted ? ['no better than chance'] : []),
    ];
  }

  /**
   * Takes a new map. An older one than the last is left aside.
   * @returns what became of clusters, and the triggers that are new or gone, to be stored
   */
  takeMap(
    sheet: AlertSheet,
  ): { readonly tracking: Tracking; readonly added: readonly StoredArming[] } | undefined {
    if (this.#sheet && sheet.timeMs <= this.#sheet.timeMs) return undefined;
    this.#sheet = sheet;
    if (this.#index.priceUsd === undefined) this.#index.tick(sheet.priceUsd);
    for (const band of this.#unfrozen) this.#frozen.watch(band);
    this.#unfrozen = [];
    this.#reference.weigh(
      sheet.venues.flatMap(({ openInterestUsd, ...market }) =>
        openInterestUsd === undefined ? [] : [{ ...market, openInterestUsd }],
      ),
    );
    const tracking = trackClusters(this.#tracked, sheet.clusters, sheet.timeMs);
    this.#tracked = tracking.standing;
    for (const { cluster } of tracking.ended) this.#triggers.remove(cluster.cluster);
    return { tracking, added: this.layTriggers(sheet.timeMs) };
  }

  /** Whether those who listen call other distances near than when triggers were put. */
  hasNewDistances(): boolean {
    return this.#sheet !== undefined && this.#distances() !== this.#laid;
  }

  /** Puts triggers around the clusters, where those who listen want them; returns what is to be stored of them. */
  layTriggers(nowMs: number): readonly StoredArming[] {
    this.#laid = this.#distances();
    const changes = this.#triggers.lay(this.#tracked, {
      nearnesses: new Map([[houseNearness, usualNearness], ...this.audience.nearnesses]),
      atrPct: this.#sheet?.atrPct,
      nowMs,
      known: (subject, name) => this.armings.of(subject, name),
    });
    return changes.map((change) => this.armings.note(change));
  }

  /** Watches the large clusters as they are for a day, each with the band as far from the price on the other side. */
  freeze(day: number): readonly FrozenBand[] {
    const priceUsd = this.#sheet?.priceUsd;
    if (priceUsd === undefined) return [];
    const clusters = this.large.map(({ cluster }) => cluster);
    return this.#frozen.freeze(clusters, { day, priceUsd });
  }

  /** The stretches of price since it was asked last. */
  takeStretches(): readonly PriceStretch[] {
    return this.#stretches.take();
  }

  /** Takes the price of one market; returns what the coin's price has come to with it, in order. */
  tick(price: MarketPrice, nowMs: number): readonly CoinEvent[] {
    this.#reference.note(price);
    if (!this.#sheet) return [];
    const priceUsd = this.#reference.at(nowMs);
    if (priceUsd === undefined || priceUsd === this.#index.priceUsd) return [];
    const crossings = this.#index.tick(priceUsd);
    this.#stretches.note(priceUsd, nowMs, crossings.length > 0 ? 'begins' : 'goes on');
    if (crossings.length === 0) return [];
    return crossings.flatMap(
      (crossing) => this.#eventOf(crossing, crossings, { atMs: nowMs, priceUsd }) ?? [],
    );
  }

  /** Re-armings since it was asked last, to be stored. */
  takeRearmed(): readonly StoredArming[] {
    return this.#rearmed.splice(0);
  }

  #eventOf(
    crossing: Crossing,
    all: readonly Crossing[],
    at: { readonly atMs: number; readonly priceUsd: number },
  ): CoinEvent | undefined {
    const band = this.#frozen.met(crossing);
    if (band) return { what: 'frozen', band, arming: band.day, ...at };
    const { trigger, what, arming } = crossing;
    const { group: subject } = trigger;
    const known = this.#tracked.find(({ cluster }) => cluster.id === subject);
    if (!known) return undefined;
    const tracked = { ...known, cluster: this.#triggers.levelOf(known.cluster) };
    const name = ownName(subject, trigger.name);
    if (what === 'rearmed') {
      this.#rearmed.push(this.armings.note({ subject, name, armed: true, arming }));
      return undefined;
    }
    const value = name === touchName ? {} : { value: nearEdge(tracked.cluster) };
    this.armings.note({ subject, name, armed: false, arming, ...value });
    if (name === touchName) return { what: 'touch', tracked, arming, ...at };
    const touch = fullName(subject, touchName);
    const inOneLeap = all.some((other) => other.what === 'fired' && other.trigger.name === touch);
    return { what: 'approach', tracked, nearness: name, arming, inOneLeap, ...at };
  }

  #distances(): string {
    return [...this.audience.nearnesses.keys()].sort().join();
  }
}
