import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { constants, deflateRaw, inflateRaw } from 'node:zlib';

/** Bytes by key, for a while; what is in it may vanish at any moment. Rejects when it cannot be asked. */
export interface Blobs {
  get(key: string): Promise<Buffer | undefined>;
  put(key: string, bytes: Buffer, keepMs: number): Promise<void>;
}

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** A value as bytes: plain data, typed arrays, infinities and undefined come back as they were. */
export async function pack(value: unknown): Promise<Buffer> {
  return deflate(serialize(value), { level: constants.Z_BEST_SPEED });
}

/** The value packed by `pack`. Rejects on anything else. Only for bytes that we wrote ourselves. */
export async function unpack(bytes: Buffer): Promise<unknown> {
  return deserialize(await inflate(bytes));
}
