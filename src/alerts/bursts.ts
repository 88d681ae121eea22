import { isBurst } from '../core/alerts/signals.ts';
import { dayMs, minuteMs } from '../core/durations.ts';
import { isLowerBound, type Observation, observedUsd } from '../core/observed.ts';
import type { Market } from '../market/source.ts';
import { type LiquidationFeeds, observe } from '../observed-liquidations.ts';
import type { Armings } from '../store/armings.ts';
import { wholeCoin } from './armings.ts';
import type { CoinAlerts } from './coin.ts';
import type { AlertDispatch } from './dispatch.ts';
import { momentOf } from './moment.ts';
import { normalMinuteUsd } from './receipt.ts';
import { burstText } from './text.ts';

type Deps = {
  readonly feeds: LiquidationFeeds;
  readonly marketsOf: (symbol: string) => Promise<readonly Market[]>;
  readonly armings: Armings;
  readonly dispatch: AlertDispatch;
};

/** A day's mean changes slowly, and a day of liquidations is much to read. */
const normalForMs = 10 * minuteMs;
/** After a burst, the next is part of it: minutes that large come in swarms of hours. */
const burstCoolDownMs = 240 * minuteMs;
const name = 'burst';

/** Tells when many times the normal is liquidated within a minute, as far as venues' feeds show it. */
export class AlertBursts {
  readonly #deps: Deps;
  readonly #normal = new Map<string, { readonly usd: number; readonly atMs: number }>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async sweep(coin: CoinAlerts, nowMs: number): Promise<void> {
    const { symbol } = coin;
    const known = coin.armings.of(wholeCoin, name);
    const isCooling = known?.firedMs !== undefined && nowMs - known.firedMs < burstCoolDownMs;
    if (isCooling || coin.audience.size === 0 || !coin.sheet) return;
    const last = await this.#see(symbol, { fromMs: nowMs - minuteMs, toMs: nowMs });
    const longUsd = observedUsd(last, 'long');
    const shortUsd = observedUsd(last, 'short');
    if (longUsd + shortUsd === 0) return;
    const normalUsd = await this.#normalUsd(symbol, nowMs);
    if (normalUsd === undefined || !isBurst(longUsd + shortUsd, normalUsd)) return;
    const priceUsd = coin.priceUsd ?? coin.sheet.priceUsd;
    const arming = Math.floor(nowMs / burstCoolDownMs);
    const moment = momentOf(coin.sheet, { atMs: nowMs, priceUsd });
    const text = burstText(moment, { longUsd, shortUsd, normalUsd, isLowerBound: isLowerBound(last) });
    const occasion = {
      kind: 'burst',
      symbol,
      subject: wholeCoin,
      arming,
      atMs: nowMs,
      priceUsd,
      text,
    } as const;
    const told = await this.#deps.dispatch.tell(occasion, coin.audience.members());
    if (told === 0) return;
    const stored = coin.armings.note({ subject: wholeCoin, name, arming, firedMs: nowMs });
    await this.#deps.armings.put([stored]);
  }

  /** Undefined where nothing was watched in the day before. */
  async #normalUsd(symbol: string, nowMs: number): Promise<number | undefined> {
    const known = this.#normal.get(symbol);
    if (known && nowMs - known.atMs < normalForMs) return known.usd;
    const before = await this.#see(symbol, { fromMs: nowMs - dayMs, toMs: nowMs - minuteMs });
    if (before.watches.length === 0) return undefined;
    const usd = normalMinuteUsd(before);
    this.#normal.set(symbol, { usd, atMs: nowMs });
    return usd;
  }

  async #see(
    symbol: string,
    range: { readonly fromMs: number; readonly toMs: number },
  ): Promise<Observation> {
    return observe(this.#deps.feeds, { base: symbol, markets: await this.#deps.marketsOf(symbol) }, range);
  }
}
