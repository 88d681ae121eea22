type Waiter = { resolve(value: unknown): void; reject(error: Error): void };

/** Jobs whose outcome somebody in this process waits for, by id. */
export class AwaitedJobs {
  readonly #waiters = new Map<string, Waiter>();

  /** The outcome of a job, once it is told. One waiter an id: callers share its promise. */
  outcome(id: string): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiters.set(id, { resolve, reject }));
  }

  ids(): readonly string[] {
    return [...this.#waiters.keys()];
  }

  completed(id: string, value: unknown): void {
    this.#take(id)?.resolve(value);
  }

  failed(id: string, error: Error): void {
    this.#take(id)?.reject(error);
  }

  forget(id: string): void {
    this.#waiters.delete(id);
  }

  #take(id: string): Waiter | undefined {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    return waiter;
  }
}
