const kept: unknown[] = [];
const everyMs = 500;

/** What a soak must find, to show that it does. */
const leaks: Readonly<Record<string, () => void>> = {
  timer: () => void setTimeout(() => undefined, 1e9),
  memory: () => void kept.push(Array.from({ length: 5_000 }, (_, i) => ({ i }))),
  rejection: () => void Promise.reject(new Error('nobody waits for this')),
};

export const leakNames: readonly string[] = Object.keys(leaks);

/** Goes wrong twice a second from now on. */
export function startLeak(name: string): void {
  const leak = leaks[name];
  if (!leak) throw new RangeError(`no leak ${JSON.stringify(name)}; there are ${leakNames.join(', ')}`);
  setInterval(leak, everyMs).unref();
}
