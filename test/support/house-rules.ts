import { isBuiltin } from 'node:module';
import { isIdentifier, isNode, type SourceFile, type SourceNode } from './imports.ts';

/** Finds what breaks one rule; each finding names the file. */
export type Rule = (files: readonly SourceFile[]) => string[];

/** First match wins. A new folder gets a line here, with its floor. */
const floors: readonly (readonly [place: RegExp, floor: number])[] = [
  [/^src\/core\//, 0],
  [/^src\/(market|store)\//, 1],
  [/^src\/(config|deadline|errors|fonts|lifecycle|log|redaction)\.ts$/, 1],
  [/^renderers\//, 1],
  [/^src\/(main|app|cli)\.ts$/, 5],
  [/^src\/(app|cli)\//, 5],
  [/^src\/(chat|jobs|web)\//, 4],
  [/^src\/(alerts|fitting|position-sweep|scoring)\//, 2],
  [/^src\/[^/]+\.ts$/, 2],
  [/^commands\//, 3],
];

/** What one file alone may import, so that it can be replaced in one place. Names in one row count as one. */
const vendors: readonly (readonly string[])[] = [
  ['ccxt'],
  ['bullmq'],
  ['ioredis'],
  ['js-redis-server'],
  ['discord.js'],
  ['telegraf'],
  ['vega', 'vega-lite'],
  ['sharp'],
  ['fontkit'],
  ['libsql'],
  ['kysely'],
  ['pino'],
  ['undici'],
  ['csv-parse'],
  ['tsx'],
  ['prom-client'],
  ['pg'],
  ['@bull-board/api', '@bull-board/ui'],
];

const freePackages = ['zod'];
/** Numbers, use cases and commands know no vendor. */
const vendorFreeFloors = [0, 2, 3];

export function floorOf(path: string): number | undefined {
  return floors.find(([place]) => place.test(path))?.[1];
}

export const noImportUpwards: Rule = (files) => {
  const paths = new Set(files.map(({ path }) => path));
  return files.flatMap(({ path, files: imported }) => {
    const floor = floorOf(path);
    if (floor === undefined) return [`${path}: stands on no floor`];
    return imported.flatMap((target) => {
      if (target.endsWith('.json')) return [];
      if (!paths.has(target)) return [`${path}: imports ${target}, which is not in the house`];
      const above = floorOf(target);
      return above !== undefined && above > floor ? [`${path} (${floor}): imports ${target} (${above})`] : [];
    });
  });
};

export const noCircle: Rule = (files) => {
  const imports = new Map(files.map(({ path, files: imported }) => [path, imported]));
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) circles.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of imports.keys()) walk(path, []);
  return circles;
};

export const oneFilePerVendor: Rule = (files) =>
  vendors.flatMap((names) => {
    const importers = files.filter(({ packages }) => packages.some((name) => names.includes(name)));
    return importers.length > 1
      ? [`${names.join(', ')}: imported by ${importers.map(({ path }) => path).join(', ')}`]
      : [];
  });

export const vendorsOnlyAtTheEdges: Rule = (files) =>
  files.flatMap(({ path, packages }) => {
    const floor = floorOf(path);
    const foreign = packages.filter((name) => !isBuiltin(name));
    const unnamed = foreign.filter((name) => !vendors.flat().includes(name) && !freePackages.includes(name));
    const misplaced = foreign.filter(
      (name) => vendors.flat().includes(name) && vendorFreeFloors.includes(floor ?? 0),
    );
    return [
      ...unnamed.map((name) => `${path}: imports ${name}, which is no vendor that the house rules name`),
      ...misplaced.map((name) => `${path}: imports the vendor ${name} on floor ${floor}`),
    ];
  });

/** No clock, environment, random number, I/O, logger, promise or catch; no package at all. */
export const pureCore: Rule = (files) =>
  files
    .filter(({ path }) => floorOf(path) === 0)
    .flatMap(({ path, packages, nodes }) => [
      ...packages.map((name) => `${path}: imports ${name}`),
      ...nodes.flatMap(({ node }) => impurity(node) ?? []).map((what) => `${path}: uses ${what}`),
    ]);

export const environmentOnlyInConfig: Rule = (files) =>
  files
    .filter(({ path, nodes }) => path !== 'src/config.ts' && nodes.some(({ node }) => readsEnvironment(node)))
    .map(({ path }) => `${path}: reads the environment`);

export const consoleOnlyInCliAndLog: Rule = (files) =>
  files
    .filter(({ path }) => !/^src\/(cli\.ts|cli\/.*|log\.ts)$/.test(path))
    .filter(({ nodes }) =>
      nodes.some(({ node, parent, field }) => isIdentifier(node, 'console') && !isMemberName(parent, field)),
    )
    .map(({ path }) => `${path}: uses console`);

export const noAnyType: Rule = (files) =>
  holding(files, 'an any type', (node) => node.type === 'TSAnyKeyword');

export const noEmptyCatch: Rule = (files) =>
  holding(files, 'an empty catch', (node) => node.type === 'CatchClause' && isEmptyBlock(node['body']));

export const noUnfinishedWork: Rule = (files) =>
  files
    .filter(({ text }) => /\b(TODO|FIXME)\b/.test(text))
    .map(({ path }) => `${path}: holds a TODO or FIXME`);

export const noJunkDrawer: Rule = (files) =>
  files
    .map(({ path }) => path)
    .filter((path) => path.split('/').some((part) => /(^|[-_.])(utils?|helpers?)([-_.]|$)/i.test(part)))
    .map((path) => `${path}: a name that says nothing`);

function holding(files: readonly SourceFile[], what: string, found: (node: SourceNode) => boolean): string[] {
  return files
    .filter(({ nodes }) => nodes.some(({ node }) => found(node)))
    .map(({ path }) => `${path}: holds ${what}`);
}

function impurity(node: SourceNode): string | undefined {
  if (node['async'] === true || node.type === 'AwaitExpression') return 'async';
  if (node.type === 'CatchClause') return 'catch';
  if (node.type === 'MemberExpression') {
    const { object, property } = node;
    if (isIdentifier(object, 'Date') && isIdentifier(property, 'now')) return 'Date.now';
    if (isIdentifier(object, 'Math') && isIdentifier(property, 'random')) return 'Math.random';
    return impureObjects.find((name) => isIdentifier(object, name));
  }
  if (node.type === 'CallExpression') return impureCalls.find((name) => isIdentifier(node['callee'], name));
  if (node.type !== 'NewExpression') return undefined;
  if (isIdentifier(node['callee'], 'Promise')) return 'Promise';
  return isIdentifier(node['callee'], 'Date') && isEmptyList(node['arguments']) ? 'new Date()' : undefined;
}

const impureObjects = ['console', 'process', 'performance', 'crypto', 'globalThis', 'Promise'];
const impureCalls = ['Date', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];

/** `process.env` by any road: member, destructuring, or an import of node:process. */
function readsEnvironment(node: SourceNode): boolean {
  if (node.type === 'MemberExpression') {
    const { object, property } = node;
    const isEnv = isIdentifier(property, 'env') || (isNode(property) && property['value'] === 'env');
    const isProcess =
      isIdentifier(object, 'process') || (isNode(object) && isIdentifier(object['property'], 'process'));
    return (isEnv && isProcess) || isIdentifier(property, 'loadEnvFile');
  }
  if (node.type === 'VariableDeclarator') {
    return isIdentifier(node['init'], 'process') && isNode(node['id']) && node['id'].type === 'ObjectPattern';
  }
  return (
    node.type === 'ImportDeclaration' &&
    isNode(node['source']) &&
    /^(node:)?process$/.test(`${node['source']['value']}`)
  );
}

function isMemberName(parent: SourceNode, field: string): boolean {
  return (field === 'property' || field === 'key') && parent['computed'] !== true;
}

function isEmptyBlock(body: unknown): boolean {
  return isNode(body) && isEmptyList(body['body']);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
