import { errorText } from './errors.ts';

type Closer = { readonly name: string; readonly close: () => unknown; readonly begin: () => void };

const expired = Symbol('the deadline has passed');
/** What setTimeout can count: 2^31 - 1. */
const longestDeadlineMs = 2_147_483_647;
/** What takes longer is named, again and again. */
const slowMs = 1_000;

type Closing = {
  readonly deadlineMs: number;
  /** Told every second of what is being waited for, and since when. */
  readonly onSlow?: (name: string, waitedMs: number) => void;
};

/** Whoever opens something registers its close here; the root closes everything at the end. */
export class Lifecycle {
  readonly #closers: Closer[] = [];
  #closing: Promise<void> | undefined;
  #isClosed = false;

  /**
   * Registers how to close what has just been opened. While everything is being closed it is closed next.
   *
   * @param begin called for all before anything is closed: what needs a while ends while others are waited for
   * @throws Error after everything was closed: nobody would close it any more, so its opener has to.
   */
  onClose(name: string, close: () => unknown, begin: () => void = () => undefined): void {
    if (this.#isClosed) throw new Error(`${name} was opened after everything had been closed`);
    this.#closers.push({ name, close, begin });
  }

  /**
   * Closes everything, last opened first, each before the next, and each exactly once however often this is called:
   * all calls get the same promise, and the first call's deadline holds. Once it has passed, what hangs is left behind
   * and the rest is told to close without being waited for, so that no child process outlives us.
   *
   * Rejects with an AggregateError of all failures, each with the closer's name, after all were tried.
   */
  close(closing: Closing): Promise<void> {
    const { deadlineMs } = closing;
    if (!(deadlineMs > 0 && deadlineMs <= longestDeadlineMs)) {
      throw new RangeError(
        `deadlineMs must be above zero and at most ${longestDeadlineMs}, not ${deadlineMs}`,
      );
    }
    // In a later microtask: a closer that calls close() must find the promise in place.
    this.#closing ??= Promise.resolve().then(() => this.#closeAll(closing));
    return this.#closing;
  }

  async #closeAll({ deadlineMs, onSlow }: Closing): Promise<void> {
    const deadline = startDeadline(deadlineMs);
    const failures: Error[] = [];
    for (const { begin } of this.#closers.toReversed()) begin();
    for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) {
      const { name } = closer;
      const quiet = everySecond((waitedMs) => onSlow?.(name, waitedMs));
      const failure = await failureOf(closer, deadline.passed).finally(quiet);
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

/** Returns what ends it. */
function everySecond(tell: (passedMs: number) => void): () => void {
  const startMs = performance.now();
  const timer = setInterval(() => tell(Math.round(performance.now() - startMs)), slowMs);
  return () => clearInterval(timer);
}

function startDeadline(ms: number): { readonly passed: Promise<typeof expired>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<typeof expired>((resolve) => {
    timer = setTimeout(resolve, ms, expired);
  });
  return { passed, cancel: () => clearTimeout(timer) };
}
