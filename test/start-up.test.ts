import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseTree, readTree, type SourceFile } from './support/imports.ts';

const house = new Map(
  parseTree(readTree(fileURLToPath(new URL('..', import.meta.url)), ['src', 'commands', 'renderers'])).map(
    (file) => [file.path, file],
  ),
);

/** What a file names in imports that are carried out before its first line is. */
function loadedBy({ nodes }: SourceFile): string[] {
  return nodes.flatMap(({ node }) => {
    const isType = node['importKind'] === 'type' || node['exportKind'] === 'type';
    const isStatic = /^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type);
    const source = node['source'] as { readonly value?: unknown } | null | undefined;
    return isStatic && !isType && typeof source?.value === 'string' ? [source.value] : [];
  });
}

/** Packages and files that stand in memory before anything is done. */
function loadedFrom(path: string, seen = new Set<string>()): Set<string> {
  seen.add(path);
  const file = house.get(path);
  for (const name of file ? loadedBy(file) : []) {
    const target = name.startsWith('.') ? posix.join(posix.dirname(path), name) : name;
    if (!seen.has(target)) loadedFrom(target, seen);
  }
  return seen;
}

describe('what a process of the service loads before it does anything', () => {
  const loaded = loadedFrom('src/main.ts');

  it('is followed through the whole house', () => {
    expect(loaded).toContain('src/core/book.ts');
    expect(loaded).toContain('zod');
    expect(loadedFrom('renderers/vega-svg.ts')).toContain('vega');
  });

  it.each([
    'vega',
    'vega-lite',
    'sharp',
    'discord.js',
    'telegraf',
    'ccxt',
    'js-redis-server',
    '@bull-board/api',
  ])('does not hold %s, which only some need, and later', (name) => expect(loaded).not.toContain(name));
});
