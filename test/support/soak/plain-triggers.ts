import type { Arming, Crossing, Trigger } from '../../../src/core/alerts/trigger-index.ts';

type Entry = { trigger: Trigger; armed: boolean; arming: number };

/** `TriggerIndex` the plain way: every price is held against every trigger. */
export class PlainTriggers {
  readonly #entries = new Map<string, Entry>();
  priceUsd: number | undefined;

  arming(name: string): Arming | undefined {
    const entry = this.#entries.get(name);
    return entry && { armed: entry.armed, arming: entry.arming };
  }

  replaceGroup(
    group: string,
    triggers: readonly Trigger[],
    armingOf?: (name: string) => Arming | undefined,
  ): void {
    const names = new Set(triggers.map(({ name }) => name));
    for (const [name, { trigger }] of this.#entries)
      if (trigger.group === group && !names.has(name)) this.#entries.delete(name);
    for (const trigger of triggers) {
      const known = this.#entries.get(trigger.name);
      this.#entries.set(trigger.name, { ...(known ?? armingOf!(trigger.name)!), trigger });
    }
  }

  rearm(name: string): Arming | undefined {
    const entry = this.#entries.get(name);
    if (!entry || entry.armed) return undefined;
    turn(entry);
    return { armed: true, arming: entry.arming };
  }

  /** What a price does: first what waits below it, from the highest on, then what waits above. */
  tick(priceUsd: number): readonly Crossing[] {
    this.priceUsd = priceUsd;
    const all = [...this.#entries.values()].map((entry) => ({
      entry,
      level: levelOf(entry),
      below: waitsBelow(entry),
    }));
    const met = all.filter(({ level, below }) => (below ? level >= priceUsd : level <= priceUsd));
    const down = met.filter(({ below }) => below).sort((a, b) => b.level - a.level || byName(a, b));
    const up = met.filter(({ below }) => !below).sort((a, b) => a.level - b.level || byName(a, b));
    return [...down, ...up].map(({ entry }) => {
      turn(entry);
      const { trigger, armed, arming } = entry;
      return { trigger, what: armed ? 'rearmed' : 'fired', arming };
    });
  }
}

function levelOf({ trigger, armed }: Entry): number {
  return armed ? trigger.priceUsd : trigger.rearmUsd;
}

function waitsBelow({ trigger, armed }: Entry): boolean {
  return (trigger.side === 'long') === armed;
}

function turn(entry: Entry): void {
  entry.armed = !entry.armed;
  if (entry.armed) entry.arming += 1;
}

function byName(a: { readonly entry: Entry }, b: { readonly entry: Entry }): number {
  return a.entry.trigger.name < b.entry.trigger.name ? -1 : 1;
}
