import { tooMany } from './faults.ts';
import type { Incoming, Outgoing } from './wire.ts';

type Window = { readonly startMs: number; count: number };

export type Limits = {
  /** Requests with the bot's token per second. */
  globalPerSecond: number;
  /** Messages to one channel per five seconds. */
  perChannel: number;
};

const globalMs = 1_000;
const channelMs = 5_000;

/** The two limits that matter to a bot that answers and posts; interactions are bound by neither. */
export class RateLimits {
  readonly limits: Limits = { globalPerSecond: 50, perChannel: 5 };
  readonly #nowMs: () => number;
  readonly #channels = new Map<string, Window>();
  #global: Window = { startMs: 0, count: 0 };

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A refusal, or the headers that go with the answer. */
  take(request: Incoming): Outgoing | Readonly<Record<string, string>> {
    if (request.headers.authorization === undefined) return {};
    const now = this.#nowMs();
    this.#global = current(this.#global, now, globalMs);
    this.#global.count += 1;
    if (this.#global.count > this.limits.globalPerSecond) {
      return tooMany(this.#global.startMs + globalMs - now, { isGlobal: true });
    }
    const [, channelId] = /^\/channels\/(\d+)\/messages$/.exec(request.path) ?? [];
    return request.method === 'POST' && channelId !== undefined ? this.#takeChannel(channelId, now) : {};
  }

  #takeChannel(channelId: string, now: number): Outgoing | Readonly<Record<string, string>> {
    const window = current(this.#channels.get(channelId), now, channelMs);
    this.#channels.set(channelId, window);
    window.count += 1;
    const resetMs = window.startMs + channelMs;
    const headers = {
      'x-ratelimit-limit': `${this.limits.perChannel}`,
      'x-ratelimit-remaining': `${Math.max(0, this.limits.perChannel - window.count)}`,
      'x-ratelimit-reset': `${resetMs / 1000}`,
      'x-ratelimit-reset-after': `${(resetMs - now) / 1000}`,
      'x-ratelimit-bucket': 'b7b4c6a0messages',
    };
    if (window.count <= this.limits.perChannel) return headers;
    const refused = tooMany(resetMs - now, { isGlobal: false });
    return { ...refused, headers: { ...headers, ...refused.headers } };
  }
}

export function isRefusal(taken: Outgoing | Readonly<Record<string, string>>): taken is Outgoing {
  return typeof (taken as Outgoing).status === 'number';
}

function current(window: Window | undefined, now: number, lengthMs: number): Window {
  return window !== undefined && now - window.startMs < lengthMs ? window : { startMs: now, count: 0 };
}
