import { pause } from '../deadline.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import { StoreUnavailable } from '../store/store-error.ts';

type Deps = {
  readonly log: Log;
  /** Aborted when nobody is to try any more. */
  readonly signal: () => AbortSignal;
  /** Waits before what failed is tried again. */
  readonly sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
};

const attempts = 6;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** What is to be done for each coin, one after the other: what a price has come to must not be lost. */
export class AlertLanes {
  readonly #deps: Deps;
  readonly #lanes = new Map<string, Promise<void>>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Has it done after all that is to be done for the coin already. Returns at once. */
  put(symbol: string, work: () => Promise<void>): void {
    const before = this.#lanes.get(symbol) ?? Promise.resolve();
    const what = `an alert of ${symbol} is not written down yet`;
    this.#lanes.set(
      symbol,
      before.then(() => this.insist(what, work)),
    );
  }

  /** Tries again what failed, a while longer each time, and for as long as the store is away. Never rejects. */
  async insist(what: string, work: () => Promise<void>): Promise<void> {
    const { log, signal, sleep = pause } = this.#deps;
    let [failures, isAway] = [0, false];
    while (isAway || failures < attempts) {
      try {
        return await work();
      } catch (error) {
        log.warn(what, { reason: errorText(error) });
        if (signal().aborted) return;
        isAway = error instanceof StoreUnavailable;
        await sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** failures), signal());
        failures += 1;
      }
    }
    log.error(`given up: ${what}`);
  }

  /** Resolves when all that is under way has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#lanes.values());
  }
}
