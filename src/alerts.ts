import { AlertBudgets } from './alerts/budgets.ts';
import { AlertBursts } from './alerts/bursts.ts';
import { AlertClusterBook } from './alerts/cluster-book.ts';
import { AlertCounts } from './alerts/counts.ts';
import { AlertCrossings } from './alerts/crossings.ts';
import { AlertDigests } from './alerts/digests.ts';
import { AlertDispatch, type Deliver } from './alerts/dispatch.ts';
import { AlertLanes } from './alerts/lanes.ts';
import { AlertMapNews } from './alerts/map-news.ts';
import { type AlertPayload, alertPayloadSchema } from './alerts/payload.ts';
import { receiptSchema } from './alerts/receipt.ts';
import { AlertReceipts } from './alerts/receipts.ts';
import { type AlertVerdict, alertScore } from './alerts/score.ts';
import { alertSettingsSchema } from './alerts/settings.ts';
import type { AlertSheet, AlertSheets } from './alerts/sheet.ts';
import type { AlertsStatus } from './alerts/status.ts';
import { AlertSubscribers } from './alerts/subscribers.ts';
import type { MarketPrice } from './core/alerts/reference-price.ts';
import { dayMs, hourMs } from './core/durations.ts';
import { pause } from './deadline.ts';
import { errorText } from './errors.ts';
import type { Log } from './log.ts';
import type { Market } from './market/source.ts';
import type { LiquidationFeeds } from './observed-liquidations.ts';
import type { Store } from './store/store.ts';

export type AlertTick = MarketPrice & { readonly symbol: string };

export type AlertEngineDeps = {
  readonly store: Pick<Store, 'alerts' | 'subscriptions' | 'largeClusters' | 'clusterStages' | 'armings'>;
  /** Prices of all markets, as they come. */
  readonly ticks: { subscribe(listener: (tick: AlertTick) => void): () => void };
  readonly sheets: Pick<AlertSheets, 'news'>;
  readonly feeds: LiquidationFeeds;
  readonly marketsOf: (symbol: string) => Promise<readonly Market[]>;
  readonly deliver: Deliver;
  /** Coins that are watched, and scored, though nobody is subscribed. */
  readonly symbols: readonly string[];
  /** Has the coin's map made again and again. */
  readonly keepFresh: (symbol: string) => void;
  readonly tellStatus: (status: AlertsStatus) => Promise<void>;
  readonly counts?: AlertCounts;
  readonly nowMs: () => number;
  readonly log: Log;
  /** Waits between two rounds, in the time of `nowMs`. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Waits before what failed is tried again; tests need not wait. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** How often maps, subscriptions and what is due by time are looked at. */
const sheetsEveryMs = 5_000;
const sweepEveryMs = 15_000;
const reloadEveryMs = 10 * 60_000;
const verdictEveryMs = hourMs;
/** What a coin's own history is looked up in, and a day. */
const keepSizesMs = 31 * dayMs;
const never: AbortSignal = new AbortController().signal;

/**
 * Decides when an alert is due and writes it down: fed by prices and maps, it finds what price has come to, whom to tell
 * and what to say. One process at a time may run it; what it needs to go on after another is in the store.
 */
export class AlertEngine {
  readonly #deps: AlertEngineDeps;
  readonly #subscribers: AlertSubscribers;
  readonly #crossings: AlertCrossings;
  readonly #news: AlertMapNews;
  readonly #receipts: AlertReceipts;
  readonly #digests: AlertDigests;
  readonly #bursts: AlertBursts;
  readonly #counts: AlertCounts;
  readonly #books = new Map<string, AlertClusterBook>();
  /** The newest map of each coin that nobody is known to watch. */
  readonly #untaken = new Map<string, AlertSheet>();
  readonly #lanes: AlertLanes;
  #verdicts: ReadonlyMap<string, AlertVerdict> = new Map();
  #loadedMs = Number.NEGATIVE_INFINITY;
  #judgedMs = Number.NEGATIVE_INFINITY;
  #signal = never;

  constructor(deps: AlertEngineDeps) {
    const { store, deliver, feeds, marketsOf, log, sleep, counts = new AlertCounts() } = deps;
    const ledger = store.alerts<AlertPayload>(alertPayloadSchema);
    const stages = store.clusterStages(receiptSchema);
    const { armings } = store;
    this.#deps = deps;
    this.#counts = counts;
    this.#lanes = new AlertLanes({ log, sleep, signal: () => this.#signal });
    this.#subscribers = new AlertSubscribers(store.subscriptions(alertSettingsSchema));
    const subscribers = this.#subscribers;
    const budgets = new AlertBudgets(ledger, subscribers);
    const dispatch = new AlertDispatch({ ledger, subscribers, budgets, deliver, counts, log });
    this.#crossings = new AlertCrossings({ ledger, stages, armings, dispatch, counts });
    this.#news = new AlertMapNews({ stages, armings, dispatch });
    this.#receipts = new AlertReceipts({ stages, ledger, dispatch, feeds, marketsOf, log });
    this.#digests = new AlertDigests({ ledger, subscribers, dispatch });
    this.#bursts = new AlertBursts({ feeds, marketsOf, armings, dispatch });
  }

  /** Works until told to end; what is under way then is ended first. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    await this.#lanes.insist('alerts are not loaded yet', () => this.sweep());
    const leave = this.#deps.ticks.subscribe((tick) => this.hear(tick));
    try {
      await Promise.all([
        this.#every(sheetsEveryMs, 'maps are not read', () => this.readSheets()),
        this.#every(sweepEveryMs, 'alerts are not looked after', () => this.sweep()),
      ]);
    } finally {
      leave();
      await this.settled();
    }
  }

  /** Takes one market's price. What follows from it is under way when this returns; see `settled`. */
  hear(tick: AlertTick): void {
    const coin = this.#books.get(tick.symbol)?.coin;
    if (!coin) return;
    this.#counts.ticks += 1;
    const events = coin.tick(tick, this.#deps.nowMs());
    const rearmed = coin.takeRearmed();
    if (rearmed.length > 0) this.#lanes.put(coin.symbol, () => this.#deps.store.armings.put(rearmed));
    for (const event of events) {
      this.#counts.fire(event.what);
      this.#lanes.put(coin.symbol, () => this.#crossings.take(coin, event));
    }
  }

  /** Takes the maps that were made since the last time; those of coins that nobody watches once somebody does. */
  async readSheets(): Promise<void> {
    for (const sheet of await this.#deps.sheets.news()) this.#untaken.set(sheet.symbol, sheet);
    for (const symbol of this.#watched()) {
      const sheet = this.#untaken.get(symbol);
      if (!sheet) continue;
      this.#untaken.delete(symbol);
      this.#lanes.put(symbol, () => this.#takeSheet(sheet));
    }
  }

  /** Does what is due by time. */
  async sweep(): Promise<void> {
    const { nowMs, keepFresh, tellStatus } = this.#deps;
    const now = nowMs();
    await this.#readSubscriptions(now);
    this.#layTriggers();
    for (const symbol of this.#watched()) keepFresh(symbol);
    await this.#judge(now);
    const coinOf = (symbol: string) => this.#books.get(symbol)?.coin;
    await this.#receipts.sweep(now, coinOf);
    await this.#digests.sweep(now, coinOf);
    for (const { coin } of this.#books.values()) {
      await this.#bursts.sweep(coin, now).catch((error) => this.#trouble('bursts are not seen', error));
    }
    await tellStatus(this.status()).catch((error) =>
      this.#trouble('the status of alerts is not told', error),
    );
  }

  /** Resolves when all that is under way has ended. */
  async settled(): Promise<void> {
    await this.#lanes.settled();
  }

  /** Prices that are waited for. */
  get triggers(): number {
    return [...this.#books.values()].reduce((sum, { coin }) => sum + coin.triggers, 0);
  }

  status(): AlertsStatus {
    const nowMs = this.#deps.nowMs();
    const coins = [...this.#watched()].map((symbol) => {
      const coin = this.#books.get(symbol)?.coin;
      const verdict = this.#verdicts.get(symbol) ?? 'unproven';
      return {
        symbol,
        clusters: coin?.large.length ?? 0,
        verdict,
        blocked: coin?.blocked(nowMs) ?? ['no map'],
      };
    });
    return { atMs: nowMs, subscriptions: this.#subscribers.size, coins };
  }

  #watched(): ReadonlySet<string> {
    return new Set([...this.#deps.symbols, ...this.#subscribers.symbols]);
  }

  async #readSubscriptions(nowMs: number): Promise<void> {
    if (nowMs - this.#loadedMs >= reloadEveryMs) {
      await this.#subscribers.load();
      this.#loadedMs = nowMs;
    } else await this.#subscribers.refresh();
  }

  async #judge(nowMs: number): Promise<void> {
    if (nowMs - this.#judgedMs < verdictEveryMs) return;
    const { store } = this.#deps;
    const score = await alertScore(store.clusterStages(receiptSchema), nowMs);
    this.#verdicts = new Map(score.coins.map(({ symbol, verdict }) => [symbol, verdict]));
    for (const { coin } of this.#books.values()) coin.muted = this.#verdicts.get(coin.symbol) === 'muted';
    await store.largeClusters.forgetSizes(nowMs - keepSizesMs);
    this.#judgedMs = nowMs;
  }

  async #takeSheet(sheet: AlertSheet): Promise<void> {
    const { store, nowMs } = this.#deps;
    const book = await this.#bookOf(sheet.symbol);
    const taken = book.coin.takeMap(sheet);
    if (!taken) return;
    const { tracking, added } = taken;
    // Each for itself: a map is taken once, whatever has to be tried again.
    await this.#lanes.insist('triggers are not written down yet', () => store.armings.put(added));
    await this.#lanes.insist('clusters are not written down yet', () => book.take(tracking, sheet.timeMs));
    await this.#lanes.insist('what a map shows is not told yet', () =>
      this.#news.take(book.coin, tracking, nowMs()),
    );
  }

  /** Somebody may call another distance near than anybody did before. */
  #layTriggers(): void {
    const { store, nowMs } = this.#deps;
    for (const { coin } of this.#books.values()) {
      if (!coin.hasNewDistances()) continue;
      const added = coin.layTriggers(nowMs());
      this.#lanes.put(coin.symbol, () => store.armings.put(added));
    }
  }

  async #bookOf(symbol: string): Promise<AlertClusterBook> {
    const known = this.#books.get(symbol);
    if (known) return known;
    const { store, nowMs } = this.#deps;
    const { largeClusters, armings } = store;
    const deps = { largeClusters, armings, stages: store.clusterStages(receiptSchema) };
    const book = await AlertClusterBook.open(deps, symbol, this.#subscribers.audience(symbol), nowMs());
    book.coin.muted = this.#verdicts.get(symbol) === 'muted';
    this.#books.set(symbol, book);
    return book;
  }

  async #every(everyMs: number, trouble: string, work: () => Promise<void>): Promise<void> {
    const { pause: wait = pause } = this.#deps;
    while (!this.#signal.aborted) {
      await work().catch((error) => this.#trouble(trouble, error));
      await wait(everyMs, this.#signal);
    }
  }

  #trouble(what: string, error: unknown): void {
    this.#deps.log.warn(what, { reason: errorText(error) });
  }
}
