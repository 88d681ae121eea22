import { createHash, timingSafeEqual } from 'node:crypto';
import { RateLimiter } from '../rate-limit.ts';

/** Whether an `Authorization` header carries the password (HTTP Basic, RFC 7617; any user name will do). */
export function passwordCheck(password: string): (authorization: string | undefined) => boolean {
  return (authorization = '') => {
    const encoded = /^basic +([A-Za-z0-9+/=]{1,2000})$/i.exec(authorization)?.[1];
    if (encoded === undefined) return false;
    const given = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = given.indexOf(':');
    return colon >= 0 && isSameSecret(given.slice(colon + 1), password);
  };
}

/** Wrong passwords: a few at once for the clumsy, and then so rarely that guessing takes for ever. */
const guesses = { burst: 10, everyMs: 30_000 } as const;

/** What came of an attempt at a password; who has to wait has not been heard, be it the right one. */
export type PasswordAttempt = { readonly isRight: boolean; readonly waitMs: number };

/** Checks passwords of an address, as long as that has not tried too many. */
export function passwordGate(
  password: string,
  nowMs: () => number,
): (authorization: string, address: string) => PasswordAttempt {
  const isRight = passwordCheck(password);
  const wrong = new RateLimiter({ ...guesses, nowMs });
  return (authorization, address) => {
    const waitMs = wrong.waitMs(address);
    if (waitMs > 0) return { isRight: false, waitMs };
    if (isRight(authorization)) return { isRight: true, waitMs: 0 };
    wrong.take(address);
    return { isRight: false, waitMs: 0 };
  };
}

/** In a time that does not depend on how much of it is right, nor on its length: what is compared are hashes. */
export function isSameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(hash(given), hash(secret));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
