import { errorText } from './errors.ts';

type Closer = { readonly name: string; readonly close: () => unknown };

const expired = Symbol('the deadline has passed');
/** What setTimeout can count: 2^31 - 1. */
const longestDeadlineMs = 2_147_483_647;

/** Whoever opens something registers its close here; the root closes everything at the end. */
export class Lifecycle {
  readonly #closers: Closer[] = [];
  #closing: Promise<void> | undefined;
  #isClosed = false;

  /**
   * Registers how to close what has just been opened. While everything is being closed it is closed next.
   *
   * @throws Error after everything was closed: nobody would close it any more, so its opener has to.
   */
  onClose(name: string, close: () => unknown): void {
    if (this.#isClosed) throw new Error(`${name} was opened after everything had been closed`);
    this.#closers.push({ name, close });
  }

  /**
   * Closes everything, last opened first, each before the next, and each exactly once however often this is called:
   * all calls get the same promise, and the first call's deadline holds. Once it has passed, what hangs is left behind
   * and the rest is told to close without being waited for, so that no child process outlives us.
   *
   * Rejects with an AggregateError of all failures, each with the closer's name, after all were tried.
   */
  close({ deadlineMs }: { readonly deadlineMs: number }): Promise<void> {
    if (!(deadlineMs > 0 && deadlineMs <= longestDeadlineMs)) {
      throw new RangeError(
        `deadlineMs must be above zero and at most ${longestDeadlineMs}, not ${deadlineMs}`,
      );
    }
    // In a later microtask: a closer that calls close() must find the promise in place.
    this.#closing ??= Promise.resolve().then(() => this.#closeAll(deadlineMs));
    return this.#closing;
  }

  async #closeAll(deadlineMs: number): Promise<void> {
    const deadline = startDeadline(deadlineMs);
    const failures: Error[] = [];
    for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) {
      const failure = await failureOf(closer, deadline.passed);
      if (failure !== undefined) failures.push(failure);
    }
    deadline.cancel();
    this.#isClosed = true;
    if (failures.length === 0) return;
    throw new AggregateError(failures, `not closed: ${failures.map(({ message }) => message).join('; ')}`);
  }
}

/** The race also keeps what fails after the deadline from becoming an unhandled rejection; it is reported as late. */
async function failureOf(
  { name, close }: Closer,
  passed: Promise<typeof expired>,
): Promise<Error | undefined> {
  try {
    const outcome = await Promise.race([close(), passed]);
    return outcome === expired ? new Error(`${name} (hangs beyond the deadline)`) : undefined;
  } catch (error) {
    return new Error(`${name} (${errorText(error)})`, { cause: error });
  }
}

function startDeadline(ms: number): { readonly passed: Promise<typeof expired>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<typeof expired>((resolve) => {
    timer = setTimeout(resolve, ms, expired);
  });
  return { passed, cancel: () => clearTimeout(timer) };
}
