import { createHash, timingSafeEqual } from 'node:crypto';

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

/** In a time that does not depend on how much of it is right, nor on its length: what is compared are hashes. */
export function isSameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(hash(given), hash(secret));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
