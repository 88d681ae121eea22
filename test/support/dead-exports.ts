import { posix } from 'node:path';
import type { Rule } from './house-rules.ts';
import { isNode, literal, type SourceFile, type SourceNode } from './imports.ts';

/**
 * What is exported and used nowhere else. Alive is
 * - what another file takes by its name: `import`, `export from` or `const { name } = await import()`. Who takes a whole
 *   module at once takes nothing by name; the caller leaves out the tests;
 * - a type or class that something alive of the same file names outside the bodies of functions, at one or more removes:
 *   who is handed such a value may have to name its type;
 * - what stands among the exceptions.
 *
 * @param exceptions reasons by `path#name`
 */
export function noDeadExport(exceptions: Readonly<Record<string, string>>): Rule {
  return (files) => {
    const taken = new Set([...files.flatMap(takenNames), ...Object.keys(exceptions)]);
    return files.flatMap(({ path, nodes }) => {
      const declared = nodes
        .filter(({ parent }) => parent.type === 'Program')
        .flatMap(({ node }) => declarationsOf(node));
      const alive = declared.filter(({ name, isExported }) => isExported && taken.has(`${path}#${name}`));
      for (const { shown } of alive) {
        alive.push(...declared.filter((one) => one.isType && shown.has(one.name) && !alive.includes(one)));
      }
      return declared
        .filter((one) => one.isExported && !alive.includes(one))
        .map(({ name }) => `${path}#${name}`);
    });
  };
}

/** Exceptions that excuse nothing: the export has gone, or another file uses it by now. */
export function idleExceptions(exceptions: Readonly<Record<string, string>>): Rule {
  return (files) => {
    const dead = noDeadExport({})(files);
    return Object.keys(exceptions).filter((name) => !dead.includes(name));
  };
}

type Declared = {
  readonly name: string;
  readonly isExported: boolean;
  readonly isType: boolean;
  /** The names that a reader sees in it from outside. */
  readonly shown: ReadonlySet<string>;
};

function declarationsOf(statement: SourceNode): Declared[] {
  const isDefault = statement.type === 'ExportDefaultDeclaration';
  if (isDefault) return [{ name: 'default', isExported: true, isType: false, shown: new Set() }];
  const isExported = statement.type === 'ExportNamedDeclaration';
  const declaration = isExported ? statement['declaration'] : statement;
  const names = isNode(declaration)
    ? namesOf(declaration)
    : list(statement['specifiers']).map(({ exported }) => nameOf(exported));
  const isType = isNode(declaration) && /^(TS.*|ClassDeclaration)$/.test(declaration.type);
  const shown = new Set(isNode(declaration) ? shownNames(declaration) : []);
  return names.map((name) => ({ name, isExported, isType, shown }));
}

function namesOf(declaration: SourceNode): string[] {
  const { id, declarations } = declaration;
  return isNode(id) ? [nameOf(id)] : list(declarations).map((one) => nameOf(one['id']));
}

/** `path#name` of all that a file takes from others. */
function takenNames({ path, nodes }: SourceFile): string[] {
  return nodes.flatMap(({ node }) => {
    const [source, names] = taking(node);
    if (source === undefined) return [];
    const target = posix.join(posix.dirname(path), source);
    return names.map((name) => `${target}#${name}`);
  });
}

function taking(node: SourceNode): [source: string | undefined, names: string[]] {
  switch (node.type) {
    case 'ImportDeclaration':
      return [literal(node['source']), list(node['specifiers']).map(({ imported }) => nameOf(imported))];
    case 'ExportNamedDeclaration':
      return [literal(node['source']), list(node['specifiers']).map(({ local }) => nameOf(local))];
    case 'TSImportType':
      return [literal(node['source']), [nameOf(node['qualifier'])]];
    case 'VariableDeclarator':
      return [awaitedModule(node['init']), list(propertiesOf(node['id'])).map(({ key }) => nameOf(key))];
    default:
      return [undefined, []];
  }
}

function awaitedModule(init: unknown): string | undefined {
  if (!isNode(init) || init.type !== 'AwaitExpression') return undefined;
  const { argument } = init;
  return isNode(argument) && argument.type === 'ImportExpression' ? literal(argument['source']) : undefined;
}

function propertiesOf(pattern: unknown): unknown {
  return isNode(pattern) ? pattern['properties'] : undefined;
}

function* shownNames(node: SourceNode): Generator<string> {
  if (node.type === 'Identifier') yield nameOf(node);
  if (isPrivate(node)) return;
  for (const [field, value] of Object.entries(node)) {
    if (field === 'body' && /Function/.test(node.type)) continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* shownNames(child);
    }
  }
}

function isPrivate({ key, accessibility }: SourceNode): boolean {
  return accessibility === 'private' || (isNode(key) && key.type === 'PrivateIdentifier');
}

function nameOf(node: unknown): string {
  return isNode(node) ? `${node['name']}` : 'default';
}

function list(value: unknown): SourceNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}
