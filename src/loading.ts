/** An outcome that is on its way for all who wait for it, and goes on being so when they wait no longer. */
export type Loading<T> = {
  /** performance.now() at which it was asked for. */
  readonly sinceMs: number;
  readonly outcome: Promise<T>;
  /** The outcome, once it is there. */
  settled?: T;
};

/** What is on its way, by key: who asks for the same meanwhile gets the same. */
export class Loadings<T> {
  readonly #running = new Map<string, Loading<T>>();

  /** `work` must not reject. */
  ask(key: string, work: () => Promise<T>): Loading<T> {
    const running = this.#running.get(key);
    if (running) return running;
    const outcome = work();
    const loading: Loading<T> = { sinceMs: performance.now(), outcome };
    this.#running.set(key, loading);
    void outcome.then((settled) => {
      loading.settled = settled;
      this.#running.delete(key);
    });
    return loading;
  }
}

/** Patiences after which one that will do is enough; until then it takes half of them. */
const longestPatience = 3;

/**
 * Resolves when all are there, or when the patience is over and there are enough that will do. Who has been waited for
 * by others counts as waited for: a second map does not wait for the same slow venue again.
 *
 * @param patienceMs all are waited for if undefined
 */
export async function untilEnough<T>(
  loadings: readonly Loading<T>[],
  { patienceMs, willDo }: { readonly patienceMs: number | undefined; readonly willDo: (one: T) => boolean },
): Promise<void> {
  const all = Promise.all(loadings.map(({ outcome }) => outcome));
  if (patienceMs === undefined) return void (await all);
  const nowMs = performance.now();
  const young = loadings.filter(({ sinceMs }) => nowMs - sinceMs < patienceMs);
  await Promise.race([Promise.all(young.map(({ outcome }) => outcome)), elapsed(patienceMs)]);
  const half = come(Math.ceil(loadings.length / 2), loadings, willDo);
  const one = elapsed((longestPatience - 1) * patienceMs).then(() => come(1, loadings, willDo));
  await Promise.race([all, half, one]);
}

/** Resolves when so many have come that will do; never settles when fewer do. */
function come<T>(count: number, loadings: readonly Loading<T>[], willDo: (one: T) => boolean): Promise<void> {
  return new Promise((resolve) => {
    let missing = count;
    for (const { outcome } of loadings) {
      void outcome.then((one) => {
        if (!willDo(one)) return;
        missing -= 1;
        if (missing === 0) resolve();
      });
    }
  });
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
