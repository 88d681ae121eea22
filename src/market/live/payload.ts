import { z } from 'zod';
import { MarketError } from './market-error.ts';

/**
 * A number as venues write it: a JSON number or a decimal string. Anything else (an empty string, null, a word) is NaN
 * here, so that one bad field costs its row, which `validate.ts` refuses, and not the whole answer.
 */
export const numeric = z
  .unknown()
  .optional()
  .transform((value) => {
    // By hand: a map takes tens of thousands of them, and a union with a pattern costs several times as much.
    if (typeof value === 'number') return value;
    return typeof value === 'string' && decimal.test(value) ? Number(value) : Number.NaN;
  });
const decimal = /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/;

/** A number that a venue may leave out or leave empty. */
export const optionalNumeric = numeric.transform((value) => (Number.isNaN(value) ? undefined : value));

/** Reads an answer with a schema; throws a `MarketError` (`bad-answer`) that names the first place that does not fit. */
export function readPayload<Schema extends z.ZodType>(
  schema: Schema,
  answer: unknown,
  what: string,
): z.output<Schema> {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const place = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
  // People read the message beside a map; what the schema says of it is for the log.
  throw new MarketError('bad-answer', `${what}: unexpected answer${place}`, { cause: read.error });
}

const lists = new WeakMap<z.ZodType, z.ZodType>();

/** The schema of a list of such rows, made once for each kind: making one costs as much as reading hundreds of rows. */
export function rowsOf<Row extends z.ZodType>(row: Row): z.ZodType<z.output<Row>[]> {
  const known = lists.get(row) ?? z.array(row);
  lists.set(row, known);
  return known as z.ZodType<z.output<Row>[]>;
}

/** Throws when a row or answer that names its market names another one than was asked for. */
export function sameMarket(asked: string, named: string | undefined, what: string): void {
  if (named === undefined || named === asked) return;
  throw new MarketError('bad-answer', `${what}: asked for ${asked}, got ${JSON.stringify(named)}`);
}
