import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * What a script was told. With `--help` it prints how it is called and ends with 0; words that it does not know end it with 2.
 * @param usage how it is called, and what for
 * @param names what it may be told without an option
 */
export function scriptOptions<const T extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: T,
  names: readonly string[] = [],
) {
  const { values, positionals } = parseOrEnd(usage, options);
  if ((values as { readonly help?: boolean }).help) end(usage, 0);
  const unknown = positionals.find((word) => !names.includes(word));
  if (unknown !== undefined) end(`"${unknown}" is not known here.\n\n${usage}`, 2);
  return { values, positionals };
}

/** What the script cannot do without; where it was not told that, it ends with 2. */
export function needed(value: string | undefined, option: string, usage: string): string {
  return value ?? end(`${option} is needed.\n\n${usage}`, 2);
}

function parseOrEnd<const T extends NonNullable<ParseArgsConfig['options']>>(usage: string, options: T) {
  const help = { type: 'boolean', short: 'h' } as const;
  try {
    return parseArgs({ options: { ...options, help }, allowPositionals: true });
  } catch (error) {
    return end(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, 2);
  }
}

function end(text: string, code: number): never {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}
