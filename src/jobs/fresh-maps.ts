import { recomputeAfterMs } from '../activity.ts';
import { hourMs } from '../core/durations.ts';
import { pause, within } from '../deadline.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { MapAnswer, MapRequest } from '../maps.ts';
import { nearestLarge } from '../nearness.ts';
import { type KeyedMap, makeMapKind, refreshMapKind } from './map-kinds.ts';
import type { JobQueue } from './queue.ts';
import type { RedisClient } from './redis-client.ts';

type Deps = {
  readonly queue: JobQueue;
  readonly redis: RedisClient;
  /** Maps that are kept fresh though nobody asks, by key. */
  readonly always: readonly KeyedMap[];
  readonly nowMs: () => number;
  readonly log: Log;
};

const askedKey = 'liqmap:asked';
/** A map that nobody has asked for in this time is no longer kept fresh. */
const forgetMs = 6 * hourMs;
const mostKept = 200;
/** A map that is always kept counts as asked for at least this recently. */
const alwaysIdleMs = 30 * 60_000;
/** How often it is looked whether all schedules are there: Redis may have lost them. */
const keepEveryMs = 10_000;
/** Between two maps that are made for the first time. */
const apartMs = 3_000;
/** Asking again within this time changes nothing. */
const noteEveryMs = 10_000;
/** What is asked of a Redis that is away is not waited for at the end. */
const stopMs = 1_000;
const dayMinutes = 1_440;

/** Keeps a schedule in Redis for every map that somebody looks at, at an interval that suits it. */
export class FreshMaps {
  readonly #deps: Deps;
  readonly #noted = new Map<string, number>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #keeping: Promise<void> = Promise.resolve();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Notes that somebody looks at a map. Never fails: at worst it is made when it is asked for again. */
  asked(key: string, request: MapRequest): void {
    const { nowMs, redis, log } = this.#deps;
    const now = nowMs();
    if (Math.abs(now - (this.#noted.get(key) ?? Number.NEGATIVE_INFINITY)) < noteEveryMs) return;
    this.#noted.set(key, now);
    if (this.#noted.size > 5 * mostKept) this.#noted.clear();
    redis
      .zadd(askedKey, now, memberOf({ key, request }))
      .catch((error) => log.debug('that a map was asked for is not noted', { reason: errorText(error) }));
  }

  /** Begins to keep the schedules, now and every few seconds. */
  start(): void {
    const keep = () => {
      this.#keeping = this.#keeping.then(() => this.#keep()).catch((error) => this.#trouble(error));
    };
    keep();
    this.#timer ??= setInterval(keep, keepEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await within(this.#keeping, stopMs, 'Redis is away').catch((error) => this.#trouble(error));
  }

  /** Sets when a map that has just been made is made again. */
  async made(keyed: KeyedMap, made: MapAnswer, before: MapAnswer | undefined): Promise<void> {
    const { queue } = this.#deps;
    const schedules = await queue.schedules(refreshMapKind);
    const current = schedules.get(keyed.key);
    if (current === undefined) return;
    const idleMs = await this.#idleMs(keyed);
    const everyMs = recomputeAfterMs({ ...idleMs, ...speed(made, before), ...nearness(made) });
    if (everyMs !== current) await queue.schedule(refreshMapKind, keyed.key, everyMs, keyed);
  }

  /** The maps that are to be kept fresh. */
  async wanted(): Promise<readonly KeyedMap[]> {
    const wanted = new Map(this.#deps.always.map((keyed) => [keyed.key, keyed]));
    for (const keyed of await this.#lookedAt()) wanted.set(keyed.key, keyed);
    return [...wanted.values()];
  }

  async #keep(): Promise<void> {
    const { queue } = this.#deps;
    const wanted = new Map((await this.wanted()).map((keyed) => [keyed.key, keyed]));
    const schedules = await queue.schedules(refreshMapKind);
    for (const key of schedules.keys()) {
      if (!wanted.has(key)) await queue.unschedule(refreshMapKind, key);
    }
    let isFirst = true;
    for (const keyed of wanted.values()) {
      if (schedules.has(keyed.key)) continue;
      // One after the other: whoever asks at the very start is not to wait behind what nobody has asked for.
      if (!isFirst) await pause(apartMs, this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      isFirst = false;
      await queue.schedule(refreshMapKind, keyed.key, recomputeAfterMs(await this.#idleMs(keyed)), keyed);
      await queue.add(makeMapKind, keyed, { key: keyed.key });
    }
  }

  async #idleMs(keyed: KeyedMap): Promise<{ readonly idleMs?: number }> {
    const { redis, nowMs, always } = this.#deps;
    const asked = await redis.zscore(askedKey, memberOf(keyed));
    const idleMs = asked === null ? Number.POSITIVE_INFINITY : nowMs() - Number(asked);
    const kept = always.some(({ key }) => key === keyed.key);
    return { idleMs: kept ? Math.min(idleMs, alwaysIdleMs) : idleMs };
  }

  async #lookedAt(): Promise<readonly KeyedMap[]> {
    const { redis, nowMs } = this.#deps;
    await redis.zremrangebyscore(askedKey, '-inf', nowMs() - forgetMs);
    const members = await redis.zrange(askedKey, 0, mostKept - 1, 'REV');
    return members.flatMap((member) => {
      const parsed = makeMapKind.payload.safeParse(parsedJson(member));
      return parsed.success ? [parsed.data] : [];
    });
  }

  #trouble(error: unknown): void {
    this.#deps.log.warn('schedules of maps are not looked after', { reason: errorText(error) });
  }
}

/** How far the price has gone a minute since the map before, in daily ranges. */
function speed({ map }: MapAnswer, before: MapAnswer | undefined): { speedAtr?: number } {
  if (!before || map.atrPct === undefined || !(map.atrPct > 0)) return {};
  const minutes = Math.max(0.25, (map.timeMs - before.map.timeMs) / 60_000);
  if (minutes > dayMinutes) return {};
  const movedPct = Math.abs(map.priceUsd / before.map.priceUsd - 1) * 100;
  return { speedAtr: movedPct / map.atrPct / minutes };
}

function nearness(made: MapAnswer): { nearestAtr?: number } {
  const { distanceAtr } = nearestLarge(made) ?? {};
  return distanceAtr === undefined ? {} : { nearestAtr: Math.abs(distanceAtr) };
}

/** The same text for the same map, as it is found again by it. */
function memberOf({ key, request: { symbol, window, venues, range } }: KeyedMap): string {
  return JSON.stringify({ key, request: { symbol, window, venues, range } });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
