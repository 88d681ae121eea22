import { errorText } from './errors.ts';
import type { Log } from './log.ts';
import type { MapAnswer, Maps } from './maps.ts';

type Listener = (answer: MapAnswer) => void;
type Watched = { readonly listeners: Set<Listener>; toldMs: number; askedMs: number };

type Deps = {
  readonly maps: Pick<Maps, 'map'>;
  /** The map that was made last, wherever that was; undefined if it is not known any more. */
  readonly newest: (symbol: string) => Promise<MapAnswer | undefined>;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly everyMs?: number;
};

/** The map that live pages show. */
export const liveWindow = '7d';
const lookEveryMs = 2_000;
/** How often it is said that somebody looks, so that the map is made again and again. */
const askEveryMs = 30_000;

/** Tells whoever looks at a coin of every map of it that is made, in this process or another. */
export class LiveMaps {
  readonly #deps: Deps;
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The map of a coin as it is now. Throws as `Maps.map` does. */
  async map(symbol: string): Promise<MapAnswer> {
    const answer = await this.#deps.maps.map({ symbol, window: liveWindow });
    const newest = await this.#deps.newest(answer.map.symbol).catch(() => undefined);
    return newest && newest.map.timeMs > answer.map.timeMs ? newest : answer;
  }

  /** Calls for each map of a coin (its base, in capitals) that is newer than `sinceMs`. Returns what ends it. */
  watch(symbol: string, sinceMs: number, listener: Listener): () => void {
    const watched = this.#watched.get(symbol) ?? { listeners: new Set(), toldMs: sinceMs, askedMs: 0 };
    this.#watched.set(symbol, watched);
    watched.listeners.add(listener);
    this.#timer ??= setInterval(() => this.#lookOnce(), this.#deps.everyMs ?? lookEveryMs);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size === 0) this.#watched.delete(symbol);
      if (this.#watched.size === 0) this.#rest();
    };
  }

  async stop(): Promise<void> {
    this.#rest();
    this.#watched.clear();
    await this.#looking;
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #lookOnce(): void {
    this.#looking ??= Promise.all([...this.#watched].map(([symbol, one]) => this.#look(symbol, one)))
      .catch((error) => this.#deps.log.debug('live maps are not looked for', { reason: errorText(error) }))
      .then(() => {
        this.#looking = undefined;
      });
  }

  async #look(symbol: string, watched: Watched): Promise<void> {
    const { newest, nowMs, log } = this.#deps;
    if (Math.abs(nowMs() - watched.askedMs) > askEveryMs) {
      watched.askedMs = nowMs();
      // Not waited for: whoever makes it leaves it where it is found.
      this.map(symbol).catch((error) => log.debug('a live map is not made', { reason: errorText(error) }));
    }
    const answer = await newest(symbol);
    if (!answer || answer.map.timeMs <= watched.toldMs) return;
    watched.toldMs = answer.map.timeMs;
    for (const listener of watched.listeners) listener(answer);
  }
}
