import { VenueCollector } from '../collector.ts';
import { Lease } from '../jobs/lease.ts';
import { LiquidationRecorder } from '../liquidation-recorder.ts';
import type { MarketSource } from '../market/source.ts';
import type { MarketStreams } from '../market/streams.ts';
import type { MarketBoard } from '../shared-market.ts';
import type { Store } from '../store/store.ts';
import type { PartHealth } from '../web/health.ts';
import type { House } from './house.ts';

export type CollectedVenue = { readonly source: MarketSource; readonly streams?: MarketStreams };

type Options = {
  readonly house: House;
  readonly venues: readonly CollectedVenue[];
  readonly store: Store;
  readonly board: MarketBoard;
  readonly symbols: () => Promise<readonly string[]>;
};

const leaseMs = 15_000;

/** Collects from every venue, each by one process at a time. Returns how it does. */
export function startCollecting(options: Options): () => Promise<PartHealth> {
  const { house, venues, store, board, symbols } = options;
  const { redis, shared, life, nowMs, log } = house;
  const recorder = new LiquidationRecorder({ store, log });
  life.onClose('recorder of liquidations', () => recorder.stop());
  const collectors = venues.map(
    ({ source, streams }) =>
      new VenueCollector({
        source,
        board,
        recorder,
        records: store.liquidations,
        symbols,
        nowMs,
        log,
        ...(streams && { streams }),
      }),
  );
  for (const collector of collectors) {
    const name = `collector of ${collector.venue}`;
    if (shared) {
      const lease = new Lease({
        redis,
        name: `collect-${collector.venue}`,
        ttlMs: leaseMs,
        log,
        // The same row written twice is one; a liquidation missed is gone.
        whenAway: 'go on',
        whileHeld: (signal) => collector.run(signal),
      });
      life.onClose(name, () => lease.stop());
    } else {
      const stopping = new AbortController();
      const running = collector.run(stopping.signal);
      life.onClose(name, async () => {
        stopping.abort();
        await running;
      });
    }
  }
  return async () => health(collectors, recorder);
}

function health(collectors: readonly VenueCollector[], recorder: LiquidationRecorder): PartHealth {
  const words = collectors.map((collector) => {
    const { venue, markets, prices, liquidations } = collector.status();
    const states = [prices && `prices ${prices.state}`, liquidations && `liquidations ${liquidations.state}`];
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
