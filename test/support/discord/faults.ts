import type { Incoming, Outgoing } from './wire.ts';

export type Fault =
  /** A server error, before anything was done. */
  | { readonly kind: 'error'; readonly status: number }
  /** Too many requests; without headers it comes from a proxy before the service. */
  | {
      readonly kind: 'limit';
      readonly retryAfterMs: number;
      readonly isGlobal?: boolean;
      readonly hasHeaders?: boolean;
    }
  /** The connection ends before the request was done, or after it was done but before the answer. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** Stays without an answer until it is released. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> };

export type Target = { readonly method?: string; readonly path?: RegExp };

type Planned = { readonly target: Target; readonly fault: Fault; left: number };

/** A promise that is kept when told to. */
export function held(): { readonly until: Promise<void>; readonly release: () => void } {
  let release: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { until, release: () => release() };
}

/** What goes wrong next, as told by a test. */
export class Faults {
  readonly #planned: Planned[] = [];

  /** The next requests that match, `times` of them, meet the fault. */
  plan(target: Target, fault: Fault, times = 1): void {
    this.#planned.push({ target, fault, left: times });
  }

  take({ method, path }: Incoming): Fault | undefined {
    const planned = this.#planned.find(
      ({ target, left }) =>
        left > 0 && (target.method ?? method) === method && (target.path ?? /^/).test(path),
    );
    if (planned === undefined) return undefined;
    planned.left -= 1;
    return planned.fault;
  }
}

export function answerOf(fault: Extract<Fault, { kind: 'error' | 'limit' }>): Outgoing {
  if (fault.kind === 'error') return { status: fault.status, body: { code: 0, message: `${fault.status}` } };
  const { retryAfterMs, isGlobal = false, hasHeaders = true } = fault;
  return tooMany(retryAfterMs, { isGlobal, ...(!hasHeaders && { headers: {} }) });
}

/** A 429 as the real service sends it. */
export function tooMany(
  retryAfterMs: number,
  { isGlobal, headers }: { readonly isGlobal: boolean; readonly headers?: Readonly<Record<string, string>> },
): Outgoing {
  const seconds = retryAfterMs / 1000;
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global: isGlobal },
    headers: headers ?? {
      'retry-after': `${seconds}`,
      'x-ratelimit-scope': isGlobal ? 'global' : 'user',
      ...(isGlobal && { 'x-ratelimit-global': 'true' }),
    },
  };
}
