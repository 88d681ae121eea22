import { digestSpan } from '../core/alerts/message-budget.ts';
import { distanceTo } from '../core/alerts/near-levels.ts';
import { dayMs, minuteMs } from '../core/durations.ts';
import type { Alert, AlertLedger } from '../store/alert-ledger.ts';
import type { CoinAlerts } from './coin.ts';
import { type AlertDispatch, leftOutStage, type Occasion } from './dispatch.ts';
import { momentOf } from './moment.ts';
import type { AlertPayload } from './payload.ts';
import type { AlertKind, AlertSubscription } from './settings.ts';
import type { AlertSubscribers } from './subscribers.ts';
import { digestText, leftOutText } from './text.ts';

type Deps = {
  readonly ledger: Pick<AlertLedger<AlertPayload>, 'dropped'>;
  readonly subscribers: AlertSubscribers;
  readonly dispatch: AlertDispatch;
};

type CoinOf = (symbol: string) => CoinAlerts | undefined;
type LeftOut = { readonly alert: Alert<AlertPayload>; readonly why: 'burst' | 'daily cap' };

/** A digest that could not be told within this time of day is left out. */
const punctualMs = 15 * minuteMs;
/** So long after a stretch of time what was left out in it is told. */
const leftOutMs = 30 * minuteMs;
const clustersOfCoin = 2;

/** What is told at set times: the digest of a day's hours, and of what a budget has left out. */
export class AlertDigests {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Tells digests that are due. Each is told once, however often this is asked. */
  async sweep(nowMs: number, coinOf: CoinOf): Promise<void> {
    await this.#leftOut(nowMs);
    for (const subscription of this.#deps.subscribers.withDigest)
      await this.#digest(subscription, nowMs, coinOf);
  }

  async #digest(subscription: AlertSubscription, nowMs: number, coinOf: CoinOf): Promise<void> {
    const { symbols, digestAt = [] } = subscription.settings;
    const day = Math.floor(nowMs / dayMs);
    for (const minute of digestAt) {
      const dueMs = day * dayMs + minute * minuteMs;
      if (nowMs < dueMs || nowMs >= dueMs + punctualMs) continue;
      const coins = symbols.flatMap((symbol) => {
        const coin = coinOf(symbol);
        return coin?.sheet ? [coin] : [];
      });
      const [first] = coins;
      if (!first) continue;
      const text = digestText(
        coins.map((coin) => spokenCoin(coin, nowMs)),
        nowMs,
      );
      const priceUsd = first.priceUsd ?? first.sheet!.priceUsd;
      const occasion = {
        kind: 'digest',
        symbol: first.symbol,
        subject: 'digest',
        atMs: nowMs,
        priceUsd,
        text,
      } as const;
      await this.#deps.dispatch.tell({ ...occasion, arming: day * 1_440 + minute }, [subscription.id]);
    }
  }

  /** Once the time is over for which messages were left out. */
  async #leftOut(nowMs: number): Promise<void> {
    const left = (await this.#deps.ledger.dropped(nowMs - dayMs - leftOutMs)).flatMap((alert): LeftOut[] =>
      alert.reason === 'burst' || alert.reason === 'daily cap' ? [{ alert, why: alert.reason }] : [],
    );
    const digests = new Map<string, LeftOut[]>();
    for (const one of left) {
      const { fromMs } = digestSpan(one.why, one.alert.payload.atMs);
      const name = JSON.stringify([one.alert.subscriptionId, one.why, fromMs]);
      digests.set(name, [...(digests.get(name) ?? []), one]);
    }
    for (const all of digests.values()) {
      const [{ alert, why }] = all as [LeftOut];
      const span = digestSpan(why, alert.payload.atMs);
      // Later some of them would be out of sight, and what is told of the rest would be another digest.
      if (nowMs >= span.toMs && nowMs < span.toMs + leftOutMs)
        await this.#tellLeftOut(all, { ...span, why, nowMs });
    }
  }

  async #tellLeftOut(
    all: readonly LeftOut[],
    { fromMs, toMs, why, nowMs }: { fromMs: number; toMs: number; why: 'burst' | 'daily cap'; nowMs: number },
  ): Promise<void> {
    const { alert } = all[0]!;
    const { priceUsd } = alert.payload;
    const text = leftOutText(
      all.map((one) => ({ symbol: one.alert.symbol, kind: one.alert.payload.kind })),
      { fromMs, toMs, why },
    );
    // Of a kind that they want to hear of: it tells of alerts of that kind.
    const kind: AlertKind = alert.payload.kind;
    const occasion: Occasion = {
      ...{ kind, stage: leftOutStage, symbol: alert.symbol, subject: why, arming: fromMs / minuteMs },
      ...{ atMs: nowMs, priceUsd, text },
    };
    await this.#deps.dispatch.tell(occasion, [alert.subscriptionId]);
  }
}

function spokenCoin(coin: CoinAlerts, nowMs: number) {
  const sheet = coin.sheet!;
  const priceUsd = coin.priceUsd ?? sheet.priceUsd;
  const clusters = coin.large
    .map(({ cluster }) => ({ ...cluster, distance: distanceTo(cluster, priceUsd) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, clustersOfCoin)
    .map(({ distanceAtr: _, ...cluster }) => cluster);
  return { ...momentOf(sheet, { atMs: nowMs, priceUsd }), clusters };
}
