import { houseNearness, touchName } from '../core/alerts/cluster-triggers.ts';
import { distanceTo } from '../core/alerts/near-levels.ts';
import type { TrackedCluster } from '../core/alerts/tracked-clusters.ts';
import { hourMs } from '../core/durations.ts';
import { type Alert, type AlertLedger, countsAsTold } from '../store/alert-ledger.ts';
import type { Armings } from '../store/armings.ts';
import type { ClusterStages, StageKey, StageName } from '../store/cluster-stages.ts';
import type { CoinAlerts, CoinEvent } from './coin.ts';
import type { AlertCounts } from './counts.ts';
import type { AlertDispatch, Occasion, Personal } from './dispatch.ts';
import { momentOf, payloadCluster, sizeReason } from './moment.ts';
import { newStage } from './new-stage.ts';
import type { AlertPayload } from './payload.ts';
import type { AlertReceipt } from './receipt.ts';
import { approachText, touchText } from './text.ts';

type Deps = {
  readonly ledger: Pick<AlertLedger<AlertPayload>, 'ofStage'>;
  readonly stages: ClusterStages<AlertReceipt>;
  readonly armings: Armings;
  readonly dispatch: AlertDispatch;
  readonly counts: AlertCounts;
};

type Approach = Extract<CoinEvent, { what: 'approach' }>;
type Touch = Extract<CoinEvent, { what: 'touch' }>;

/** After a cluster was told of, it is not told of again for so long, however often price comes back. */
export const coolDownMs = 4 * hourMs;
/** A touch that comes later than this after the approach is no answer to it: people have scrolled on. */
const oneStoryMs = 12 * hourMs;

/** Writes down what a coin's price has come to, and tells those who listen. Doing it again changes nothing. */
export class AlertCrossings {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async take(coin: CoinAlerts, event: CoinEvent): Promise<void> {
    if (event.what === 'frozen') return this.#reached(coin, event);
    return event.what === 'approach' ? this.#approach(coin, event) : this.#touch(coin, event);
  }

  async #reached({ symbol }: CoinAlerts, { band, atMs, priceUsd }: Extract<CoinEvent, { what: 'frozen' }>) {
    const { clusterId, stage, day: arming } = band;
    await this.#deps.stages.note(newStage({ symbol, clusterId, stage, arming }, band, { atMs, priceUsd }));
  }

  async #approach(coin: CoinAlerts, event: Approach): Promise<void> {
    const { tracked, nearness, inOneLeap, atMs, priceUsd, arming } = event;
    const { cluster } = tracked;
    const isNoted = nearness === houseNearness && coin.isLarge(cluster);
    if (isNoted) await this.#note(coin, event, 'approach');
    const isHeard = !this.#isBlocked(coin, event) && !this.#isCooling(coin, event, nearness);
    const distance = distanceTo(cluster, priceUsd);
    let told = 0;
    // Whoever learns in the same moment that price has reached it needs no word of its having come near.
    if (isHeard && !inOneLeap && distance > 0) {
      const { sheet } = coin;
      const atr = sheet?.atrPct === undefined ? {} : { distanceAtr: (distance * 100) / sheet.atrPct };
      const why = { ...sizeReason(coin, cluster), distance, ...atr, nearness: spoken(nearness) };
      const text = approachText(momentOf(sheet!, { atMs, priceUsd }), cluster, why);
      told = await this.#deps.dispatch.tell(
        { ...occasionOf(coin, event, 'approach'), text },
        coin.audience.of(named(tracked), coin.percentile(cluster.shareOfOi), nearness),
      );
      if (isNoted) await this.#deps.stages.told(stageKey(coin, event, 'approach'), told);
    }
    await this.#settle(coin, { subject: cluster.id, name: nearness, arming, told, atMs });
  }

  async #touch(coin: CoinAlerts, event: Touch): Promise<void> {
    const { tracked, atMs, arming } = event;
    const { cluster } = tracked;
    const listeners = [...coin.audience.of(named(tracked), coin.percentile(cluster.shareOfOi))];
    const isCooling = this.#isCooling(coin, event, touchName);
    if (!isCooling && (coin.isLarge(cluster) || listeners.length > 0)) await this.#note(coin, event, 'touch');
    let told = 0;
    if (!isCooling && listeners.length > 0 && !this.#isBlocked(coin, event)) {
      const approaches = await this.#approaches(coin, event);
      told = await this.#deps.dispatch.tell(
        { ...occasionOf(coin, event, 'touch'), text: this.#touchText(coin, event) },
        listeners,
        ({ id }) => this.#answer(coin, event, approaches.get(id)),
      );
      await this.#deps.stages.told(stageKey(coin, event, 'touch'), told);
    }
    await this.#settle(coin, { subject: cluster.id, name: touchName, arming, told, atMs });
  }

  /** The approaches that this touch may answer, by subscription: those that no touch before has answered. */
  async #approaches(
    { symbol, armings }: CoinAlerts,
    { tracked: { cluster }, atMs }: Touch,
  ): Promise<ReadonlyMap<string, Alert<AlertPayload>>> {
    const touchMs = armings.of(cluster.id, touchName)?.firedMs ?? 0;
    const about = { symbol, clusterId: cluster.id, stage: 'approach', sinceMs: atMs - oneStoryMs };
    const found = await this.#deps.ledger.ofStage(about);
    const told = found.filter((alert) => countsAsTold(alert) && alert.payload.atMs > touchMs);
    const oldestFirst = told.toSorted((a, b) => a.payload.atMs - b.payload.atMs);
    return new Map(oldestFirst.map((alert) => [alert.subscriptionId, alert]));
  }

  /** A touch answers the approach, for whom there was one. */
  #answer(coin: CoinAlerts, event: Touch, approach: Alert<AlertPayload> | undefined): Personal {
    if (!approach) return {};
    const sinceMs = event.atMs - approach.payload.atMs;
    return { repliesTo: approach.key, text: this.#touchText(coin, event, sinceMs) };
  }

  #touchText(coin: CoinAlerts, { tracked, atMs, priceUsd }: Touch, sinceMs?: number): string {
    const why = { ...sizeReason(coin, tracked.cluster), ...(sinceMs !== undefined && { sinceMs }) };
    return touchText(momentOf(coin.sheet!, { atMs, priceUsd }), tracked.cluster, why);
  }

  #isBlocked(coin: CoinAlerts, { atMs }: Approach | Touch): boolean {
    const reasons = coin.blocked(atMs);
    for (const reason of reasons) this.#deps.counts.leave(reason);
    return reasons.length > 0;
  }

  /** Whether it was told of lately; what was half told when it was interrupted was not, and is taken up again. */
  #isCooling(coin: CoinAlerts, { tracked, atMs }: Approach | Touch, name: string): boolean {
    const firedMs = [name, touchName].flatMap(
      (one) => coin.armings.of(tracked.cluster.id, one)?.firedMs ?? [],
    );
    const isCooling = firedMs.some((ms) => atMs - ms < coolDownMs);
    if (isCooling) this.#deps.counts.leave('told lately');
    return isCooling;
  }

  async #note(coin: CoinAlerts, event: Approach | Touch, stage: 'approach' | 'touch'): Promise<void> {
    await this.#deps.stages.note(newStage(stageKey(coin, event, stage), event.tracked.cluster, event));
  }

  async #settle(
    coin: CoinAlerts,
    fired: { subject: string; name: string; arming: number; told: number; atMs: number },
  ): Promise<void> {
    const { subject, name, told, atMs } = fired;
    // Where nobody was told, nobody is spared a repetition: who subscribes afterwards hears of the next time.
    const stored = coin.armings.note({ subject, name, ...(told > 0 && { firedMs: atMs }) });
    await this.#deps.armings.put([stored]);
  }
}

function stageKey({ symbol }: CoinAlerts, { tracked, arming }: Approach | Touch, stage: StageName): StageKey {
  return { symbol, clusterId: tracked.cluster.id, stage, arming };
}

function occasionOf(
  { symbol }: CoinAlerts,
  { tracked, arming, atMs, priceUsd }: Approach | Touch,
  kind: 'approach' | 'touch',
): Omit<Occasion, 'text'> {
  const { cluster } = tracked;
  return { kind, symbol, subject: cluster.id, arming, atMs, priceUsd, cluster: payloadCluster(cluster) };
}

/** A cluster by both of its names: people may ask for it by the one of the map they saw. */
function named({ cluster, mapId }: TrackedCluster) {
  return { ...cluster, mapId };
}

/** `0.35 ATR (average daily range)`, `2 %`, `2 % and 0.5 ATR (average daily range)`. */
function spoken(nearness: string): string {
  return nearness
    .replace('%', ' % and ')
    .replace('atr', ' ATR (average daily range)')
    .replace(/ and $/, '');
}
