import type { z } from 'zod';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';

/** How one kind of JSON is kept in a column of text, and what to say when it makes no sense any more. */
export interface StoredJson<T> {
  /** @throws TypeError for what JSON cannot hold */
  write(value: T): string;
  /** Undefined, and a word in the log, if it is not what the schema expects. */
  read(text: string, where: string): T | undefined;
}

export function storedJson<T>(schema: z.ZodType<T>, log: Log | undefined): StoredJson<T> {
  return {
    write(value) {
      const text = JSON.stringify(value);
      if (text === undefined) throw new TypeError(`${String(value)} cannot be kept as JSON`);
      return text;
    },
    read(text, where) {
      try {
        return schema.parse(JSON.parse(text));
      } catch (error) {
        log?.error(`${where} is not as expected and left aside`, { problem: errorText(error) });
        return undefined;
      }
    },
  };
}

/** A short word of somebody else's, for a column of text: PostgreSQL takes no NUL. */
export function storedReason(reason: string | undefined): string | null {
  return reason === undefined ? null : reason.replaceAll('\0', '').slice(0, 500);
}
