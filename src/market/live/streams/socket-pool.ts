import { errorText } from '../../../errors.ts';
import type { Clock } from '../../clock.ts';
import type { CcxtId } from '../ccxt-client.ts';
import type { Listing } from '../listing.ts';
import type { OpenSocket } from '../sockets.ts';
import type { Channel, Row } from './channel.ts';
import type { ConnectionStatus } from './connection.ts';
import { TopicSocket } from './topic-socket.ts';

export type SocketPoolOptions<Event> = {
  readonly channel: Channel<Event>;
  readonly openSocket: (client: CcxtId) => OpenSocket;
  readonly clock: Clock;
  readonly random: () => number;
  readonly silenceMs: number;
  readonly signOfLife: 'events' | 'anything';
  /** Events of one message, in its order. What it throws counts as garbage of the venue. */
  readonly onEvent: (listing: Listing, event: Event) => void;
  /** A message begins: several equal events of one are not the same event twice. */
  readonly onMessage?: () => void;
  readonly onProblem: (problem: string) => void;
};

/** As many sockets as the topics of some markets need: one or more to an address. */
export class SocketPool<Event> {
  readonly #options: SocketPoolOptions<Event>;
  readonly #sockets = new Map<string, TopicSocket<Event>[]>();
  #listings: ReadonlyMap<string, Listing> = new Map();
  #lostBefore = 0;
  #refused = 0;
  readonly #ending = new Set<Promise<void>>();

  constructor(options: SocketPoolOptions<Event>) {
    this.#options = options;
  }

  /** Messages and rows that made no sense. */
  get refused(): number {
    return this.#refused;
  }

  /** Connections that were lost or could not be made, those of sockets that are no longer needed included. */
  get lost(): number {
    return this.statuses().reduce((sum, { lost }) => sum + lost, this.#lostBefore);
  }

  /** Subscribes to what these markets need, and to nothing else any more. */
  watch(listings: readonly Listing[]): void {
    const { channel } = this.#options;
    const topics = new Map<string, { client: CcxtId; topics: Set<string> }>();
    for (const listing of listings) {
      const { url, client } = channel.address(listing);
      const group = topics.get(url) ?? { client, topics: new Set() };
      topics.set(url, group);
      group.topics.add(channel.topic(listing));
    }
    this.#listings = new Map(listings.map((listing) => [this.#nameOf(listing), listing]));
    for (const url of this.#sockets.keys()) if (!topics.has(url)) this.#fill(url, undefined, new Set());
    for (const [url, group] of topics) this.#fill(url, group.client, group.topics);
  }

  statuses(): ConnectionStatus[] {
    return [...this.#sockets.values()].flat().map((socket) => socket.status());
  }

  /** Failures in a row of the socket that carries the market. */
  failuresOf(listing: Listing): number {
    const { channel } = this.#options;
    const sockets = this.#sockets.get(channel.address(listing).url) ?? [];
    const socket = sockets.find(({ topics }) => topics.has(channel.topic(listing)));
    return socket?.status().failures ?? 0;
  }

  async close(): Promise<void> {
    for (const socket of [...this.#sockets.values()].flat()) this.#end(socket);
    this.#sockets.clear();
    this.#listings = new Map();
    await Promise.all(this.#ending);
  }

  #fill(url: string, client: CcxtId | undefined, wanted: ReadonlySet<string>): void {
    const { topicsPerSocket } = this.#options.channel;
    const sockets = this.#sockets.get(url) ?? [];
    for (const socket of sockets) socket.remove([...socket.topics].filter((topic) => !wanted.has(topic)));
    const placed = new Set(sockets.flatMap(({ topics }) => [...topics]));
    const fresh = [...wanted].filter((topic) => !placed.has(topic));
    for (const socket of sockets) socket.add(fresh.splice(0, topicsPerSocket - socket.topics.size));
    while (fresh.length > 0 && client !== undefined) {
      const socket = this.#open(url, client);
      socket.add(fresh.splice(0, topicsPerSocket));
      sockets.push(socket);
    }
    for (const socket of sockets) if (socket.topics.size === 0) this.#end(socket);
    this.#sockets.set(
      url,
      sockets.filter(({ topics }) => topics.size > 0),
    );
  }

  #open(url: string, client: CcxtId): TopicSocket<Event> {
    const { openSocket, onProblem, ...shared } = this.#options;
    return new TopicSocket({
      ...shared,
      url,
      open: openSocket(client),
      onProblem,
      onRows: (rows) => this.#tell(url, rows),
      onGarbage: (problem) => this.#refuse(problem),
    });
  }

  #tell(url: string, rows: readonly Row<Event>[]): void {
    this.#options.onMessage?.();
    for (const row of rows) {
      const listing = this.#listings.get(`${url} ${row.id}`);
      // Topics that markets share tell of others too.
      if (!listing) continue;
      try {
        this.#options.onEvent(listing, row.event(listing));
      } catch (error) {
        this.#refuse(errorText(error));
      }
    }
  }

  #refuse(problem: string): void {
    this.#refused += 1;
    this.#options.onProblem(problem);
  }

  #end(socket: TopicSocket<Event>): void {
    this.#lostBefore += socket.status().lost;
    const ended = socket.close();
    this.#ending.add(ended);
    void ended.finally(() => this.#ending.delete(ended));
  }

  #nameOf(listing: Listing): string {
    const { channel } = this.#options;
    return `${channel.address(listing).url} ${channel.idOf(listing)}`;
  }
}
