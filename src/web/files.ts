import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';

export type PageFile = { readonly type: string; read(): Promise<Buffer> };

/** The files of a folder that are there now, by their path in it: no path leads out of it. */
export function filesOf(folder: string): ReadonlyMap<string, PageFile> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const name = relative(folder, path).replaceAll('\\', '/');
        return [
          name,
          { type: types[extname(name)] ?? 'application/octet-stream', read: () => readFile(path) },
        ];
      }),
  );
}

/** The text of a file. Throws if there is none. */
export function textOf(path: string): string {
  return readFileSync(path, 'utf8');
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
};
