import { type CoinAlerts, type CoinEvent, houseNearness, touchName } from './alert-coin.ts';
import { type AlertDispatch, keyOf, type Occasion, type Personal } from './alert-dispatch.ts';
import { momentOf, payloadCluster, sizeReason } from './alert-moment.ts';
import type { AlertPayload } from './alert-payload.ts';
import type { AlertReceipt } from './alert-receipt.ts';
import type { AlertSubscription } from './alert-subscribers.ts';
import { approachText, touchText } from './alert-text.ts';
import { distanceTo } from './core/alerts/near-levels.ts';
import type { TrackedCluster } from './core/alerts/tracked-clusters.ts';
import type { AlertLedger } from './store/alert-ledger.ts';
import type { Armings } from './store/armings.ts';
import type { ClusterStages, StageKey, StageName } from './store/cluster-stages.ts';

type Deps = {
  readonly ledger: Pick<AlertLedger<AlertPayload>, 'find'>;
  readonly stages: ClusterStages<AlertReceipt>;
  readonly armings: Armings;
  readonly dispatch: AlertDispatch;
};

type Approach = Extract<CoinEvent, { what: 'approach' }>;
type Touch = Extract<CoinEvent, { what: 'touch' }>;

/** After a cluster was told of, it is not told of again for so long, however often price comes back. */
export const coolDownMs = 4 * 3_600_000;
/** A touch that comes later than this after the approach is no answer to it: people have scrolled on. */
const oneStoryMs = 12 * 3_600_000;

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
    const { clusterId, stage, day, side, low, high, usd } = band;
    await this.#deps.stages.note({
      ...{ symbol, clusterId, stage, arming: day, side, low, high, usd, atMs, priceUsd },
      ...{ lowestUsd: priceUsd, highestUsd: priceUsd, alerts: 0 },
    });
  }

  async #approach(coin: CoinAlerts, event: Approach): Promise<void> {
    const { tracked, nearness, inOneLeap, atMs, priceUsd, arming } = event;
    const { cluster } = tracked;
    const isNoted = nearness === houseNearness && coin.isLarge(cluster);
    if (isNoted) await this.#note(coin, event, 'approach');
    const isHeard = this.#isHeard(coin, event, nearness);
    const distance = distanceTo(cluster, priceUsd);
    // Whoever learns in the same moment that price has reached it needs no word of its having come near.
    if (isHeard && !inOneLeap && distance > 0) {
      const { sheet } = coin;
      const atr = sheet?.atrPct === undefined ? {} : { distanceAtr: (distance * 100) / sheet.atrPct };
      const why = { ...sizeReason(coin, cluster), distance, ...atr, nearness: spoken(nearness) };
      const text = approachText(momentOf(sheet!, { atMs, priceUsd }), cluster, why);
      const told = await this.#deps.dispatch.tell(
        { ...occasionOf(coin, event, 'approach'), text },
        coin.audience.of(named(tracked), coin.percentile(cluster.shareOfOi), nearness),
      );
      if (isNoted) await this.#deps.stages.told(stageKey(coin, event, 'approach'), told);
    }
    await this.#settle(coin, { subject: cluster.id, name: nearness, arming, isHeard, atMs });
  }

  async #touch(coin: CoinAlerts, event: Touch): Promise<void> {
    const { tracked, atMs, arming } = event;
    const { cluster } = tracked;
    const isHeard = this.#isHeard(coin, event, touchName);
    const listeners = [...coin.audience.of(named(tracked), coin.percentile(cluster.shareOfOi))];
    const isNoted = coin.isLarge(cluster) || listeners.length > 0;
    if (isNoted && !this.#isCooling(coin, event, touchName)) await this.#note(coin, event, 'touch');
    if (isHeard) {
      const told = await this.#deps.dispatch.tell(
        { ...occasionOf(coin, event, 'touch'), text: this.#touchText(coin, event) },
        listeners,
        (subscription) => this.#answer(coin, event, subscription),
      );
      await this.#deps.stages.told(stageKey(coin, event, 'touch'), told);
    }
    await this.#settle(coin, { subject: cluster.id, name: touchName, arming, isHeard, atMs });
  }

  /** A touch answers the approach, for whom there was one. */
  async #answer(coin: CoinAlerts, event: Touch, { id }: AlertSubscription): Promise<Personal> {
    const { cluster } = event.tracked;
    const nearness = coin.audience.nearnessOf(id) ?? houseNearness;
    const approach = coin.arming(cluster.id, nearness);
    if (!approach) return {};
    const { symbol } = coin;
    const of = { symbol, subject: cluster.id, kind: 'approach', arming: approach.arming } as const;
    const found = await this.#deps.ledger.find(keyOf(of, id));
    if (!found || found.state === 'dropped' || found.state === 'failed') return {};
    const sinceMs = event.atMs - found.payload.atMs;
    if (sinceMs > oneStoryMs) return {};
    return { repliesTo: found.key, text: this.#touchText(coin, event, sinceMs) };
  }

  #touchText(coin: CoinAlerts, { tracked, atMs, priceUsd }: Touch, sinceMs?: number): string {
    const why = { ...sizeReason(coin, tracked.cluster), ...(sinceMs !== undefined && { sinceMs }) };
    return touchText(momentOf(coin.sheet!, { atMs, priceUsd }), tracked.cluster, why);
  }

  #isHeard(coin: CoinAlerts, event: Approach | Touch, name: string): boolean {
    return coin.blocked(event.atMs).length === 0 && !this.#isCooling(coin, event, name);
  }

  /** Not so for the same arming, which may be taken up again after an interruption. */
  #isCooling(coin: CoinAlerts, { tracked, atMs }: Approach | Touch, name: string): boolean {
    const { firedMs } = coin.arming(tracked.cluster.id, name) ?? {};
    return firedMs !== undefined && atMs - firedMs < coolDownMs;
  }

  async #note(coin: CoinAlerts, event: Approach | Touch, stage: 'approach' | 'touch'): Promise<void> {
    const { side, low, high, usd } = event.tracked.cluster;
    const { atMs, priceUsd } = event;
    await this.#deps.stages.note({
      ...stageKey(coin, event, stage),
      ...{ side, low, high, usd, atMs, priceUsd, lowestUsd: priceUsd, highestUsd: priceUsd, alerts: 0 },
    });
  }

  async #settle(
    coin: CoinAlerts,
    fired: { subject: string; name: string; arming: number; isHeard: boolean; atMs: number },
  ): Promise<void> {
    const { subject, name, isHeard, atMs } = fired;
    const stored = coin.stored(subject, name, isHeard ? { firedMs: atMs } : {});
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

/** `0.35 ATR`, `2 %`, `2 % and 0.5 ATR`. */
function spoken(nearness: string): string {
  return nearness
    .replace('%', ' % and ')
    .replace('atr', ' ATR')
    .replace(/ and $/, '');
}
