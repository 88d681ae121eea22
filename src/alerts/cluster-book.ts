import type { Audience } from '../core/alerts/audience.ts';
import { isCandidate } from '../core/alerts/cluster-size.ts';
import type { TrackedCluster, Tracking } from '../core/alerts/tracked-clusters.ts';
import { dayMs, hourMs } from '../core/durations.ts';
import type { Armings } from '../store/armings.ts';
import type { ClusterStage, ClusterStages } from '../store/cluster-stages.ts';
import type { LargeCluster, LargeClusters } from '../store/large-clusters.ts';
import { CoinAlerts } from './coin.ts';
import { acrossBand, type FrozenBand } from './frozen.ts';
import { newStage } from './new-stage.ts';
import type { AlertReceipt } from './receipt.ts';

type Deps = {
  readonly largeClusters: LargeClusters;
  readonly stages: ClusterStages<AlertReceipt>;
  readonly armings: Armings;
};

/** A coin's "own history". */
const historyMs = 30 * dayMs;
/** A cluster that only drifts is written down this often. */
const writeEveryMs = 5 * 60_000;

/** Every large cluster of one coin in SQL: as it is, what it holds each hour, and as a case of each day for the score. */
export class AlertClusterBook {
  readonly #deps: Deps;
  readonly #coin: CoinAlerts;
  readonly #known: Map<string, LargeCluster>;
  #day: number;
  #hour: number | undefined;
  #writtenMs = Number.NEGATIVE_INFINITY;

  private constructor(deps: Deps, coin: CoinAlerts, known: readonly LargeCluster[], day: number) {
    this.#deps = deps;
    this.#coin = coin;
    this.#known = new Map(known.map((cluster) => [cluster.id, cluster]));
    this.#day = day;
  }

  get coin(): CoinAlerts {
    return this.#coin;
  }

  /** The book of a coin, and the coin as it was when somebody last watched it. */
  static async open(
    deps: Deps,
    symbol: string,
    audience: Audience,
    nowMs: number,
  ): Promise<AlertClusterBook> {
    const { largeClusters, stages, armings } = deps;
    const day = Math.floor(nowMs / dayMs);
    const [known, stored, sizes, today] = await Promise.all([
      largeClusters.standing(symbol),
      armings.of(symbol),
      largeClusters.sizes(symbol, nowMs - historyMs),
      stages.since(day * dayMs, symbol),
    ]);
    const cases = today.filter(({ stage, arming }) => stage === 'case' && arming === day);
    const coin = new CoinAlerts(symbol, audience, {
      standing: known.map(trackedOf),
      armings: stored,
      sizes,
      frozen: cases.flatMap((one) => stillFrozen(one, today)),
    });
    return new AlertClusterBook(deps, coin, known, cases.length > 0 ? day : Number.NaN);
  }

  /** Writes down what a new map has shown. */
  async take({ ended }: Tracking, timeMs: number): Promise<void> {
    const { largeClusters, armings } = this.#deps;
    const { symbol } = this.#coin;
    const large = this.#coin.large;
    const isNew = large.some(({ cluster }) => !this.#known.has(cluster.id));
    for (const tracked of this.#coin.standing) this.#note(tracked, large.includes(tracked), timeMs);
    const over = ended.flatMap(({ cluster, ending }): readonly LargeCluster[] => {
      const known = this.#known.get(cluster.cluster.id);
      return known ? [{ ...known, ended: { atMs: timeMs, ending } }] : [];
    });
    if (isNew || over.length > 0 || timeMs - this.#writtenMs >= writeEveryMs) {
      await largeClusters.put([...this.#known.values(), ...over.filter(({ id }) => this.#known.has(id))]);
      this.#writtenMs = timeMs;
    }
    for (const { id } of over) this.#known.delete(id);
    const gone = ended.map(({ cluster }) => cluster.cluster.id);
    await armings.forget(symbol, gone);
    for (const id of gone) this.#coin.armings.forget(id);
    await this.#eachHour(timeMs);
    await this.#eachDay(timeMs);
  }

  #note({ cluster, bornMs, seenMs }: TrackedCluster, isLarge: boolean, timeMs: number): void {
    const known = this.#known.get(cluster.id);
    if (!known && !isLarge) return;
    const { side, low, high, peak, usd, shareOfOi, leverage, distancePct } = cluster;
    this.#known.set(cluster.id, {
      bornMs: Math.max(bornMs, timeMs),
      bornPriceUsd: this.#coin.sheet!.priceUsd,
      bornDistance: distancePct / 100,
      ...known,
      ...{
        symbol: this.#coin.symbol,
        id: cluster.id,
        side,
        low,
        high,
        peak,
        usd,
        shareOfOi,
        leverage,
        seenMs,
      },
      mostUsd: Math.max(usd, known?.mostUsd ?? 0),
      muted: this.#coin.muted,
    });
  }

  async #eachHour(timeMs: number): Promise<void> {
    const hour = Math.floor(timeMs / hourMs);
    if (hour === this.#hour) return;
    const { largeClusters } = this.#deps;
    const { symbol, standing } = this.#coin;
    const held = standing
      .filter(({ cluster }) => isCandidate(cluster))
      .map(({ cluster: { id, shareOfOi } }) => ({ symbol, id, shareOfOi }));
    await largeClusters.sample(hour * hourMs, held);
    this.#coin.learnSizes(await largeClusters.sizes(symbol, timeMs - historyMs));
    this.#hour = hour;
  }

  async #eachDay(timeMs: number): Promise<void> {
    const day = Math.floor(timeMs / dayMs);
    if (day === this.#day) return;
    const priceUsd = this.#coin.sheet!.priceUsd;
    const { symbol } = this.#coin;
    for (const band of this.#coin.freeze(day)) {
      if (band.stage === 'chance') continue;
      const key = { symbol, clusterId: band.clusterId, stage: 'case', arming: day } as const;
      await this.#deps.stages.note(newStage(key, band, { atMs: timeMs, priceUsd }));
    }
    this.#day = day;
  }
}

function trackedOf(cluster: LargeCluster): TrackedCluster {
  const { id, side, low, high, peak, usd, shareOfOi, leverage, bornMs, seenMs } = cluster;
  // What only a map can tell comes with the next one.
  const unknown = { distancePct: 0, rank: 1 };
  return {
    cluster: { id, side, low, high, peak, usd, shareOfOi, leverage, ...unknown },
    mapId: id,
    bornMs,
    seenMs,
  };
}

/** The bands of a case of today that price has not come to. */
function stillFrozen(
  { clusterId, arming: day, side, low, high, usd, priceUsd }: ClusterStage<AlertReceipt>,
  today: readonly ClusterStage<AlertReceipt>[],
): readonly FrozenBand[] {
  const band: FrozenBand = { clusterId, stage: 'reached', day, side, low, high, usd };
  return [band, acrossBand(band, priceUsd)].filter(
    ({ stage }) =>
      !today.some((one) => one.clusterId === clusterId && one.stage === stage && one.arming === day),
  );
}
