import { isCandidate } from '../core/alerts/cluster-size.ts';
import { distanceTo } from '../core/alerts/near-levels.ts';
import { hasGrown, imbalance, outweighing, type Sign } from '../core/alerts/signals.ts';
import type { TrackedCluster, Tracking } from '../core/alerts/tracked-clusters.ts';
import { dayMs, hourMs } from '../core/durations.ts';
import type { Cluster } from '../core/liquidation-map.ts';
import type { Armings } from '../store/armings.ts';
import type { ClusterStages } from '../store/cluster-stages.ts';
import { wholeCoin } from './armings.ts';
import type { CoinAlerts } from './coin.ts';
import { coolDownMs } from './crossings.ts';
import type { AlertDispatch } from './dispatch.ts';
import { momentOf, payloadCluster } from './moment.ts';
import { newStage } from './new-stage.ts';
import type { AlertReceipt } from './receipt.ts';
import { builtText, dissolvedText, flipText } from './text.ts';

type Deps = {
  readonly stages: ClusterStages<AlertReceipt>;
  readonly armings: Armings;
  readonly dispatch: AlertDispatch;
};

type Size = { readonly timeMs: number; readonly usd: number };

const builtName = 'built';
const flipName = 'flip';
/** Growth is looked for over so long. */
const growthMs = hourMs;
const leastGrowthMs = 10 * 60_000;
/** A cluster that price was in lately was not dissolved but eaten. */
const eatenMs = dayMs;

/** Tells what one map shows against those before it: clusters that grew fast or are gone, the heavier side. */
export class AlertMapNews {
  readonly #deps: Deps;
  readonly #sizes = new Map<string, Size[]>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async take(coin: CoinAlerts, { standing, ended }: Tracking, nowMs: number): Promise<void> {
    const isHeard = coin.blocked(nowMs).length === 0;
    for (const tracked of standing) {
      const before = this.#sizeBefore(coin, tracked);
      if (before && isHeard) await this.#built(coin, tracked, { before, nowMs });
    }
    for (const { cluster, ending } of ended) {
      this.#sizes.delete(cluster.cluster.id);
      if (ending === 'gone' && isHeard) await this.#dissolved(coin, cluster, nowMs);
    }
    await this.#flip(coin, { isHeard, nowMs });
  }

  /** What a cluster held about an hour ago; undefined while it is younger than ten minutes. */
  #sizeBefore(coin: CoinAlerts, { cluster: { id, usd } }: TrackedCluster): Size | undefined {
    const { timeMs } = coin.sheet!;
    const sizes = (this.#sizes.get(id) ?? []).filter((size) => timeMs - size.timeMs <= growthMs);
    this.#sizes.set(id, [...sizes, { timeMs, usd }]);
    const [oldest] = sizes;
    return oldest && timeMs - oldest.timeMs >= leastGrowthMs ? oldest : undefined;
  }

  async #built(
    coin: CoinAlerts,
    tracked: TrackedCluster,
    { before, nowMs }: { readonly before: Size; readonly nowMs: number },
  ): Promise<void> {
    const { cluster } = tracked;
    if (!isCandidate(cluster) || !hasGrown(before, cluster)) return;
    const { firedMs } = coin.armings.of(cluster.id, builtName) ?? {};
    if (firedMs !== undefined && nowMs - firedMs < coolDownMs) return;
    const { priceUsd, timeMs } = coin.sheet!;
    const distance = distanceTo(cluster, priceUsd);
    const moment = momentOf(coin.sheet!, { atMs: nowMs, priceUsd });
    const text = builtText(moment, cluster, {
      beforeUsd: before.usd,
      overMs: timeMs - before.timeMs,
      distance,
    });
    // The same for a repetition after an interruption.
    const arming = Math.floor(nowMs / coolDownMs);
    const told = await this.#tellOf(coin, tracked, { kind: 'built', arming, nowMs, text });
    if (told === 0) return;
    const fired = { subject: cluster.id, name: builtName, arming, firedMs: nowMs };
    await this.#deps.armings.put([coin.armings.note(fired)]);
  }

  async #dissolved(coin: CoinAlerts, tracked: TrackedCluster, nowMs: number): Promise<void> {
    const { cluster } = tracked;
    if (!coin.isLarge(cluster)) return;
    const { priceUsd } = coin.sheet!;
    const isAhead = cluster.side === 'long' ? priceUsd > cluster.high : priceUsd < cluster.low;
    if (!isAhead || (await this.#wasTouched(coin, cluster, nowMs))) return;
    const text = dissolvedText(momentOf(coin.sheet!, { atMs: nowMs, priceUsd }), cluster);
    await this.#tellOf(coin, tracked, { kind: 'dissolved', arming: 0, nowMs, text });
  }

  async #wasTouched({ symbol }: CoinAlerts, { id }: Cluster, nowMs: number): Promise<boolean> {
    const stages = await this.#deps.stages.since(nowMs - eatenMs, symbol);
    return stages.some(({ stage, clusterId }) => stage === 'touch' && clusterId === id);
  }

  /** How many were told. */
  async #tellOf(
    coin: CoinAlerts,
    { cluster, mapId }: TrackedCluster,
    {
      kind,
      arming,
      nowMs,
      text,
    }: { kind: 'built' | 'dissolved'; arming: number; nowMs: number; text: string },
  ): Promise<number> {
    const { symbol } = coin;
    const { priceUsd } = coin.sheet!;
    const key = { symbol, clusterId: cluster.id, stage: kind, arming };
    const at = { atMs: nowMs, priceUsd };
    await this.#deps.stages.note(newStage(key, cluster, at));
    const told = await this.#deps.dispatch.tell(
      { kind, symbol, subject: cluster.id, arming, ...at, cluster: payloadCluster(cluster), text },
      coin.audience.of({ ...cluster, mapId }, coin.percentile(cluster.shareOfOi)),
    );
    await this.#deps.stages.told(key, told);
    return told;
  }

  async #flip(
    coin: CoinAlerts,
    { isHeard, nowMs }: { readonly isHeard: boolean; readonly nowMs: number },
  ): Promise<void> {
    const { nearLongUsd: longUsd, nearShortUsd: shortUsd, priceUsd } = coin.sheet!;
    const value = imbalance(longUsd, shortUsd);
    if (value === undefined) return;
    const known = coin.armings.of(wholeCoin, flipName);
    const before = Math.sign(known?.value ?? 0) as Sign;
    const now = outweighing(before, value);
    if (now === before) return;
    const { symbol } = coin;
    const arming = (known?.arming ?? 0) + 1;
    const isCooling = known?.firedMs !== undefined && nowMs - known.firedMs < coolDownMs;
    let told = 0;
    if (before !== 0 && isHeard && !isCooling) {
      const text = flipText(momentOf(coin.sheet!, { atMs: nowMs, priceUsd }), { longUsd, shortUsd });
      const occasion = {
        kind: 'flip',
        symbol,
        subject: wholeCoin,
        arming,
        atMs: nowMs,
        priceUsd,
        text,
      } as const;
      told = await this.#deps.dispatch.tell(occasion, coin.audience.members());
    }
    const change = { subject: wholeCoin, name: flipName, arming, value: now };
    const stored = coin.armings.note({ ...change, ...(told > 0 && { firedMs: nowMs }) });
    await this.#deps.armings.put([stored]);
  }
}
