import { badRequest } from './refusal.ts';

/** Turns what came over the wire into a value, or refuses it. Forms carry everything as text. */
export type Field<T = unknown> = (value: unknown, name: string) => T;

type UnionKeys<T> = T extends T ? keyof T & string : never;

export const integer: Field<number> = (value, name) => {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
    throw badRequest(`field "${name}" must be an integer`);
  }
  return number;
};

export const text: Field<string> = (value, name) => {
  if (typeof value !== 'string') throw badRequest(`field "${name}" must be a string`);
  return value;
};

export const flag: Field<boolean> = (value, name) => {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw badRequest(`field "${name}" must be a boolean`);
};

/** A number, or the name of a public channel. */
export const chatId: Field<number | string> = (value, name) => {
  if (typeof value === 'string' && value.startsWith('@')) return value;
  return integer(value, name);
};

/** Part of the Bot API that this server does not play: nobody may believe it was heard. */
export const notEmulated: Field<never> = (_, name) => {
  throw badRequest(`field "${name}" is not emulated`);
};

export const oneOf =
  <const T extends string>(...allowed: readonly T[]): Field<T> =>
  (value, name) => {
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw badRequest(`field "${name}" must be one of ${allowed.join(', ')}`);
    return found;
  };

export const listOf =
  <T>(item: Field<T>): Field<T[]> =>
  (value, name) => {
    const list = fromJson(value, name);
    if (!Array.isArray(list)) throw badRequest(`field "${name}" must be an array`);
    return list.map((one, i) => item(one, `${name}[${i}]`));
  };

/**
 * An object with these fields and no others. Its type demands an entry for every field of the Bot API's own type, so
 * that a name can be neither forgotten nor made up.
 */
export const shape =
  <T extends object>(fields: Readonly<Record<UnionKeys<T>, Field>>): Field<T> =>
  (value, name) => {
    const given = fromJson(value, name);
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw badRequest(`object expected as ${name}`);
    }
    return parsed(fields, given, `${name}.`) as T;
  };

/** The values of an object by its fields' parsers; null counts as not given. */
export function parsed(
  fields: Readonly<Record<string, Field>>,
  given: object,
  prefix = '',
): Record<string, unknown> {
  const values = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(
    values.map(([name, value]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) throw badRequest(`unknown field "${prefix}${name}"`);
      return [name, field(value, `${prefix}${name}`)];
    }),
  );
}

function fromJson(value: unknown, name: string): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    throw badRequest(`can't parse ${name} JSON object: ${String(error)}`);
  }
}
