import type { LiquidationMap } from './core/liquidation-map.ts';
import type { Log } from './log.ts';

/** Says once in the log when a venue is left out of a coin's maps, and once when it is in them again. */
export class VenueAlarm {
  readonly #log: Log;
  readonly #out = new Set<string>();
  readonly #late = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes each map that is made. Who is late once, or is named for what is never in maps, raises no alarm. */
  note({ symbol, venues }: Pick<LiquidationMap, 'symbol' | 'venues'>): void {
    for (const venue of new Set(venues.map((status) => status.venue))) {
      const own = venues.filter((status) => status.venue === venue);
      const name = `${venue} ${symbol}`;
      if (own.some(({ included }) => included)) {
        this.#late.delete(name);
        if (this.#out.delete(name)) this.#log.info('a venue is in maps again', { venue, symbol });
        continue;
      }
      const { note: reason, loading } = own.find(({ note }) => note !== undefined) ?? {};
      const isFirst = loading && !this.#late.has(name);
      this.#late.add(name);
      if (reason === undefined || isFirst || this.#out.has(name)) continue;
      this.#out.add(name);
      this.#log.warn('a venue is left out of maps', { venue, symbol, reason });
    }
  }
}
