import type { Liquidation } from '../../../src/core/market-data.ts';
import type { Store } from '../../../src/store/store.ts';
import type { LoopbackExchange } from '../exchange/server.ts';
import { until } from '../jobs/process.ts';
import type { Tally, Work } from './tally.ts';

const pushEveryMs = 50;
const liquidated = { venue: 'bybit', symbol: 'BTC/USDT:USDT', from: 'seen' } as const;
const candles = [
  { venue: 'bybit', symbol: 'BTC/USDT:USDT', price: 'last' },
  { venue: 'hyperliquid', symbol: 'BTC/USDC:USDC', price: 'last' },
] as const;
const timeframes = ['1m', '5m', '15m', '1h'] as const;

/** What venues tell, of which the service says how far it has heard all. */
export class RecordWork implements Work {
  readonly #store: Store;
  readonly #exchange: LoopbackExchange;
  readonly #patienceMs: number;
  readonly #startMs = Date.now();
  readonly #pushed: { readonly event: Liquidation; readonly ears: number }[] = [];
  readonly #seen = new Set<string>();
  readonly #pushing: NodeJS.Timeout;

  constructor(store: Store, exchange: LoopbackExchange, patienceMs: number) {
    this.#store = store;
    this.#exchange = exchange;
    this.#patienceMs = patienceMs;
    this.#pushing = setInterval(() => this.#push(), pushEveryMs);
  }

  close(): void {
    clearInterval(this.#pushing);
  }

  /** Whether there are candles yet. */
  async areHeld(): Promise<boolean> {
    return (await this.#candles()).length > 0;
  }

  /** What is recorded by now must stay. */
  round(): void {
    const note = (found: readonly string[]) => {
      for (const one of found) this.#seen.add(one);
    };
    // While the store is away nobody knows what is in it.
    this.#candles().then(note, () => undefined);
  }

  /** Waits until the service says of a time that it has heard all, if that may take so long. */
  async settle(): Promise<void> {
    const hasPromised = async () => (await this.count())[0]!.given > 0;
    await until(hasPromised, this.#patienceMs, 'a time of which all was heard').catch(() => undefined);
    this.close();
    // What was pushed last may not be written yet.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }

  /** The time of the newest liquidation that is recorded. */
  async newestMs(): Promise<number> {
    const { rows } = await this.#store.liquidations.read(liquidated, {
      fromMs: this.#startMs,
      toMs: Date.now() + 1,
    });
    return rows.at(-1)?.timeMs ?? 0;
  }

  async count(): Promise<readonly Tally[]> {
    const range = { fromMs: this.#startMs, toMs: Date.now() + 1 };
    const { rows, covered } = await this.#store.liquidations.read(liquidated, range);
    const stored = new Map<number, number>();
    for (const { timeMs } of rows) stored.set(timeMs, (stored.get(timeMs) ?? 0) + 1);
    const isPromised = ({ timeMs }: Liquidation) =>
      covered.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs < toMs);
    const promised = this.#pushed.filter(({ event }) => isPromised(event));
    const unwritten = this.#pushed.filter(
      ({ event, ears }) => ears > 0 && !isPromised(event) && !stored.has(event.timeMs),
    );
    const now = new Set(await this.#candles());
    return [
      {
        what: 'liquidations said to be all heard',
        given: promised.length,
        there: promised.filter(({ event }) => stored.has(event.timeMs)).length,
        lost: promised.filter(({ event }) => !stored.has(event.timeMs)).length,
        twice: [...stored.values()].filter((count) => count > 1).length,
        note: `of ${this.#pushed.length} pushed; heard in the second before a kill and not written: ${unwritten.length}`,
      },
      {
        what: 'recorded candles',
        given: this.#seen.size,
        there: [...this.#seen].filter((one) => now.has(one)).length,
        lost: [...this.#seen].filter((one) => !now.has(one)).length,
        twice: 0,
      },
    ];
  }

  /** No two at one time, so that each can be told from the others. */
  #push(): void {
    const timeMs = Math.max(Date.now(), (this.#pushed.at(-1)?.event.timeMs ?? 0) + 1);
    const price = 60_000 + (this.#pushed.length % 1_000);
    const event: Liquidation = {
      ...{ timeMs, liquidatedSide: 'long', price, priceKind: 'bankruptcy', size: 0.01, usd: 0.01 * price },
    };
    this.#pushed.push({ event, ears: this.#exchange.sockets.pushLiquidations('bybit', 'BTCUSDT', [event]) });
  }

  async #candles(): Promise<readonly string[]> {
    const range = { fromMs: 0, toMs: Date.now() };
    const held = await Promise.all(
      candles.flatMap((key) =>
        timeframes.map(async (timeframe) => {
          const { rows } = await this.#store.candles.read({ ...key, timeframe }, range);
          return rows.map(({ openMs }) => `${key.venue} ${timeframe} ${openMs}`);
        }),
      ),
    );
    return held.flat();
  }
}
