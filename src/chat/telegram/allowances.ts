import { Allowance } from '../allowance.ts';

/** How often somebody may ask, by what is asked; keys are ids of people, and of chats for `chat`. */
export type Allowances = Readonly<Record<'command' | 'press' | 'search' | 'chat' | 'hint', Allowance>>;

export function createAllowances(nowMs: () => number): Allowances {
  return {
    command: new Allowance({ burst: 5, everyMs: 3_000, nowMs }),
    press: new Allowance({ burst: 3, everyMs: 2_000, nowMs }),
    // One for each letter that is typed.
    search: new Allowance({ burst: 10, everyMs: 1_000, nowMs }),
    // A group takes 18 messages a minute; more would only queue up.
    chat: new Allowance({ burst: 12, everyMs: 3_500, nowMs }),
    hint: new Allowance({ burst: 1, everyMs: 30_000, nowMs }),
  };
}
