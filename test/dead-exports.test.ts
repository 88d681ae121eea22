import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { idleExceptions, noDeadExport } from './support/dead-exports.ts';
import { parseTree, readTree } from './support/imports.ts';

const drawn = 'a spec that its test reads; others take the picture made of it';
const exceptions: Readonly<Record<string, string>> = {
  'renderers/cascade/chart.ts#cascadeChart': drawn,
  'renderers/changes/chart.ts#changesChart': drawn,
  'renderers/compare/chart.ts#compareChart': drawn,
  'renderers/liquidations/chart.ts#liquidationsChart': drawn,
  'renderers/near/chart.ts#nearChart': drawn,
  'renderers/position/chart.ts#positionChart': drawn,
  'renderers/score/chart.ts#scoreChart': drawn,
  'renderers/marks.ts#overlap': 'the layout check looks for marks that lie on each other',
  'renderers/marks.ts#textBounds': 'the layout check looks for marks that lie on each other',
  'src/activity.ts#recomputeSteps': 'every interval must be one of these',
  'src/alerts/delivery.ts#DeliverLater': 'that, and no failure, is what a delivery ends in that waits',
  'src/config.ts#settings': '.env.example must name each of them',
  'src/core/fit/categories.ts#beyond': 'the category that a table of categories has on top of its bins',
  'src/core/near-names.ts#editDistance': 'held to laws of its own',
  'src/core/symbols.ts#parseSymbol': 'held to laws of its own',
  'src/core/tiers.ts#defaultSizePrior': 'its shares must sum to one',
  'src/core/tiers.ts#tierOf': 'held to laws of its own',
  'src/core/tiers.ts#tieredLiquidation': 'held to laws of its own',
  'src/core/weights.ts#bucketLeverages': 'every table of weights must have these buckets',
  'src/redaction.ts#redact': 'held to laws of its own',
  'src/market/exchange-fetch.ts#originalHostHeader': 'the loopback exchange reads it',
  'src/market/live/index.ts#liveVenues': 'the loopback exchange must speak for each of them',
  'src/market/simulated/trader-draws.ts#drawClass': 'held to its shares by itself',
  'src/roles.ts#isPartial': 'claimed for each set of roles',
  'src/scoring/crossings.ts#flatMove': 'the name of the row that others are measured by',
  'src/scoring/events.ts#eventMarginRate': 'what a forced price is turned back to a level with',
  'src/scoring/models.ts#book': 'tests build rows of their own on it',
  'src/store/postgres-engine.ts#explained': "the driver's errors are read one by one",
  'src/store/sqlite-engine.ts#explained': "the driver's errors are read one by one",
  'src/web/password.ts#passwordCheck': 'held to laws of its own',
};

/** With the benchmarks: they are no tests. */
const project = parseTree(
  readTree(fileURLToPath(new URL('..', import.meta.url)), ['src', 'commands', 'renderers', 'bench']),
);

describe('the house', () => {
  it('exports nothing that no other file uses, but for the listed', () => {
    expect(noDeadExport(exceptions)(project)).toEqual([]);
  });

  it('lists no exception that it does not need', () => {
    expect(idleExceptions(exceptions)(project)).toEqual([]);
  });
});

function dead(
  tree: Readonly<Record<string, string>>,
  except: Readonly<Record<string, string>> = {},
): string[] {
  return noDeadExport(except)(parseTree(new Map(Object.entries(tree))));
}

describe('a dead export is found', () => {
  it.each([
    'export const x = 1;',
    'export function x() {}',
    'export class x {}',
    'export type x = 1;',
    "export { x } from './other.ts';",
    'const y = 1; export { y as x };',
  ])('as %s', (text) => {
    expect(dead({ 'src/a.ts': text })).toEqual(['src/a.ts#x']);
    expect(dead({ 'src/a.ts': text }, { 'src/a.ts#x': 'a reason' })).toEqual([]);
  });

  it('though a namesake of another file is imported', () => {
    const tree = { 'src/a.ts': 'export const x = 1;', 'src/b.ts': 'export const x = 2;' };
    expect(dead({ ...tree, 'src/c.ts': "import { x } from './b.ts';" })).toEqual(['src/a.ts#x']);
  });

  it.each(["import * as a from './a.ts';", "void import('./a.ts');", "import './a.ts';"])(
    'though %s takes the whole file',
    (text) => {
      expect(dead({ 'src/a.ts': 'export const x = 1;', 'src/b.ts': text })).toEqual(['src/a.ts#x']);
    },
  );

  it.each([
    'export function f() { const held: T = 1; return held; }',
    'export class f { #held: T = 1; private seen: T = 1; }',
    'export const f = () => { let held: T; };',
  ])('of a type that only the inside of %s names', (text) => {
    const tree = {
      'src/a.ts': `export type T = 1; ${text}`,
      'src/b.ts': "import { f } from './a.ts';",
    };
    expect(dead(tree)).toEqual(['src/a.ts#T']);
  });
});

describe('an export is alive', () => {
  it.each([
    "import { x } from '../a.ts';",
    "import { x as y } from '../a.ts';",
    "import { type x } from '../a.ts';",
    "export { x as y } from '../a.ts';",
    "type Y = import('../a.ts').x;",
    "const { x: y } = await import('../a.ts');",
  ])('by %s', (text) => {
    expect(dead({ 'src/a.ts': 'export const x = 1;', 'src/b/c.ts': text })).not.toContain('src/a.ts#x');
  });

  it.each([
    'export function f(given: T) {}',
    'export function f(): readonly T[] { return []; }',
    'export class f { get(given: T): void {} }',
    'type Held = { readonly one: T }; export const f = (given: Held) => given;',
  ])('as a type that %s shows', (text) => {
    const tree = {
      'src/a.ts': `export type T = 1; ${text}`,
      'src/b.ts': "import { f } from './a.ts';",
    };
    expect(dead(tree)).toEqual([]);
    expect(dead({ 'src/a.ts': tree['src/a.ts'] })).toEqual(['src/a.ts#T', 'src/a.ts#f']);
  });
});

it('an exception is idle when its export is used or gone', () => {
  const tree = { 'src/a.ts': 'export const x = 1;', 'src/b.ts': "import { x } from './a.ts';" };
  const idle = idleExceptions({ 'src/a.ts#x': 'a reason', 'src/a.ts#y': 'a reason' });
  expect(idle(parseTree(new Map(Object.entries(tree))))).toEqual(['src/a.ts#x', 'src/a.ts#y']);
});
