import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** Source text by path from the top of the project, with forward slashes. */
export type SourceTree = ReadonlyMap<string, string>;

export type SourceNode = { readonly type: string; readonly [field: string]: unknown };

/** A node, the node that holds it, and the field it stands in. */
export type Visit = { readonly node: SourceNode; readonly parent: SourceNode; readonly field: string };

export type SourceFile = {
  readonly path: string;
  readonly text: string;
  readonly nodes: readonly Visit[];
  /** Files of the project that it names, types included, as paths from the top. */
  readonly files: readonly string[];
  /** Packages and node built-ins that it names (`zod`, `@scope/name`, `node:fs`), types included. */
  readonly packages: readonly string[];
};

/** Reads every TypeScript file below the folders. */
export function readTree(top: string, folders: readonly string[]): SourceTree {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
      posix.join(folder, path.replaceAll('\\', '/')),
    ),
  );
  const sources = paths.filter((path) => /\.[cm]?tsx?$/.test(path)).sort();
  return new Map(sources.map((path) => [path, readFileSync(join(top, path), 'utf8')]));
}

export function parseTree(tree: SourceTree): SourceFile[] {
  return [...tree].map(([path, text]) => parseFile(path, text));
}

function parseFile(path: string, text: string): SourceFile {
  const lang = path.endsWith('.d.ts') ? 'dts' : path.endsWith('x') ? 'tsx' : 'ts';
  const nodes = [...visits(parseAst(text, { lang }) as unknown as SourceNode)];
  const named = nodes.flatMap(({ node }) => specifierOf(node) ?? []);
  const isFile = (specifier: string) => specifier.startsWith('.');
  return {
    path,
    text,
    nodes,
    files: named.filter(isFile).map((specifier) => posix.join(posix.dirname(path), specifier)),
    packages: named.filter((specifier) => !isFile(specifier)).map(packageOf),
  };
}

function* visits(parent: SourceNode): Generator<Visit> {
  for (const [field, value] of Object.entries(parent)) {
    for (const node of Array.isArray(value) ? value : [value]) {
      if (!isNode(node)) continue;
      yield { node, parent, field };
      yield* visits(node);
    }
  }
}

/** What a node imports: `import`, `export from`, `import()`, `import('x').T`, `import.meta.resolve`, `new URL(x, import.meta.url)`. */
function specifierOf(node: SourceNode): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return literal(node['source']);
    case 'TSExternalModuleReference':
      return literal(node['expression']);
    case 'CallExpression':
      return isMetaResolve(node['callee']) ? literal(firstArgument(node)) : undefined;
    case 'NewExpression':
      return isIdentifier(node['callee'], 'URL') ? sourceUrl(firstArgument(node)) : undefined;
    default:
      return undefined;
  }
}

/** A worker is started from the URL of its source; other URLs are no imports. */
function sourceUrl(argument: unknown): string | undefined {
  const url = literal(argument);
  return url?.startsWith('.') && /\.[cm]?[jt]s$/.test(url) ? url : undefined;
}

function isMetaResolve(callee: unknown): boolean {
  if (!isNode(callee) || callee.type !== 'MemberExpression') return false;
  return (
    isNode(callee['object']) &&
    callee['object'].type === 'MetaProperty' &&
    isIdentifier(callee['property'], 'resolve')
  );
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function firstArgument(node: SourceNode): unknown {
  return Array.isArray(node['arguments']) ? node['arguments'][0] : undefined;
}

export function literal(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Literal' && typeof value['value'] === 'string'
    ? value['value']
    : undefined;
}

export function isIdentifier(value: unknown, name: string): boolean {
  return isNode(value) && value.type === 'Identifier' && value['name'] === name;
}

export function isNode(value: unknown): value is SourceNode {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}
