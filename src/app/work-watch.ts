import type { Config } from '../config.ts';
import { errorText } from '../errors.ts';
import { leaseKey } from '../jobs/lease.ts';
import type { RedisClient } from '../jobs/redis-client.ts';
import type { Log } from '../log.ts';
import type { PartHealth } from '../web/health.ts';

const lookEveryMs = 15_000;

/** Sees whether all work that one process at a time does is done by any, wherever: who was killed tells nobody. */
export class WorkWatch {
  readonly #redis: RedisClient;
  readonly #names: readonly string[];
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  /** Undone at the last look, and whether it was said. */
  #undone: ReadonlyMap<string, boolean> = new Map();

  /** @param options.redis fails at once while Redis is away @param options.names of leases */
  constructor(options: {
    readonly redis: RedisClient;
    readonly names: readonly string[];
    readonly log: Log;
  }) {
    this.#redis = options.redis;
    this.#names = options.names;
    this.#log = options.log;
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async health(): Promise<PartHealth> {
    const undone = await this.#find();
    const detail = undone.length > 0 ? `nobody does: ${undone.join(', ')}` : 'all is done';
    // Starting this process again would not help.
    return { ok: undone.length === 0, detail, optional: true };
  }

  /** Says what was undone at two looks, so that a restart is no news, and when it is done again. */
  async look(): Promise<void> {
    try {
      const undone = await this.#find();
      const lasting = undone.filter((name) => this.#undone.has(name));
      const news = lasting.filter((name) => !this.#undone.get(name));
      if (news.length > 0) this.#log.error('work is done by no process', { work: news });
      const back = [...this.#undone].filter(([name, isSaid]) => isSaid && !undone.includes(name));
      if (back.length > 0) this.#log.info('work is done again', { work: back.map(([name]) => name) });
      this.#undone = new Map(undone.map((name) => [name, lasting.includes(name)]));
    } catch (error) {
      this.#log.debug('it is not known which work is done', { reason: errorText(error) });
    }
  }

  async #find(): Promise<readonly string[]> {
    const holders = await this.#redis.mget(this.#names.map(leaseKey));
    return this.#names.filter((_, i) => holders[i] === null);
  }
}

/** Leases of all that is to be done somewhere, by this configuration. */
export function workOf({
  venues,
  discordToken,
  telegramToken,
}: Pick<Config, 'discordToken' | 'telegramToken'> & {
  readonly venues: readonly string[];
}): readonly string[] {
  return [
    'alerts',
    ...venues.map((venue) => `collect-${venue}`),
    ...(discordToken === undefined ? [] : ['discord']),
    ...(telegramToken === undefined ? [] : ['telegram']),
  ];
}
