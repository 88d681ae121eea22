import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';

/** A path such as `/queue/:name` as what finds its named parts; undefined when it is another path. */
export function pathReader(route: string): (path: string) => Readonly<Record<string, string>> | undefined {
  const names = [...route.matchAll(/:(\w+)/g)].map((match) => match[1]!);
  const pattern = new RegExp(`^${route.replace(/:\w+/g, '([^/]+)')}$`);
  return (path) => {
    const parts = pattern.exec(path);
    return parts ? Object.fromEntries(names.map((name, i) => [name, decoded(parts[i + 1]!)])) : undefined;
  };
}

/** Fills a page's `<%= name %>` with text and `<%- name %>` with what is HTML already. */
export function filledPage(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/<%([=-]) *(\w+) *%>/g, (_, kind: string, name: string) => {
    const value = values[name] ?? '';
    return kind === '-' ? value : value.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  });
}

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

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Not encoded as it should be: it names nothing.
    return part;
  }
}
