import { z } from 'zod';
import type { LiquidationMap } from '../core/liquidation-map.ts';
import type { RedisClient } from './redis-client.ts';

const entry = z.object({
  /** When its newest complete data were of. */
  dataMs: z.number().optional(),
  /** When it was last heard of, with data or without. */
  seenMs: z.number(),
  note: z.string().optional(),
});

export type VenueEntry = z.output<typeof entry>;

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
    const fields = names.flatMap((name) => {
      const statuses = venues.filter(({ venue }) => venue === name);
      const ages = statuses.flatMap(({ included, dataAgeMs }) =>
        included && dataAgeMs !== undefined ? [dataAgeMs] : [],
      );
      const failed = statuses.find(({ included }) => !included);
      const seen: VenueEntry = {
        seenMs: timeMs,
        ...(ages.length > 0 && { dataMs: timeMs - Math.min(...ages) }),
        ...(ages.length === 0 && failed?.note !== undefined && { note: failed.note.slice(0, 200) }),
      };
      return [name, JSON.stringify(seen)];
    });
    if (fields.length > 0) await this.#redis.hset(boardKey, fields);
  }

  async read(): Promise<ReadonlyMap<string, VenueEntry>> {
    const all = await this.#redis.hgetall(boardKey);
    return new Map(
      Object.entries(all).flatMap(([venue, text]) => {
        const parsed = entry.safeParse(JSON.parse(text));
        return parsed.success ? [[venue, parsed.data] as const] : [];
      }),
    );
  }
}
