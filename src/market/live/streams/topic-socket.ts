import { errorText } from '../../../errors.ts';
import type { Clock } from '../../clock.ts';
import type { OpenSocket } from '../sockets.ts';
import type { Channel, Row } from './channel.ts';
import { Connection, type ConnectionStatus } from './connection.ts';

export type TopicSocketOptions<Event> = {
  readonly channel: Channel<Event>;
  readonly url: string;
  readonly open: OpenSocket;
  readonly clock: Clock;
  readonly random: () => number;
  readonly silenceMs: number;
  readonly signOfLife: 'events' | 'anything';
  readonly onRows: (rows: readonly Row<Event>[]) => void;
  /** Something went wrong, in words for a person. */
  readonly onProblem: (problem: string) => void;
  /** A message made no sense. */
  readonly onGarbage: (problem: string) => void;
};

/** A connection with what is subscribed on it, which is subscribed again on every new connection. */
export class TopicSocket<Event> {
  readonly #options: TopicSocketOptions<Event>;
  readonly #connection: Connection;
  readonly #topics = new Set<string>();
  /** Topics of requests on the connection that stands, by their number. */
  readonly #asked = new Map<string, readonly string[]>();
  #number = 0;

  constructor(options: TopicSocketOptions<Event>) {
    this.#options = options;
    const { url, open, clock, random, silenceMs, signOfLife } = options;
    this.#connection = new Connection({
      ...{ url, open, clock, random, silenceMs, signOfLife },
      opened: () => {
        this.#asked.clear();
        this.#request('subscribe', [...this.#topics]);
      },
      received: (message) => this.#received(message),
      lost: (reason) => options.onProblem(`${new URL(url).host}: ${reason}`),
    });
  }

  get topics(): ReadonlySet<string> {
    return this.#topics;
  }

  status(): ConnectionStatus {
    return this.#connection.status();
  }

  add(topics: readonly string[]): void {
    for (const topic of topics) this.#topics.add(topic);
    this.#request('subscribe', topics);
  }

  remove(topics: readonly string[]): void {
    for (const topic of topics) this.#topics.delete(topic);
    this.#request('unsubscribe', topics);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Sends nothing while there is no connection: all topics are asked for when there is one. */
  #request(action: 'subscribe' | 'unsubscribe', topics: readonly string[]): void {
    const { channel, clock } = this.#options;
    for (let first = 0; first < topics.length; first += channel.topicsPerRequest) {
      const some = topics.slice(first, first + channel.topicsPerRequest);
      this.#number += 1;
      if (action === 'subscribe') this.#asked.set(String(this.#number), some);
      const stamp = { nowMs: clock.nowMs(), number: this.#number };
      this.#connection.send(channel.request(action, some, stamp));
    }
  }

  #received(message: unknown): boolean {
    const { channel, clock, onRows, onProblem, onGarbage } = this.#options;
    try {
      const reading = channel.read(message, clock.nowMs());
      if (reading.kind === 'events') onRows(reading.rows);
      if (reading.kind === 'refused') {
        onProblem(reading.text);
        this.#askSingly(reading.request ?? '');
      }
      return reading.kind === 'events' && reading.rows.length > 0;
    } catch (error) {
      onGarbage(errorText(error));
      return false;
    }
  }

  /** One topic that a venue does not know must not take the others of its request with it. */
  #askSingly(request: string): void {
    const topics = this.#asked.get(request) ?? [];
    this.#asked.delete(request);
    if (topics.length < 2) return;
    for (const topic of topics) if (this.#topics.has(topic)) this.#request('subscribe', [topic]);
  }
}
