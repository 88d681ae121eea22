import { z } from 'zod';
import { dayMs } from '../../core/durations.ts';
import type { KeyValue } from '../key-value.ts';

const entrySchema = z.object({
  key: z.string(),
  atMs: z.number(),
  text: z.string(),
  silent: z.boolean(),
  picture: z.object({ src: z.string(), alt: z.string() }).exactOptional(),
  page: z.string().exactOptional(),
  buttons: z.array(z.array(z.object({ label: z.string(), code: z.string() })).readonly()).readonly(),
});
const logSchema = z.array(entrySchema).readonly();

/** An alert as the chat window shows it. */
export type AlertEntry = z.output<typeof entrySchema>;

const storedAs = 'alerts';
const mostKept = 40;
const keepMs = 7 * dayMs;
/** Another process may have put one. */
const lookEveryMs = 2_000;

/** The last alerts of the chat window, also those that came while it was closed. Told to windows that are open. */
export class AlertLog {
  readonly #store: KeyValue;
  readonly #listeners = new Set<(entry: AlertEntry) => void>();
  /** What listeners know, by key. */
  #told = new Map<string, string>();
  #putting: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: KeyValue) {
    this.#store = store;
  }

  /** Oldest first. */
  async entries(): Promise<readonly AlertEntry[]> {
    const text = await this.#store.get(storedAs);
    const parsed = logSchema.safeParse(text === undefined ? [] : JSON.parse(text));
    return parsed.success ? parsed.data : [];
  }

  /** Adds one at the end, or puts it in the place of one with its key: twice the same is once. */
  async put(entry: AlertEntry): Promise<void> {
    const put = this.#putting.then(async () => {
      const entries = await this.entries();
      const isKnown = entries.some(({ key }) => key === entry.key);
      const after = isKnown
        ? entries.map((one) => (one.key === entry.key ? entry : one))
        : [...entries, entry].slice(-mostKept);
      await this.#store.set(storedAs, JSON.stringify(after), keepMs);
      this.#tell(after);
    });
    // One that failed must not keep the next from being put.
    this.#putting = put.catch(() => undefined);
    await put;
  }

  async find(key: string): Promise<AlertEntry | undefined> {
    return (await this.entries()).find((entry) => entry.key === key);
  }

  /** Calls for every entry that is new or changed. Returns what ends it. */
  listen(listener: (entry: AlertEntry) => void): () => void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(
      () => void this.entries().then((entries) => this.#tell(entries)),
      lookEveryMs,
    );
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #tell(entries: readonly AlertEntry[]): void {
    const before = this.#told;
    this.#told = new Map(entries.map((entry) => [entry.key, JSON.stringify(entry)]));
    for (const entry of entries) {
      if (before.get(entry.key) === this.#told.get(entry.key)) continue;
      for (const listener of this.#listeners) listener(entry);
    }
  }
}
