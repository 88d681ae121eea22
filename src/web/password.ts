import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether an `Authorization` header carries the password (HTTP Basic, RFC 7617; any user name will do). Takes the same
 * time however much of it is right: what is compared are hashes, of equal length.
 */
export function passwordCheck(password: string): (authorization: string | undefined) => boolean {
  const wanted = hash(password);
  return (authorization = '') => {
    const encoded = /^basic +([A-Za-z0-9+/=]{1,2000})$/i.exec(authorization)?.[1];
    if (encoded === undefined) return false;
    const given = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = given.indexOf(':');
    return colon >= 0 && timingSafeEqual(hash(given.slice(colon + 1)), wanted);
  };
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
