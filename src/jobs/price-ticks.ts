import { z } from 'zod';
import { within } from '../deadline.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { PriceTick, PriceTicks } from '../price-ticks.ts';
import type { RedisClient } from './redis-client.ts';

const channel = 'liqmap:price-ticks:1';
/** Ticks of so long travel in one message: hundreds a second would each cost Redis a command. Alerts wait for it. */
const sendEveryMs = 25;
const mostInMessage = 2_000;
/** A process that stood still finds old messages in its sockets; venues' clocks are ahead or behind by seconds. */
const staleMs = 45_000;
/** A connection on which nothing is said may have died unheard. */
const pingEveryMs = 10_000;
const pongMs = 5_000;

const message = z.array(
  z.object({
    venue: z.string().min(1).max(40),
    market: z.string().min(1).max(80),
    symbol: z.string().min(1).max(40),
    contract: z.enum(['linear', 'inverse']),
    priceUsd: z.number().positive(),
    timeMs: z.number(),
  }),
);

type Options = {
  /** Fails at once while Redis is away. */
  readonly redis: RedisClient;
  /** Opens the connection that listens and does nothing else, at the first subscription. */
  readonly listen: () => RedisClient;
  readonly nowMs: () => number;
  readonly log: Log;
};

/** Price ticks over Redis' publish and subscribe: nothing is kept, and what Redis could not pass on is gone. */
export class RedisPriceTicks implements PriceTicks {
  readonly #options: Options;
  readonly #listeners = new Set<(tick: PriceTick) => void>();
  readonly #counts = { sent: 0, lost: 0, heard: 0, stale: 0, refused: 0 };
  #unsent: PriceTick[] = [];
  #timer: NodeJS.Timeout | undefined;
  #pinging: NodeJS.Timeout | undefined;
  #listening = false;
  #stopped = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Since the start: ticks sent, lost (Redis away), heard, too old when heard, and messages that made no sense. */
  get counts(): Readonly<Record<'sent' | 'lost' | 'heard' | 'stale' | 'refused', number>> {
    return this.#counts;
  }

  publish(tick: PriceTick): void {
    if (this.#stopped) return;
    this.#unsent.push(tick);
    if (this.#unsent.length >= mostInMessage) this.#send();
    this.#timer ??= setTimeout(() => this.#send(), sendEveryMs);
  }

  subscribe(listener: (tick: PriceTick) => void): () => void {
    this.#listeners.add(listener);
    if (!this.#listening) this.#listen();
    return () => void this.#listeners.delete(listener);
  }

  /** Sends no more and tells nobody; the connections are closed by whoever opened them. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#pinging);
    this.#listeners.clear();
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const ticks = this.#unsent;
    this.#unsent = [];
    this.#options.redis.publish(channel, JSON.stringify(ticks)).then(
      () => {
        this.#counts.sent += ticks.length;
      },
      (error) => {
        this.#counts.lost += ticks.length;
        this.#options.log.debug('prices were not told', { ticks: ticks.length, reason: errorText(error) });
      },
    );
  }

  #listen(): void {
    const { listen, log } = this.#options;
    this.#listening = true;
    const client = listen();
    client.on('message', (_, text: string) => this.#hear(text));
    this.#pinging = setInterval(() => this.#ping(client), pingEveryMs);
    // Waits for Redis, and after each time it was away is subscribed again by ioredis itself.
    client.subscribe(channel).catch((error) => {
      if (!this.#stopped) log.error('prices are not heard', { reason: errorText(error) });
    });
  }

  #ping(client: RedisClient): void {
    if (client.status !== 'ready') return;
    within(client.ping(), pongMs, 'no answer').catch((error) => {
      // It has been noticed meanwhile, and is coming back by itself.
      if (client.status !== 'ready') return;
      this.#options.log.warn('prices are listened to anew', { reason: errorText(error) });
      client.disconnect(true);
    });
  }

  #hear(text: string): void {
    const ticks = parsed(text);
    if (ticks === undefined) {
      this.#counts.refused += 1;
      this.#options.log.debug('a message of prices made no sense', { text: text.slice(0, 200) });
    }
    for (const tick of ticks ?? []) this.#tell(tick);
  }

  #tell(tick: PriceTick): void {
    if (Math.abs(this.#options.nowMs() - tick.timeMs) > staleMs) {
      this.#counts.stale += 1;
      return;
    }
    this.#counts.heard += 1;
    for (const listener of this.#listeners) {
      try {
        listener(tick);
      } catch (error) {
        this.#options.log.error('a listener to prices failed', { error });
      }
    }
  }
}

function parsed(text: string): readonly PriceTick[] | undefined {
  try {
    return message.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
