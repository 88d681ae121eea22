import { hourMs, minuteMs } from '../core/durations.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Market } from '../market/source.ts';
import type { LiquidationFeeds } from '../observed-liquidations.ts';
import { type Alert, type AlertLedger, countsAsTold } from '../store/alert-ledger.ts';
import { type ClusterStages, type ReceiptMinutes, receiptMinutes } from '../store/cluster-stages.ts';
import type { CoinAlerts } from './coin.ts';
import { type AlertDispatch, keyOf, type Occasion } from './dispatch.ts';
import type { AlertPayload } from './payload.ts';
import { type AlertReceipt, type TouchStage, takeReceipt } from './receipt.ts';
import type { PriceStretch } from './stretches.ts';
import { receiptText } from './text.ts';

type Deps = {
  readonly stages: ClusterStages<AlertReceipt>;
  readonly ledger: Pick<AlertLedger<AlertPayload>, 'ofStage'>;
  readonly dispatch: AlertDispatch;
  readonly feeds: LiquidationFeeds;
  readonly marketsOf: (symbol: string) => Promise<readonly Market[]>;
  readonly log: Log;
};

/** Feeds come in with a delay. */
const settleMs = 30_000;
/** After that no receipt is taken any more: it would tell of another time. */
const tooLateMs = 6 * hourMs;

/**
 * Takes the receipts that are due: from the store, so that none is lost with a process. What was taken is first written
 * down, and then told to those who were told of the touch, by editing.
 */
export class AlertReceipts {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @param coinOf the coin as it is watched here; undefined where it is not */
  async sweep(nowMs: number, coinOf: (symbol: string) => CoinAlerts | undefined): Promise<void> {
    const stretches = new Map<string, readonly PriceStretch[]>();
    for (const stage of await this.#deps.stages.open(nowMs - tooLateMs)) {
      const { symbol } = stage;
      const coin = coinOf(symbol);
      if (coin?.priceUsd === undefined) continue;
      if (!stretches.has(symbol)) stretches.set(symbol, coin.takeStretches());
      try {
        let now = await this.#follow(stage, stretches.get(symbol) ?? []);
        for (const minutes of receiptMinutes)
          now = await this.#take(now, { minutes, nowMs, priceUsd: coin.priceUsd });
      } catch (error) {
        this.#deps.log.warn('a receipt is not taken yet', { symbol, reason: errorText(error) });
      }
    }
  }

  async #follow(stage: TouchStage, stretches: readonly PriceStretch[]): Promise<TouchStage> {
    const since = stretches.filter(({ fromMs }) => fromMs >= stage.atMs);
    const lowestUsd = Math.min(stage.lowestUsd, ...since.map(({ low }) => low));
    const highestUsd = Math.max(stage.highestUsd, ...since.map(({ high }) => high));
    if (lowestUsd === stage.lowestUsd && highestUsd === stage.highestUsd) return stage;
    await this.#deps.stages.follow(stage, { lowestUsd, highestUsd });
    return { ...stage, lowestUsd, highestUsd };
  }

  async #take(
    stage: TouchStage,
    {
      minutes,
      nowMs,
      priceUsd,
    }: { readonly minutes: ReceiptMinutes; readonly nowMs: number; readonly priceUsd: number },
  ): Promise<TouchStage> {
    if (stage.receipts[minutes] || nowMs < stage.atMs + minutes * minuteMs + settleMs) return stage;
    const { stages, feeds, marketsOf } = this.#deps;
    const markets = await marketsOf(stage.symbol);
    const receipt = await takeReceipt(stage, { minutes, priceUsd, feeds, markets });
    if (stage.stage === 'touch') await this.#tell(stage, minutes, receipt, priceUsd);
    // Last, so that an interruption has it told again rather than not at all.
    await stages.receipt(stage, minutes, receipt);
    return { ...stage, receipts: { ...stage.receipts, [minutes]: receipt } };
  }

  async #tell(
    stage: TouchStage,
    minutes: ReceiptMinutes,
    receipt: AlertReceipt,
    priceUsd: number,
  ): Promise<void> {
    const touches = await this.#touchesOf(stage);
    if (touches.size === 0) return;
    const receipts = [
      ...receiptMinutes.flatMap((earlier) => {
        const known = stage.receipts[earlier];
        return known && earlier < minutes ? [{ minutes: earlier, receipt: known }] : [];
      }),
      { minutes, receipt },
    ];
    const { symbol, clusterId: subject, arming } = stage;
    const occasion: Occasion = {
      ...{ kind: 'receipt', stage: `receipt${minutes}`, symbol, subject, arming },
      ...{ atMs: receipt.atMs, priceUsd },
      // Each has the text of the touch that they were told of, with the receipt in it.
      text: '',
    };
    await this.#deps.dispatch.tell(occasion, touches.keys(), ({ id }) => {
      const { key, payload } = touches.get(id)!;
      const { notBeforeMs } = payload;
      return {
        edits: key,
        text: receiptText(
          payload.text,
          payload.cluster ?? { ...stage, peak: stage.low, shareOfOi: 0, leverage: 0 },
          receipts,
        ),
        ...(notBeforeMs !== undefined && { notBeforeMs }),
      };
    });
  }

  async #touchesOf(stage: TouchStage): Promise<ReadonlyMap<string, Alert<AlertPayload>>> {
    const { symbol, clusterId, arming, atMs } = stage;
    const found = await this.#deps.ledger.ofStage({
      symbol,
      clusterId,
      stage: 'touch',
      sinceMs: atMs - minuteMs,
    });
    const touch = { kind: 'touch', symbol, subject: clusterId, arming } as const;
    const own = found.filter(
      (alert) => alert.key === keyOf(touch, alert.subscriptionId) && countsAsTold(alert),
    );
    return new Map(own.map((alert) => [alert.subscriptionId, alert]));
  }
}
