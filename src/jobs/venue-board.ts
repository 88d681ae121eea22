import type { LiquidationMap, VenueStatus } from '../core/liquidation-map.ts';
import type { RedisClient } from './redis-client.ts';

export type VenueEntry = {
  readonly venue: string;
  /** Of when its newest data in a map were; absent when it never gave any. */
  readonly dataMs?: number;
  /** When it was last asked for a map. */
  readonly askedMs: number;
  /** Why it was left out of the last map. */
  readonly note?: string;
};

const boardKey = 'liqmap:venues';

/** What the last maps said of each venue, for all processes to see. */
export class VenueBoard {
  readonly #redis: RedisClient;

  /** Takes a connection that fails at once while Redis is away. */
  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  async note({ venues, timeMs }: LiquidationMap): Promise<void> {
    const names = [...new Set(venues.map(({ venue }) => venue))];
    const fields = names.flatMap((name) =>
      fieldsOf(
        name,
        venues.filter(({ venue }) => venue === name),
        timeMs,
      ),
    );
    if (fields.length > 0) await this.#redis.hset(boardKey, Object.fromEntries(fields));
  }

  async read(): Promise<readonly VenueEntry[]> {
    const all = await this.#redis.hgetall(boardKey);
    const venues = Object.keys(all).flatMap((field) => /^(.+) asked$/.exec(field)?.[1] ?? []);
    return venues.map((venue) => {
      const dataMs = Number(all[`${venue} data`]);
      const note = all[`${venue} note`];
      return {
        venue,
        askedMs: Number(all[`${venue} asked`]),
        ...(dataMs > 0 && { dataMs }),
        ...(note && { note }),
      };
    });
  }
}

/** A venue that is left out keeps the time of its last data. */
function fieldsOf(
  venue: string,
  statuses: readonly VenueStatus[],
  timeMs: number,
): (readonly [string, string])[] {
  const ages = statuses.flatMap(({ included, dataAgeMs }) =>
    included && dataAgeMs !== undefined ? [dataAgeMs] : [],
  );
  const note = ages.length > 0 ? '' : (statuses.find(({ included }) => !included)?.note ?? '');
  return [
    [`${venue} asked`, String(timeMs)],
    [`${venue} note`, note.slice(0, 200)],
    ...(ages.length > 0 ? [[`${venue} data`, String(timeMs - Math.min(...ages))] as const] : []),
  ];
}
