export type WorkOptions = {
  /** How many keys are worked on at a time. */
  readonly atOnce: number;
  /** How many tasks may wait, in all and of one key. */
  readonly maxWaiting: number;
  readonly maxWaitingPerKey: number;
  /** A task should deal with its own failures; what it does not is a defect. */
  readonly onDefect: (error: unknown) => void;
};

export type Task = () => Promise<void>;

/** Tasks in order within a key, several keys at a time, so that a slow one of one key does not delay another's. */
export class Work {
  readonly #options: WorkOptions;
  readonly #waiting = new Map<string, Task[]>();
  readonly #running = new Map<string, Promise<void>>();
  #count = 0;

  constructor(options: WorkOptions) {
    this.#options = options;
  }

  /** Takes a task on; false if there is no room for it. Returns at once. */
  push(key: string, task: Task): boolean {
    const queue = this.#waiting.get(key) ?? [];
    const { maxWaiting, maxWaitingPerKey } = this.#options;
    if (this.#count >= maxWaiting || queue.length >= maxWaitingPerKey) return false;
    queue.push(task);
    this.#count += 1;
    this.#waiting.set(key, queue);
    this.#startNext();
    return true;
  }

  /** Resolves when nothing runs or waits. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  #startNext(): void {
    for (const [key, queue] of this.#waiting) {
      if (this.#running.size >= this.#options.atOnce) return;
      const task = this.#running.has(key) ? undefined : queue.shift();
      if (task === undefined) continue;
      this.#count -= 1;
      // Behind the others, so that nobody with many wishes keeps those with one from their turn.
      this.#waiting.delete(key);
      if (queue.length > 0) this.#waiting.set(key, queue);
      this.#running.set(key, this.#run(key, task));
    }
  }

  async #run(key: string, task: Task): Promise<void> {
    try {
      // In a later microtask: whoever pushes is not kept, and finds the task listed as running.
      await Promise.resolve();
      await task();
    } catch (error) {
      this.#options.onDefect(error);
    } finally {
      this.#running.delete(key);
      this.#startNext();
    }
  }
}
