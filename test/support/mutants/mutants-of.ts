import { isNode, parseTree, type SourceNode, type Visit } from '../imports.ts';

/** A source text with one defect in it, and the line that holds it before and after. */
export type Mutant = {
  readonly kind: string;
  readonly text: string;
  readonly line: number;
  readonly before: string;
  readonly after: string;
};

type Edit = { readonly kind: string; readonly from: number; readonly to: number; readonly by: string };

const operators: Readonly<Record<string, readonly (readonly [kind: string, by: string])[]>> = {
  '<': [
    ['boundary', '<='],
    ['flipped', '>='],
  ],
  '<=': [
    ['boundary', '<'],
    ['flipped', '>'],
  ],
  '>': [
    ['boundary', '>='],
    ['flipped', '<='],
  ],
  '>=': [
    ['boundary', '>'],
    ['flipped', '<'],
  ],
  '===': [['flipped', '!==']],
  '!==': [['flipped', '===']],
  '+': [['arithmetic', '-']],
  '-': [['arithmetic', '+']],
  '*': [['arithmetic', '/']],
  '/': [['arithmetic', '*']],
  '+=': [['arithmetic', '-=']],
  '-=': [['arithmetic', '+=']],
  '*=': [['arithmetic', '/=']],
  '/=': [['arithmetic', '*=']],
  '&&': [['logic', '||']],
  '||': [['logic', '&&']],
  '??': [['logic', '&&']],
  '++': [['arithmetic', '--']],
  '--': [['arithmetic', '++']],
};

const methods: Readonly<Record<string, string>> = { min: 'max', max: 'min', ceil: 'floor', floor: 'ceil' };

/** Every mutant of a source text, in the order of their places; types and imports are left alone. */
export function mutantsOf(text: string): readonly Mutant[] {
  const [file] = parseTree(new Map([['src/core/mutated.ts', text]]));
  return file!.nodes.flatMap((visit) => editsOf(visit, text)).map((edit) => mutant(text, edit));
}

function mutant(text: string, { kind, from, to, by }: Edit): Mutant {
  const changed = text.slice(0, from) + by + text.slice(to);
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const lineOf = (whole: string) => whole.slice(start).split('\n', 1)[0]!.trim();
  const line = text.slice(0, from).split('\n').length;
  return { kind, text: changed, line, before: lineOf(text), after: lineOf(changed) };
}

function editsOf({ node, parent, field }: Visit, text: string): readonly Edit[] {
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
      return operatorEdits(node, text, place(node['left']).end, place(node['right']).start);
    case 'AssignmentExpression':
      return operatorEdits(node, text, place(node['left']).end, place(node['right']).start);
    case 'UpdateExpression':
      return updateEdits(node, text);
    case 'UnaryExpression':
      return negationEdits(node);
    case 'Literal':
      return isTypePart(parent) || field === 'key' ? [] : constantEdits(node);
    case 'MemberExpression':
      return methodEdits(node);
    case 'ExpressionStatement':
      return [{ kind: 'dropped', ...range(node), by: ';' }];
    case 'IfStatement':
    case 'ConditionalExpression':
      return conditionEdits(node);
    default:
      return [];
  }
}

function operatorEdits(node: SourceNode, text: string, after: number, before: number): readonly Edit[] {
  const operator = `${node['operator']}`;
  const at = text.indexOf(operator, after);
  if (at < 0 || at >= before) return [];
  return (operators[operator] ?? []).map(([kind, by]) => ({ kind, from: at, to: at + operator.length, by }));
}

function updateEdits(node: SourceNode, text: string): readonly Edit[] {
  const { start, end } = place(node);
  const operator = `${node['operator']}`;
  const at = text.indexOf(operator, start);
  return at < end
    ? (operators[operator] ?? []).map(([kind, by]) => ({ kind, from: at, to: at + operator.length, by }))
    : [];
}

function negationEdits(node: SourceNode): readonly Edit[] {
  const { start } = place(node);
  if (node['operator'] === '!') return [{ kind: 'negation', from: start, to: start + 1, by: '' }];
  return node['operator'] === '-' ? [{ kind: 'negation', from: start, to: start + 1, by: '+' }] : [];
}

function constantEdits(node: SourceNode): readonly Edit[] {
  const { value } = node;
  if (typeof value === 'boolean') return [{ kind: 'constant', ...range(node), by: `${!value}` }];
  if (typeof value !== 'number') return [];
  return [{ kind: 'constant', ...range(node), by: `${Number.isInteger(value) ? value + 1 : value * 1.5}` }];
}

function methodEdits(node: SourceNode): readonly Edit[] {
  const { object, property } = node;
  if (!isNode(object) || object['name'] !== 'Math' || !isNode(property)) return [];
  const by = methods[`${property['name']}`];
  return by === undefined ? [] : [{ kind: 'method', ...range(property), by }];
}

function conditionEdits(node: SourceNode): readonly Edit[] {
  const test = range(node['test']);
  return ['true', 'false'].map((by) => ({ kind: 'condition', ...test, by }));
}

function isTypePart(parent: SourceNode): boolean {
  return parent.type.startsWith('TS');
}

function range(node: unknown): { readonly from: number; readonly to: number } {
  const { start, end } = place(node);
  return { from: start, to: end };
}

function place(node: unknown): { readonly start: number; readonly end: number } {
  const { start, end } = node as { readonly start: number; readonly end: number };
  return { start, end };
}
