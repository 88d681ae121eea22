import type { Side } from '../../core/market-data.ts';
import { UserError } from '../../errors.ts';
import { readCsv } from './csv.ts';

/** What to read from a CSV file: the columns that must be there, and a row's value. */
export type TableReading<T> = {
  /** Others may stand beside them, in any order; `a|b` asks for at least one of the two. */
  readonly columns: readonly string[];
  /** Makes a value of a row, or `undefined` to leave the row out. */
  readonly read: (row: Row) => T | undefined;
};

/**
 * The values of a file's rows, in the file's order; columns are found by their names in the header.
 *
 * @throws UserError if the file cannot be read, lacks a column, or has a row whose value makes no sense
 */
export async function readTable<T>(path: string, { columns, read }: TableReading<T>): Promise<T[]> {
  const values: T[] = [];
  let header: Header | undefined;
  await readCsv(path, (cells, line) => {
    if (!header) {
      header = new Header(path, cells);
      header.require(columns);
      return;
    }
    const value = read(new Row(header, cells, line));
    if (value !== undefined) values.push(value);
  });
  if (!header) throw new UserError(`${path} is empty: expected a header with ${columns.join(', ')}.`);
  return values;
}

class Header {
  readonly path: string;
  readonly names: readonly string[];
  private readonly indexes: ReadonlyMap<string, number>;

  constructor(path: string, names: readonly string[]) {
    this.path = path;
    this.names = names;
    this.indexes = new Map(names.map((name, index) => [name, index]));
    if (this.indexes.size < names.length) {
      throw new UserError(`${path} names a column twice in its header: ${names.join(', ')}.`);
    }
  }

  index(column: string): number | undefined {
    return this.indexes.get(column);
  }

  require(columns: readonly string[]): void {
    const missing = columns.filter((column) => !column.split('|').some((name) => this.indexes.has(name)));
    if (missing.length === 0) return;
    const wanted = missing.join(', ').replaceAll('|', ' or ');
    throw new UserError(`${this.path} has no column ${wanted}; its header is: ${this.names.join(', ')}.`);
  }
}

/** One row. Every reader throws a `UserError` that names file, line, column and value. */
export class Row {
  private readonly header: Header;
  private readonly cells: readonly string[];
  private readonly line: number;

  constructor(header: Header, cells: readonly string[], line: number) {
    this.header = header;
    this.cells = cells;
    this.line = line;
  }

  has(column: string): boolean {
    return this.header.index(column) !== undefined;
  }

  text(column: string): string {
    const index = this.header.index(column);
    if (index === undefined) throw new UserError(`${this.header.path} has no column ${column}.`);
    return this.cells[index] ?? '';
  }

  number(column: string): number {
    const text = this.text(column);
    const value = text === '' ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : this.refuse(column, 'a number');
  }

  positive(column: string): number {
    const value = this.number(column);
    return value > 0 ? value : this.refuse(column, 'a number above 0');
  }

  /** `undefined` for an empty cell. */
  optionalPositive(column: string): number | undefined {
    return this.text(column) === '' ? undefined : this.positive(column);
  }

  notNegative(column: string): number {
    const value = this.number(column);
    return value >= 0 ? value : this.refuse(column, 'a number of 0 or more');
  }

  /** UTC milliseconds; seconds and microseconds are refused. */
  timeMs(column: string): number {
    const value = this.number(column);
    return isTimeMs(value) ? value : this.refuse(column, 'a time in UTC milliseconds');
  }

  side(column: string): Side {
    const text = this.text(column);
    return text === 'long' || text === 'short' ? text : this.refuse(column, 'long or short');
  }

  /** Throws: the value of `column` is not what was expected. */
  refuse(column: string, expected: string): never {
    throw new UserError(
      `${this.header.path}, line ${this.line}: ${column} is "${this.text(column)}", expected ${expected}.`,
    );
  }
}

/** A whole number of milliseconds between 1973 and 5138: no time of trading, read in another unit, falls there. */
export function isTimeMs(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1e11 && value < 1e14;
}
