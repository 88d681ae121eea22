import type { Log } from '../log.ts';
import type { SqlEngine, SqlSession } from './engine.ts';
import { StoreUnavailable } from './store-error.ts';

/** After so long without another failed write the store is taken to be well again. */
const lastsMs = 60_000;

/** Raises the alarm when a write fails and waiting does not help: a full disk, a file that may not be written. */
export class WriteAlarm {
  readonly #log: Log | undefined;
  readonly #steadyMs: () => number;
  #last: { readonly error: StoreUnavailable; readonly atMs: number } | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(log: Log | undefined, steadyMs: () => number = () => performance.now()) {
    this.#log = log;
    this.#steadyMs = steadyMs;
  }

  /** The same engine, listened to. */
  over(engine: SqlEngine): SqlEngine {
    return { ...engine, session: async () => this.#listenedTo(await engine.session()) };
  }

  /** @throws StoreUnavailable of the last failed write, for a minute after it */
  check(): void {
    if (this.#last && this.#steadyMs() - this.#last.atMs < lastsMs) throw this.#last.error;
  }

  #listenedTo(session: SqlSession): SqlSession {
    return {
      run: async (statement, values) => {
        try {
          return await session.run(statement, values);
        } catch (error) {
          if (error instanceof StoreUnavailable && !error.passes) this.#note(error);
          throw error;
        }
      },
      release: (state) => session.release(state),
    };
  }

  /** Told once a minute while it lasts. */
  #note(error: StoreUnavailable): void {
    const atMs = this.#steadyMs();
    this.#last = { error, atMs };
    if (atMs - this.#toldMs < lastsMs) return;
    this.#toldMs = atMs;
    this.#log?.error('the store cannot keep what it is given', {
      trouble: error.trouble,
      reason: error.message,
    });
  }
}
