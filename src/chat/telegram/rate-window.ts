/**
 * At most so many messages in any window of so many milliseconds, on the clock of whoever receives them: a message
 * arrives some time between its start and its answer, so it counts from the start until a window after the answer.
 */
export class RateWindow {
  readonly #limit: number;
  readonly #windowMs: number;
  /** Times of the answers of the last window, oldest first. */
  readonly #answeredMs: number[] = [];
  #underWay = 0;

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** When one more may start: not in the future if at once, Infinity if not before one that is under way is answered. */
  readyMs(nowMs: number): number {
    while (this.#answeredMs.length > 0 && this.#answeredMs[0]! + this.#windowMs <= nowMs) {
      this.#answeredMs.shift();
    }
    const excess = this.#underWay + this.#answeredMs.length - this.#limit;
    if (excess < 0) return nowMs;
    return (this.#answeredMs[excess] ?? Number.POSITIVE_INFINITY) + this.#windowMs;
  }

  start(): void {
    this.#underWay += 1;
  }

  answered(nowMs: number): void {
    this.#underWay -= 1;
    this.#answeredMs.push(nowMs);
  }
}
