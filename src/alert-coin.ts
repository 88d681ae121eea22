import type { AlertSheet } from './alert-sheet.ts';
import type { Audience } from './core/alerts/audience.ts';
import { isCandidate, isLarge, SizeHistory } from './core/alerts/cluster-size.ts';
import { unfitness } from './core/alerts/map-gate.ts';
import { nearEdge, nearLevels, nearnessName, touchLevels, usualNearness } from './core/alerts/near-levels.ts';
import { type MarketPrice, ReferencePrice } from './core/alerts/reference-price.ts';
import { type TrackedCluster, type Tracking, trackClusters } from './core/alerts/tracked-clusters.ts';
import { type Arming, type Crossing, type Trigger, TriggerIndex } from './core/alerts/trigger-index.ts';
import type { Cluster } from './core/liquidation-map.ts';
import type { Side } from './core/market-data.ts';
import type { StoredArming } from './store/armings.ts';

/** A band that is watched for the score as it was at the beginning of a day. */
export type FrozenBand = {
  readonly clusterId: string;
  /** `reached` for the cluster's own, `chance` for the one across the price. */
  readonly stage: 'reached' | 'chance';
  readonly day: number;
  readonly side: Side;
  readonly low: number;
  readonly high: number;
  readonly usd: number;
};

/** What a price has come to. */
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

/** Prices from a moment until the next stretch begins. */
export type PriceStretch = { readonly fromMs: number; readonly low: number; readonly high: number };

export const houseNearness = nearnessName(usualNearness);
/** A price older than this is none. */
const staleMs = 120_000;
const mostStretches = 200;

/**
 * One coin as alerts see it: its clusters over many maps, the triggers around them and the price among them. Knows no
 * store and tells nobody; what it learns it returns.
 */
export class CoinAlerts {
  readonly symbol: string;
  readonly audience: Audience;
  /** Where triggers stand, as it is to be stored, by name. */
  readonly armings = new Map<string, StoredArming>();
  readonly #index = new TriggerIndex();
  readonly #reference = new ReferencePrice();
  readonly #frozen = new Map<string, FrozenBand>();
  /** Restored once there is a price: what price has passed meanwhile then counts as come to. */
  #unfrozen: readonly FrozenBand[];
  #tracked: readonly TrackedCluster[];
  #sizes: SizeHistory;
  #sheet: AlertSheet | undefined;
  readonly #stretches: PriceStretch[] = [];
  #laid = '';
  /** Set once there are enough cases that say so: nobody is told of its clusters. */
  muted = false;

  constructor(symbol: string, audience: Audience, memory: CoinMemory) {
    this.symbol = symbol;
    this.audience = audience;
    this.#tracked = memory.standing;
    this.#sizes = new SizeHistory(memory.sizes);
    for (const arming of memory.armings) this.armings.set(armingName(arming.subject, arming.name), arming);
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
    for (const band of this.#unfrozen) this.#freeze(band);
    this.#unfrozen = [];
    this.#reference.weigh(
      sheet.venues.flatMap(({ openInterestUsd, ...market }) =>
        openInterestUsd === undefined ? [] : [{ ...market, openInterestUsd }],
      ),
    );
    const tracking = trackClusters(this.#tracked, sheet.clusters, sheet.timeMs);
    this.#tracked = tracking.standing;
    for (const { cluster } of tracking.ended) this.#index.replaceGroup(cluster.cluster.id, []);
    return { tracking, added: this.layTriggers(sheet.timeMs) };
  }

  /** Whether those who listen call other distances near than when triggers were put. */
  hasNewDistances(): boolean {
    return this.#sheet !== undefined && this.#distances() !== this.#laid;
  }

  /** Puts triggers around the clusters, where those who listen want them; returns those that are new. */
  layTriggers(nowMs: number): readonly StoredArming[] {
    this.#laid = this.#distances();
    const nearnesses = new Map([[houseNearness, usualNearness], ...this.audience.nearnesses]);
    return this.#tracked.flatMap(({ cluster, bornMs }) => {
      const trigger = (name: string, levels: Pick<Trigger, 'priceUsd' | 'rearmUsd'>) => ({
        name: armingName(cluster.id, name),
        group: cluster.id,
        side: cluster.side,
        ...levels,
      });
      const atrPct = this.#sheet?.atrPct;
      const triggers = [
        ...[...nearnesses].map(([name, near]) => trigger(name, nearLevels(cluster, near, atrPct))),
        trigger(touchName, touchLevels(cluster, atrPct)),
      ];
      const isNew = triggers.filter(({ name }) => this.#index.arming(name) === undefined);
      // Counted from a moment on, so that a trigger that comes, goes and comes again never counts the same twice.
      const first = Math.floor(Math.max(nowMs, bornMs) / 1000);
      this.#index.replaceGroup(cluster.id, triggers, (name) => this.#armingOf(name, triggers, first));
      const added = isNew.flatMap(({ name }) => {
        if (this.armings.has(name)) return [];
        return [this.#note(cluster, name, this.#index.arming(name)!)];
      });
      return [...added, ...triggers.flatMap((trigger) => this.#movedOn(cluster, trigger) ?? [])];
    });
  }

  /** A cluster that has drifted by the width of the outer band since it was told of is a level of its own. */
  #movedOn(cluster: Cluster, { name, rearmUsd }: Trigger): StoredArming | undefined {
    const toldUsd = this.armings.get(name)?.value;
    const edgeUsd = nearEdge(cluster);
    if (toldUsd === undefined || Math.abs(edgeUsd - toldUsd) < Math.abs(rearmUsd - edgeUsd)) return undefined;
    const rearmed = this.#index.rearm(name);
    return rearmed && this.#note(cluster, name, rearmed);
  }

  /** Watches the large clusters as they are for a day, each with the band as far from the price on the other side. */
  freeze(day: number): readonly FrozenBand[] {
    const priceUsd = this.#sheet?.priceUsd;
    if (priceUsd === undefined) return [];
    for (const name of [...this.#frozen.keys()]) this.#index.remove(name);
    this.#frozen.clear();
    const bands = this.large.flatMap(({ cluster: { id: clusterId, side, low, high, usd } }): FrozenBand[] => {
      const isAhead = side === 'long' ? high < priceUsd : low > priceUsd;
      if (!isAhead || 2 * priceUsd - high <= 0) return [];
      const band = { clusterId, stage: 'reached', day, side, low, high, usd } as const;
      return [band, acrossBand(band, priceUsd)];
    });
    for (const band of bands) this.#freeze(band);
    return bands;
  }

  /** The stretches of price since it was asked last: a new one begins with each event. */
  takeStretches(): readonly PriceStretch[] {
    return this.#stretches.splice(0);
  }

  /** Takes the price of one market; returns what the coin's price has come to with it, in order. */
  tick(price: MarketPrice, nowMs: number): readonly CoinEvent[] {
    this.#reference.note(price);
    if (!this.#sheet) return [];
    const priceUsd = this.#reference.at(nowMs);
    if (priceUsd === undefined || priceUsd === this.#index.priceUsd) return [];
    const crossings = this.#index.tick(priceUsd);
    this.#follow(priceUsd, nowMs, crossings.length > 0);
    if (crossings.length === 0) return [];
    return crossings.flatMap(
      (crossing) => this.#eventOf(crossing, crossings, { atMs: nowMs, priceUsd }) ?? [],
    );
  }

  /** Notes that a trigger fired or was armed again, as it is to be stored. */
  stored(subject: string, name: string, change: Partial<StoredArming>): StoredArming {
    const known = this.armings.get(armingName(subject, name));
    const { symbol } = this;
    const arming = { symbol, subject, name, armed: true, arming: 0, ...known, ...change };
    this.armings.set(armingName(subject, name), arming);
    return arming;
  }

  arming(subject: string, name: string): StoredArming | undefined {
    return this.armings.get(armingName(subject, name));
  }

  /** Forgets the triggers of a cluster that has ended. */
  forget(subject: string): void {
    for (const [name, arming] of this.armings) if (arming.subject === subject) this.armings.delete(name);
  }

  /** Re-armings since it was asked last, to be stored. */
  takeRearmed(): readonly StoredArming[] {
    return this.#rearmed.splice(0);
  }

  readonly #rearmed: StoredArming[] = [];

  #eventOf(
    { trigger, what, arming }: Crossing,
    all: readonly Crossing[],
    at: { readonly atMs: number; readonly priceUsd: number },
  ): CoinEvent | undefined {
    const band = this.#frozen.get(trigger.name);
    if (band) {
      this.#index.remove(trigger.name);
      this.#frozen.delete(trigger.name);
      return { what: 'frozen', band, arming: band.day, ...at };
    }
    const tracked = this.#tracked.find(({ cluster }) => cluster.id === trigger.group);
    if (!tracked) return undefined;
    const name = trigger.name.slice(trigger.group.length + 1);
    if (what === 'rearmed') {
      this.#rearmed.push(this.stored(trigger.group, name, { armed: true, arming }));
      return undefined;
    }
    const value = name === touchName ? {} : { value: nearEdge(tracked.cluster) };
    this.stored(trigger.group, name, { armed: false, arming, ...value });
    if (name === touchName) return { what: 'touch', tracked, arming, ...at };
    const touch = armingName(trigger.group, touchName);
    const inOneLeap = all.some((other) => other.what === 'fired' && other.trigger.name === touch);
    return { what: 'approach', tracked, nearness: name, arming, inOneLeap, ...at };
  }

  #follow(priceUsd: number, nowMs: number, isEvent: boolean): void {
    const last = this.#stretches.at(-1);
    if (isEvent || !last) {
      this.#stretches.push({ fromMs: nowMs, low: priceUsd, high: priceUsd });
      // Nobody asks while no receipt is due.
      if (this.#stretches.length > mostStretches) this.#stretches.shift();
    } else {
      const wider = { ...last, low: Math.min(last.low, priceUsd), high: Math.max(last.high, priceUsd) };
      this.#stretches[this.#stretches.length - 1] = wider;
    }
  }

  #distances(): string {
    return [...this.audience.nearnesses.keys()].sort().join();
  }

  #armingOf(name: string, triggers: readonly Trigger[], first: number): Arming {
    const known = this.armings.get(name);
    if (known) return known;
    const trigger = triggers.find((one) => one.name === name)!;
    const price = this.#index.priceUsd!;
    const isThere = trigger.side === 'long' ? price <= trigger.priceUsd : price >= trigger.priceUsd;
    return { armed: !isThere, arming: first };
  }

  #note(cluster: Cluster, name: string, { armed, arming }: Arming): StoredArming {
    const { id: subject } = cluster;
    const own = name.slice(subject.length + 1);
    // Price was near it from the beginning: once it has drifted on it is a level to be told of.
    const value = armed || own === touchName ? {} : { value: nearEdge(cluster) };
    return this.stored(subject, own, { armed, arming, ...value });
  }

  #freeze(band: FrozenBand): void {
    const { clusterId, stage, side, low, high } = band;
    const name = `${stage} of ${clusterId}`;
    const priceUsd = side === 'long' ? high : low;
    // It is taken out once it has fired, so it is never armed again.
    const rearmUsd = side === 'long' ? priceUsd * 2 : priceUsd / 2;
    this.#frozen.set(name, band);
    this.#index.put({ name, group: name, side, priceUsd, rearmUsd }, { armed: true, arming: band.day });
  }
}

/** The band that lies as far from a price on the other side, which nobody chose. */
export function acrossBand(band: FrozenBand, priceUsd: number): FrozenBand {
  const side: Side = band.side === 'long' ? 'short' : 'long';
  return { ...band, stage: 'chance', side, low: 2 * priceUsd - band.high, high: 2 * priceUsd - band.low };
}

export const touchName = 'touch';
/** What a coin's own alerts, of no cluster, are stored under. */
export const wholeCoin = '*';

function armingName(subject: string, name: string): string {
  return `${subject} ${name}`;
}
