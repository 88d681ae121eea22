import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { UserError } from '../../errors.ts';

/** Takes the cells of one line; `line` counts from 1. Whatever it throws stops the reading. */
export type OnLine = (cells: readonly string[], line: number) => void;

/**
 * Hands over the lines of a CSV file one by one, header first, while the file is being read; a name that
 * ends in `.gz` is unpacked on the way. Blank lines are left out.
 *
 * @throws UserError if the file is missing, cannot be read, is not gzip, or is not CSV
 */
export async function readCsv(path: string, onLine: OnLine): Promise<void> {
  const parser = parse({
    bom: true,
    trim: true,
    skip_empty_lines: true,
    // Returning nothing keeps lines off the object stream, which would cost more than the parsing.
    on_record: (cells: string[], context) => {
      onLine(cells, context.lines);
      return undefined;
    },
  });
  parser.resume();
  const file = createReadStream(path);
  try {
    await (path.endsWith('.gz') ? pipeline(file, createGunzip(), parser) : pipeline(file, parser));
  } catch (error) {
    throw readable(path, error);
  }
}

/** The fault in words for the person who named the file; errors of another sort pass as they are. */
export function readable(path: string, error: unknown): unknown {
  if (error instanceof CsvError) {
    return new UserError(`${path} is not a well-formed CSV file: ${error.message}. Mend or replace it.`);
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return new UserError(`There is no file ${path}. Check the path.`);
  if (code === 'EISDIR') return new UserError(`${path} is a folder. Name a file.`);
  if (code === 'EACCES') return new UserError(`${path} may not be read. Check its permissions.`);
  if (code.startsWith('Z_')) return new UserError(`${path} is not a whole gzip file. Fetch it again.`);
  return error;
}
