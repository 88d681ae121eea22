import { type Clock, ClockWatch } from './market/clock.ts';
import type { Market } from './market/source.ts';
import type { StreamStatus } from './market/streams.ts';
import type { LiquidationRecords } from './store/liquidations.ts';

type Deps = { readonly records: Pick<LiquidationRecords, 'write'>; readonly clock: Clock };

/** A liquidation may be this late. */
const lateMs = 5_000;
/** A clock that was set, or a machine that slept, by more than this spoils a claim to have listened. */
const jumpMs = 2_000;

/** Of which spans of time all liquidations that a venue pushes were heard: claimed for the store, a little late. */
export class HeardSpans {
  readonly #deps: Deps;
  #claimed:
    | {
        /** Until when all of a market was heard, or since when it will be. */
        readonly heardMs: ReadonlyMap<Market, number>;
        readonly since: ClockWatch;
        readonly lost: number | undefined;
      }
    | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Covers the time since the last claim of each market if the stream has not been lost since. A market that is new, or a
   * stream that is back, counts from a little later on: a subscription takes a moment.
   */
  async claim(markets: readonly Market[], { state, lost }: Partial<StreamStatus> = {}): Promise<void> {
    const { records, clock } = this.#deps;
    const before = this.#claimed;
    const since = new ClockWatch(clock);
    const nowMs = clock.nowMs();
    const toMs = nowMs - lateMs;
    const isWhole = before?.lost === lost && Math.abs(before?.since.jumpedMs ?? 0) <= jumpMs;
    const fromMs = new Map(isWhole ? before?.heardMs : []);
    const isDue = (market: Market) => (fromMs.get(market) ?? toMs) < toMs;
    const heardMs = new Map(
      markets.map((market) => [market, isDue(market) ? toMs : (fromMs.get(market) ?? nowMs + lateMs)]),
    );
    this.#claimed = state === 'live' ? { heardMs, since, lost } : undefined;
    if (state !== 'live') return;
    for (const market of markets.filter(isDue)) {
      const { venue, symbol } = market;
      const covers = { fromMs: fromMs.get(market)!, toMs };
      await records.write({ venue, symbol, from: 'seen' }, [], { covers });
    }
  }
}
