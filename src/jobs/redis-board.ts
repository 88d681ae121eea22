import { z } from 'zod';
import { type Blobs, pack, unpack } from '../blobs.ts';
import type { OrderBook, PricePoint } from '../core/market-data.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Market } from '../market/source.ts';
import type { MarketBoard } from '../shared-market.ts';
import type { RedisClient } from './redis-client.ts';

const pricesKey = 'liqmap:prices';
/** Prices come many times a second; the board needs them as often as a map is made, and a little more. */
const writeEveryMs = 500;
const keepBookMs = 30_000;
const storedPrice = z.object({ timeMs: z.number(), mark: z.number(), last: z.number().optional() });

/** The board in Redis. Takes a connection that fails at once while Redis is away. */
export class RedisBoard implements MarketBoard {
  readonly #redis: RedisClient;
  readonly #blobs: Blobs;
  readonly #log: Log;
  readonly #unwritten = new Map<string, PricePoint>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: { readonly redis: RedisClient; readonly blobs: Blobs; readonly log: Log }) {
    this.#redis = options.redis;
    this.#blobs = options.blobs;
    this.#log = options.log;
    this.#timer = setInterval(() => this.#write(), writeEveryMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async price(market: Market): Promise<PricePoint | undefined> {
    const text = await this.#redis.hget(pricesKey, nameOf(market));
    if (text === null) return undefined;
    const { timeMs, mark, last } = storedPrice.parse(JSON.parse(text));
    return { timeMs, mark, ...(last !== undefined && { last }) };
  }

  notePrice(market: Market, price: PricePoint): void {
    this.#unwritten.set(nameOf(market), price);
  }

  async orderBook(market: Market): Promise<OrderBook | undefined> {
    const bytes = await this.#blobs.get(`book:1:${nameOf(market)}`);
    return bytes && ((await unpack(bytes)) as OrderBook);
  }

  async noteOrderBook(market: Market, book: OrderBook): Promise<void> {
    await this.#blobs.put(`book:1:${nameOf(market)}`, await pack(book), keepBookMs);
  }

  #write(): void {
    if (this.#unwritten.size === 0) return;
    const fields = Object.fromEntries(
      [...this.#unwritten].map(([name, price]) => [name, JSON.stringify(price)]),
    );
    this.#unwritten.clear();
    this.#redis.hset(pricesKey, fields).catch((error) => {
      this.#log.debug('prices are not on the board', { reason: errorText(error) });
    });
  }
}

function nameOf({ venue, symbol }: Market): string {
  return `${venue} ${symbol}`;
}
