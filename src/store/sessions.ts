/** Counts the sessions of an engine, so that it can be closed after the last. */
export class Sessions {
  readonly #open = new Set<Promise<void>>();

  /** Call the result when the session has ended. */
  begin(): () => void {
    let end: () => void = () => undefined;
    const session = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#open.add(session);
    return () => {
      this.#open.delete(session);
      end();
    };
  }

  /** Resolves when none is open, nor about to be for something asked before. */
  async ended(): Promise<void> {
    do {
      await new Promise(setImmediate);
      await Promise.all(this.#open);
    } while (this.#open.size > 0);
  }
}
