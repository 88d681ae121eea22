/**
 * The promise's own outcome, or a rejection with `message` when it takes longer than `ms`. What is late is left
 * behind; its own failure is then nobody's.
 */
export async function within<T>(promise: Promise<T>, ms: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The promise's own outcome, or a rejection with the signal's reason as soon as it is aborted. What goes on behind it
 * is left behind; its own failure is then nobody's.
 */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * A signal of one's own, aborted with any of these until it is released. To be given to what never stops listening, and in
 * place of `AbortSignal.any`: both leave something behind in a signal that lives for long, with every use.
 */
export function ownSignal(...others: readonly (AbortSignal | undefined)[]): {
  readonly signal: AbortSignal;
  readonly abort: (reason?: unknown) => void;
  readonly release: () => void;
} {
  const controller = new AbortController();
  const known = others.filter((other) => other !== undefined);
  const follow = () => controller.abort(known.find(({ aborted }) => aborted)?.reason);
  for (const other of known) other.addEventListener('abort', follow, { once: true });
  if (known.some(({ aborted }) => aborted)) follow();
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => {
      for (const other of known) other.removeEventListener('abort', follow);
    },
  };
}

/** Resolves after so long, or as soon as the signal, if there is one, is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
