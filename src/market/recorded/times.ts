import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { readable } from './csv.ts';
import { isTimeMs } from './table.ts';

/**
 * A list of moments: one UTC millisecond a line; blank lines and lines that begin with `#` are left out.
 * In the file's order, as it stands.
 *
 * @throws UserError if the file cannot be read, holds no time, or has a line that is something else
 */
export async function readTimes(path: string): Promise<number[]> {
  const lines = (await readText(path)).split('\n').map((line) => line.trim());
  const times = lines.flatMap((text, index) => {
    if (text === '' || text.startsWith('#')) return [];
    const timeMs = Number(text);
    if (/^\d+$/.test(text) && isTimeMs(timeMs)) return [timeMs];
    throw new UserError(`${path}, line ${index + 1}: "${text}" is no time in UTC milliseconds.`);
  });
  if (times.length === 0) throw new UserError(`${path} holds no time. Write one UTC millisecond a line.`);
  return times;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw readable(path, error);
  }
}
