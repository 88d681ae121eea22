import { errorText } from '../../../errors.ts';
import type { Clock } from '../../clock.ts';
import type { Frame, OpenSocket, SocketEvents, StreamSocket } from '../sockets.ts';
import { backOffMs } from './back-off.ts';

export type ConnectionStatus = {
  readonly isOpen: boolean;
  /** Whether what it is for has come over the connection that stands. */
  readonly delivers: boolean;
  /** Connections in a row that failed, or were lost before they had proved good. */
  readonly failures: number;
  readonly lost: number;
};

export type ConnectionOptions = {
  readonly url: string;
  readonly open: OpenSocket;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** The connection is given up after so long without a sign of life. */
  readonly silenceMs: number;
  /** What counts as a sign of life: only what the connection is for, or an answered ping too. */
  readonly signOfLife: 'events' | 'anything';
  /** A fresh connection is open; nothing is subscribed on it. */
  readonly opened: () => void;
  /** Tells whether the message carried what the connection is for. Must not throw. */
  readonly received: (message: unknown) => boolean;
  readonly lost: (reason: string) => void;
};

/** A connection that stood so long was good, even if nothing came. */
const provenMs = 60_000;

/** A connection that is made again, later and later, whenever it is lost, refused or says nothing. */
export class Connection {
  readonly #options: ConnectionOptions;
  /** Number of the attempt that counts; what earlier ones still say is not heard. */
  #attempt = 0;
  #opening: Promise<StreamSocket> | undefined;
  #socket: StreamSocket | undefined;
  #isClosed = false;
  #delivers = false;
  #failures = 0;
  #lost = 0;
  #startedMs = 0;
  #lastSignMs = 0;
  #callOff: (() => void) | undefined;
  readonly #ending = new Set<Promise<void>>();

  /** Connects at once. */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#connect();
  }

  /** Dropped unless the connection is open: whoever subscribes does so anew in `opened`. */
  send(frame: Frame): void {
    this.#socket?.send(frame);
  }

  status(): ConnectionStatus {
    return {
      isOpen: this.#socket !== undefined,
      delivers: this.#delivers,
      failures: this.#failures,
      lost: this.#lost,
    };
  }

  /** Ends timers and sockets; resolves when they are gone. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#callOff?.();
      this.#end();
    }
    await Promise.all(this.#ending);
  }

  #connect(): void {
    const { url, open, clock } = this.#options;
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#startedMs = clock.steadyMs();
    this.#lastSignMs = this.#startedMs;
    this.#opening = open(url, this.#events(attempt));
    this.#opening.catch((error) => {
      if (this.#counts(attempt)) this.#lose(errorText(error));
    });
    this.#watch();
  }

  #counts(attempt: number): boolean {
    return !this.#isClosed && attempt === this.#attempt;
  }

  #events(attempt: number): SocketEvents {
    const whileItCounts =
      <Args extends unknown[]>(hear: (...args: Args) => void) =>
      (...args: Args) => {
        if (this.#counts(attempt)) hear(...args);
      };
    return {
      opened: whileItCounts((socket: StreamSocket) => {
        this.#socket = socket;
        this.#options.opened();
      }),
      received: whileItCounts((message: unknown) => this.#received(message)),
      alive: whileItCounts(() => this.#sign('anything')),
      closed: whileItCounts((reason: string) => this.#lose(reason)),
    };
  }

  #received(message: unknown): void {
    const isEvent = this.#options.received(message);
    this.#sign(isEvent ? 'events' : 'anything');
    if (!isEvent) return;
    this.#delivers = true;
    this.#failures = 0;
  }

  #sign(of: ConnectionOptions['signOfLife']): void {
    const { signOfLife, clock } = this.#options;
    if (of === 'events' || signOfLife === 'anything') this.#lastSignMs = clock.steadyMs();
  }

  #watch(): void {
    const { clock, silenceMs } = this.#options;
    const quietMs = clock.steadyMs() - this.#lastSignMs;
    if (quietMs >= silenceMs) this.#lose(`silent for ${Math.round(quietMs / 1000)} s`);
    else this.#callOff = clock.after(silenceMs - quietMs, () => this.#watch());
  }

  #lose(reason: string): void {
    const { clock, random, lost } = this.#options;
    const wasProven = this.#socket !== undefined && clock.steadyMs() - this.#startedMs >= provenMs;
    this.#callOff?.();
    this.#end();
    this.#failures = wasProven ? 1 : this.#failures + 1;
    this.#lost += 1;
    this.#callOff = clock.after(backOffMs(this.#failures, random()), () => this.#connect());
    lost(reason);
  }

  /** Cuts what stands or is being opened, and hears no more of it. */
  #end(): void {
    this.#attempt += 1;
    this.#socket = undefined;
    this.#delivers = false;
    const ended = (this.#opening ?? Promise.resolve(undefined)).then(
      (socket) => socket?.close(),
      // What could not be opened needs no closing, and why it could not has been told.
      () => undefined,
    );
    this.#opening = undefined;
    this.#ending.add(ended);
    void ended.finally(() => this.#ending.delete(ended));
  }
}
