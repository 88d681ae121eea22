/** Work by key of which there is one at a time: who comes while it runs gets the same outcome. */
export class SingleFlight {
  readonly #running = new Map<string, Promise<unknown>>();

  /** `work` must give the same type for the same key. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running) return running as Promise<T>;
    const started = work().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }
}
