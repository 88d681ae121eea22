import type { ParseArgsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import { errorText, UserError } from '../errors.ts';

/** Where a command writes: results to `out`, everything for the person at the terminal to `note`. */
export type Output = {
  out(text: string): void;
  note(text: string): void;
};

export type CliCommand = {
  readonly name: string;
  readonly summary: string;
  /** Shown by `--help`: how it is called, and a line for each option. */
  readonly usage: string;
  /** Resolves to the exit code. Throws UserError on what the person can mend. */
  run(args: readonly string[], output: Output): Promise<number>;
};

/** Parses a command's words; UserError names what is wrong and how to get help. */
export function parse<const T extends NonNullable<ParseArgsConfig['options']>>(
  command: string,
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UserError(`${errorText(error)}\nSee: npm run liqmap -- ${command} --help`);
  }
}

/** The value of an option that must be there. */
export function required(command: string, values: Readonly<Record<string, unknown>>, name: string): string {
  const value = values[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new UserError(`${command} needs --${name}.\nSee: npm run liqmap -- ${command} --help`);
}

/** The value of an option that is a number above zero. */
export function positiveNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new UserError(`--${name} must be a number above zero, not "${value}".`);
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The value of an option that is a length of time, such as `4h`, `90m` or `1d`, in milliseconds. */
export function durationMs(name: string, value: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([mhd])$/.exec(value) ?? [];
  if (unit && Number(count) > 0) return Number(count) * unitMs[unit as keyof typeof unitMs];
  throw new UserError(`--${name} wants a time such as 4h, 90m or 1d, not "${value}".`);
}
