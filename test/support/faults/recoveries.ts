import type { Role } from '../../../src/config.ts';

/** Whether a role does its work again that was killed at a time (`Date.now()`). */
export type Probe = (killedMs: number) => boolean | Promise<boolean>;

export type Recovery = { readonly role: Role; readonly ms: number };

/** Within this time after the end of a fault a role has to do its work. */
export const recoveredMs = 60_000;
const lookEveryMs = 200;
const patienceMs = 120_000;

/** Measures how long it takes from a kill until the role does its work again. */
export class Recoveries {
  readonly done: Recovery[] = [];
  /** Killed again before they had recovered. */
  overtaken = 0;
  readonly #kills = new Map<Role, number>();
  readonly #watching = new Set<Promise<void>>();
  readonly #awaited = new Set<Role>();
  readonly #tell: (line: string) => void;

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /** From now on; `settle` waits for the end. */
  watch(role: Role, probe: Probe): void {
    const killedMs = Date.now();
    this.#kills.set(role, killedMs);
    this.#awaited.add(role);
    const watched = this.#watch(role, killedMs, probe);
    this.#watching.add(watched);
    void watched.finally(() => this.#watching.delete(watched));
  }

  async settle(): Promise<void> {
    await Promise.all(this.#watching);
  }

  /** How many kills there were. */
  get watched(): number {
    return this.done.length + this.overtaken + this.#watching.size;
  }

  /** Whether the role was killed and is not back yet. */
  isAwaited(role: Role): boolean {
    return this.#awaited.has(role);
  }

  of(role: Role): readonly number[] {
    return this.done.filter((one) => one.role === role).map(({ ms }) => ms);
  }

  async #watch(role: Role, killedMs: number, probe: Probe): Promise<void> {
    for (;;) {
      if (this.#kills.get(role) !== killedMs) {
        this.overtaken += 1;
        return;
      }
      const ms = Date.now() - killedMs;
      const isBack = await Promise.resolve(probe(killedMs)).catch(() => false);
      if (isBack || ms > patienceMs) {
        const tookMs = isBack ? Date.now() - killedMs : Number.POSITIVE_INFINITY;
        this.done.push({ role, ms: tookMs });
        this.#awaited.delete(role);
        this.#tell(`${role} is back after ${(tookMs / 1000).toFixed(1)} s`);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }
}
