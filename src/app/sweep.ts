import { ownSignal, unlessAborted } from '../deadline.ts';
import { errorText } from '../errors.ts';
import { type JobHandler, jobHandler } from '../jobs/kind.ts';
import { sweepPositionsKind } from '../jobs/map-kinds.ts';
import { systemClock } from '../market/clock.ts';
import type { PositionSource } from '../market/positions.ts';
import type { Market } from '../market/source.ts';
import type { MarketStreams } from '../market/streams.ts';
import { PositionSweep } from '../position-sweep.ts';
import type { Store } from '../store/store.ts';
import type { House } from './house.ts';
import { watchSweep } from './sweep-metrics.ts';

/** A slice ends soon enough for another sort of work to have its turn, and for a restart to lose little. */
const sliceMs = 55_000;
/** For the job to begin and end. */
const requestMs = 100_000;
/** The first maps need the venue more. */
const startAfterMs = 10_000;
const failedMs = 15_000;
/** How often it is said in the log how it goes. */
const tellEvery = 10;

type Swept = {
  readonly positions: PositionSource;
  readonly streams?: MarketStreams;
  readonly markets: () => Promise<readonly Market[]>;
};

/** The sweeps of positions in this process: what does their jobs, and what asks for them while a lease is held. */
export class Sweeps {
  readonly #house: House;
  readonly #sweeps = new Map<string, Swept & { readonly sweep: PositionSweep }>();
  readonly #stopping: AbortSignal;

  /** @param stopping ends what runs */
  constructor(
    house: House,
    store: Store,
    { venues, stopping }: { venues: readonly Swept[]; stopping: AbortSignal },
  ) {
    this.#house = house;
    this.#stopping = stopping;
    const { nowMs, pause, log } = house;
    const mostPerMinute = house.config.sweepWeight;
    for (const venue of mostPerMinute > 0 ? venues : []) {
      const { positions, markets } = venue;
      const sweep = new PositionSweep({
        source: positions,
        mostPerMinute,
        list: store.sweepList,
        positions: store.measuredPositions,
        notes: store.installation,
        markets,
        clock: { ...systemClock, nowMs },
        pause,
        log,
      });
      this.#sweeps.set(sweep.venue, { ...venue, sweep });
      watchSweep(house, { sweep, positions: store.measuredPositions });
    }
  }

  get handler(): JobHandler {
    return jobHandler(sweepPositionsKind, async ({ venue }, { signal }) => {
      const { sweep } = this.#sweeps.get(venue) ?? {};
      if (!sweep) return { swept: 0, failed: 0, positions: 0, refused: 0 };
      const either = ownSignal(signal, this.#stopping);
      return sweep.slice(sliceMs, either.signal).finally(either.release);
    });
  }

  /** Has slice after slice done, by whichever collector takes the job, until the signal is aborted. */
  async run(venue: string, held: AbortSignal): Promise<void> {
    const { signal, release } = ownSignal(held, this.#stopping);
    await this.#sliceAfterSlice(venue, signal).finally(release);
  }

  async #sliceAfterSlice(venue: string, signal: AbortSignal): Promise<void> {
    const { queue, log, pause } = this.#house;
    const swept = this.#sweeps.get(venue);
    if (!swept) return;
    const { sweep, streams, markets } = swept;
    await pause(startAfterMs, signal);
    const traders = streams?.watchTraders?.(await markets(), (trader) => sweep.hear(trader));
    for (let slice = 0; !signal.aborted; slice++) {
      try {
        traders?.watch(await markets());
        await sweep.listHeard();
        const asked = queue.request(sweepPositionsKind, venue, { venue }, requestMs);
        const done = await unlessAborted(asked, signal);
        const level = slice % tellEvery === 0 ? 'info' : 'debug';
        const state = traders && { traders: traders.status().state };
        log[level]('positions were looked at', { venue, ...done, ...(await sweep.counts()), ...state });
      } catch (error) {
        if (signal.aborted) break;
        log.debug('positions were not looked at', { venue, reason: errorText(error) });
        await pause(failedMs, signal);
      }
    }
    await traders?.close();
  }
}
