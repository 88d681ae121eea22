import { VenueCollector } from '../collector.ts';
import { LiquidationRecorder } from '../liquidation-recorder.ts';
import type { PositionSource } from '../market/positions.ts';
import type { MarketSource } from '../market/source.ts';
import type { MarketStreams } from '../market/streams.ts';
import type { MarketBoard } from '../shared-market.ts';
import type { Store } from '../store/store.ts';
import type { PartHealth } from '../web/health.ts';
import type { House } from './house.ts';
import { workInOneProcess } from './one-process.ts';
import { Sweeps } from './sweep.ts';
import { startTidying } from './tidy.ts';

export type CollectedVenue = {
  readonly source: MarketSource;
  readonly streams?: MarketStreams;
  readonly positions?: PositionSource;
};

type Options = {
  readonly house: House;
  readonly venues: readonly CollectedVenue[];
  readonly store: Store;
  readonly board: MarketBoard;
  readonly symbols: () => Promise<readonly string[]>;
  /** Aborted as soon as the service is to stop. */
  readonly stopping: AbortSignal;
};

/** Collects from every venue, each by one process at a time, and tidies the store once a day. Returns how it does. */
export function startCollecting(options: Options): () => Promise<PartHealth> {
  const { house, venues, store, board, stopping } = options;
  const { ticks, queue, life, nowMs, log } = house;
  const recorder = new LiquidationRecorder({ store, log });
  life.onClose('recorder of liquidations', () => recorder.stop());
  const symbols = lastKnown(options.symbols, house.config.symbols);
  const collectors = venues.map(
    ({ source, streams }) =>
      new VenueCollector({
        source,
        board,
        recorder,
        ticks,
        records: store.liquidations,
        symbols,
        nowMs,
        log,
        ...(streams && { streams }),
      }),
  );
  const sweeps = new Sweeps(house, store, {
    stopping,
    venues: venues.flatMap(({ positions, streams }, i) =>
      positions
        ? [{ positions, markets: async () => collectors[i]!.markets, ...(streams && { streams }) }]
        : [],
    ),
  });
  queue.work([startTidying(house, store), sweeps.handler], { collect: 2 });
  // Before the store is closed.
  life.onClose('queue workers', () => queue.stop());
  for (const collector of collectors) {
    const { venue } = collector;
    workInOneProcess(house, {
      name: `collector of ${venue}`,
      lease: `collect-${venue}`,
      // The same row written twice is one; a liquidation missed is gone.
      whenAway: 'go on',
      work: async (signal) => {
        await Promise.all([collector.run(signal), sweeps.run(venue, signal)]);
      },
    });
  }
  countStreams(house, collectors);
  return async () => health(collectors, recorder);
}

/** While Redis cannot be asked, what somebody looked at before. */
function lastKnown(
  ask: () => Promise<readonly string[]>,
  first: readonly string[],
): () => Promise<readonly string[]> {
  let known = first;
  return async () => {
    known = await ask().catch(() => known);
    return known;
  };
}

function countStreams({ metrics }: House, collectors: readonly VenueCollector[]): void {
  const read = (what: 'lost' | 'refused') => async () =>
    collectors.flatMap((collector) => {
      const { venue, prices, liquidations } = collector.status();
      return Object.entries({ prices, liquidations }).flatMap(([part, status]) =>
        status ? [{ labels: { venue, part }, value: status[what] }] : [],
      );
    });
  metrics.counter('liqmap_stream_lost_total', 'Connections to streams that were lost', read('lost'));
  metrics.counter('liqmap_stream_refused_total', 'Messages that made no sense', read('refused'));
}

function health(collectors: readonly VenueCollector[], recorder: LiquidationRecorder): PartHealth {
  const words = collectors.map((collector) => {
    const { venue, markets, prices, liquidations } = collector.status();
    const refused = (prices?.refused ?? 0) + (liquidations?.refused ?? 0);
    const states = [
      prices && `prices ${prices.state}`,
      prices && prices.withoutPrice > 0 ? `${prices.withoutPrice} without a fresh price` : undefined,
      liquidations && `liquidations ${liquidations.state}`,
      refused > 0 ? `${refused} messages refused` : undefined,
    ];
    return [`${venue}: ${markets} markets`, ...states.filter((state) => state !== undefined)].join(', ');
  });
  const waiting = recorder.waiting > 0 ? `; ${recorder.waiting} liquidations wait to be written` : '';
  const ages = collectors.flatMap((collector) => collector.status().prices?.lastEventAgeMs ?? []);
  return {
    ok: true,
    detail: words.join('; ') + waiting,
    ...(ages.length > 0 && { ageMs: Math.min(...ages) }),
  };
}
