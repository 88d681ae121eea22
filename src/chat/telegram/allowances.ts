import { RateLimiter } from '../../rate-limit.ts';

/** How often somebody may ask, by what is asked; keys are ids of people, and of chats for `chat`. */
export type Allowances = Readonly<Record<'command' | 'press' | 'search' | 'chat' | 'hint', RateLimiter>>;

/** Nobody has asked yet. @param nowMs by which they are granted anew */
export function createAllowances(nowMs: () => number): Allowances {
  return {
    command: new RateLimiter({ burst: 5, everyMs: 3_000, nowMs }),
    press: new RateLimiter({ burst: 3, everyMs: 2_000, nowMs }),
    // One for each letter that is typed.
    search: new RateLimiter({ burst: 10, everyMs: 1_000, nowMs }),
    // A group takes 18 messages a minute; more would only queue up.
    chat: new RateLimiter({ burst: 12, everyMs: 3_500, nowMs }),
    hint: new RateLimiter({ burst: 1, everyMs: 30_000, nowMs }),
  };
}
