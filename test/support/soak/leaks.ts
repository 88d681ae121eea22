const kept: unknown[] = [];
/** Of the machine's time: a small soak puts a day into three minutes, and must find it in half of one. */
const everyMs = 50;

/** What a soak must find, to show that it does. */
const leaks: Readonly<Record<string, () => void>> = {
  timer: () => void setTimeout(() => undefined, 1e9),
  memory: () => void kept.push(Array.from({ length: 5_000 }, (_, i) => ({ i }))),
  rejection: () => void Promise.reject(new Error('nobody waits for this')),
};

export const leakNames: readonly string[] = Object.keys(leaks);

/** Goes wrong twenty times a second from now on. */
export function startLeak(name: string): void {
  const leak = leaks[name];
  if (!leak) throw new RangeError(`no leak ${JSON.stringify(name)}; there are ${leakNames.join(', ')}`);
  setInterval(leak, everyMs).unref();
}
