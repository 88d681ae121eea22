import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  consoleOnlyInCliAndLog,
  environmentOnlyInConfig,
  floorOf,
  noAnyType,
  noCircle,
  noEmptyCatch,
  noImportUpwards,
  noJunkDrawer,
  noUnfinishedWork,
  oneFilePerVendor,
  pureCore,
  type Rule,
  vendorsOnlyAtTheEdges,
} from './support/house-rules.ts';
import { parseTree, readTree } from './support/imports.ts';

const house = parseTree(
  readTree(fileURLToPath(new URL('..', import.meta.url)), ['src', 'commands', 'renderers']),
);

function findings(rule: Rule, tree: Readonly<Record<string, string>>): string[] {
  return rule(parseTree(new Map(Object.entries(tree))));
}

describe('the house', () => {
  it('is read as a whole', () => {
    const paths = house.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['src/core/margin.ts', 'src/market/source.ts', 'src/errors.ts']),
    );
    expect(house.find(({ path }) => path === 'src/core/tiers.ts')!.files).toContain('src/core/margin.ts');
  });

  it.each([
    ['imports from its own floor or a lower one', noImportUpwards],
    ['has no import circle', noCircle],
    ['imports each vendor in one file', oneFilePerVendor],
    ['meets its vendors at the edges only', vendorsOnlyAtTheEdges],
    ['stands on a pure core', pureCore],
    ['reads the environment in src/config.ts only', environmentOnlyInConfig],
    ['writes to the console in the CLI and the log only', consoleOnlyInCliAndLog],
    ['has no any type', noAnyType],
    ['swallows no error in an empty catch', noEmptyCatch],
    ['leaves no work for later', noUnfinishedWork],
    ['has no junk drawer', noJunkDrawer],
  ])('%s', (_, rule) => {
    expect(rule(house)).toEqual([]);
  });
});

describe('floors', () => {
  it.each([
    ['src/core/book.ts', 0],
    ['src/market/live/retry.ts', 1],
    ['renderers/theme.ts', 1],
    ['src/config.ts', 1],
    ['src/service.ts', 2],
    ['commands/liqmap.ts', 3],
    ['src/chat/discord.ts', 4],
    ['src/cli/args.ts', 5],
    ['src/app.ts', 5],
    ['src/odd/place.ts', undefined],
  ])('%s is on floor %s', (path, floor) => {
    expect(floorOf(path)).toBe(floor);
  });
});

describe('an import upwards is found', () => {
  const upper = { 'src/service.ts': 'export const x = 1; export type T = 1;' };

  it.each([
    "import { x } from '../service.ts';",
    "import '../service.ts';",
    "import type { T } from '../service.ts';",
    "export { x } from '../service.ts';",
    "export * from '../service.ts';",
    "export type T = import('../service.ts').T;",
    "export const x = () => import('../service.ts');",
    "export const x = new URL('../service.ts', import.meta.url);",
  ])('as %s', (text) => {
    expect(findings(noImportUpwards, { ...upper, 'src/core/a.ts': text })).toEqual([
      'src/core/a.ts (0): imports src/service.ts (2)',
    ]);
  });

  it('but not in a comment, a string or a template', () => {
    const text =
      "// import '../service.ts'\nexport const x = [\"import '../service.ts'\", `import('../service.ts')`];";
    expect(findings(noImportUpwards, { ...upper, 'src/core/a.ts': text })).toEqual([]);
  });

  it('and so is a file on no floor or outside the house, but not data', () => {
    const tree = {
      'src/odd/a.ts': '',
      'src/core/b.ts':
        "import '../../test/support/x.ts'; import tiers from './tiers.json' with { type: 'json' };",
    };
    expect(findings(noImportUpwards, tree)).toEqual([
      'src/odd/a.ts: stands on no floor',
      'src/core/b.ts: imports test/support/x.ts, which is not in the house',
    ]);
  });

  it('while the own and the lower floors are open', () => {
    const tree = {
      ...upper,
      'src/alerts.ts': "import './service.ts';",
      'commands/a.ts': "import '../src/alerts.ts';",
    };
    expect(findings(noImportUpwards, tree)).toEqual([]);
  });
});

describe('a circle is found', () => {
  it('of two files, of three by way of a type, and of one', () => {
    const tree = {
      'src/a.ts': "import './b.ts';",
      'src/b.ts': "import './a.ts';",
      'src/c.ts': "import './d.ts';",
      'src/d.ts': "import type { E } from './e.ts';",
      'src/e.ts': "import './c.ts';",
      'src/f.ts': "import './f.ts';",
    };
    expect(findings(noCircle, tree)).toEqual([
      'src/a.ts -> src/b.ts -> src/a.ts',
      'src/c.ts -> src/d.ts -> src/e.ts -> src/c.ts',
      'src/f.ts -> src/f.ts',
    ]);
  });

  it('but two ways to one file are no circle', () => {
    const tree = {
      'src/a.ts': "import './b.ts'; import './c.ts';",
      'src/b.ts': "import './c.ts';",
      'src/c.ts': '',
    };
    expect(findings(noCircle, tree)).toEqual([]);
  });
});

describe('a vendor out of its place is found', () => {
  it('when a second file imports it, be it a type, a part of it or its twin', () => {
    const tree = {
      'renderers/a.ts': "import * as vega from 'vega';",
      'renderers/b.ts': "import type { TopLevelSpec } from 'vega-lite/build/spec';",
      'src/market/c.ts': "import ccxt from 'ccxt';",
      'src/market/d.ts': "export const url = import.meta.resolve('ccxt');",
      'src/market/e.ts': "import { z } from 'zod'; import sharp from 'sharp';",
      'src/market/f.ts': "import { z } from 'zod'; import { join } from 'node:path';",
    };
    expect(findings(oneFilePerVendor, tree)).toEqual([
      'ccxt: imported by src/market/c.ts, src/market/d.ts',
      'vega, vega-lite: imported by renderers/a.ts, renderers/b.ts',
    ]);
  });

  it('when a use case or a command imports it, or nobody has named it', () => {
    const tree = {
      'src/service.ts': "import ccxt from 'ccxt'; import { z } from 'zod';",
      'commands/a.ts': "import type { Client } from 'discord.js';",
      'src/market/b.ts':
        "import pad from '@scope/left-pad/deep'; import { readFile } from 'node:fs/promises';",
    };
    expect(findings(vendorsOnlyAtTheEdges, tree)).toEqual([
      'src/service.ts: imports the vendor ccxt on floor 2',
      'commands/a.ts: imports the vendor discord.js on floor 3',
      'src/market/b.ts: imports @scope/left-pad, which is no vendor that the house rules name',
    ]);
  });
});

describe('an impure core is found', () => {
  it.each([
    ["import { readFileSync } from 'node:fs';", 'imports node:fs'],
    ["import { z } from 'zod';", 'imports zod'],
    ['export const now = () => Date.now();', 'uses Date.now'],
    ['export const now = () => new Date();', 'uses new Date()'],
    ['export const x = () => Math.random();', 'uses Math.random'],
    ['export const x = async () => 1;', 'uses async'],
    ['export const x = () => Promise.resolve(1);', 'uses Promise'],
    ['export const x = () => setTimeout(() => 1, 5);', 'uses setTimeout'],
    ['export function x() { try { return 1; } catch { return 2; } }', 'uses catch'],
  ])('%s', (text, finding) => {
    expect(findings(pureCore, { 'src/core/a.ts': text })).toContain(`src/core/a.ts: ${finding}`);
    expect(findings(pureCore, { 'src/service.ts': text })).toEqual([]);
  });

  it('but a date made of a given time is pure', () => {
    expect(
      findings(pureCore, { 'src/core/a.ts': 'export const day = (ms: number) => new Date(ms);' }),
    ).toEqual([]);
  });
});

describe('a reader of the environment is found', () => {
  it.each([
    'export const x = process.env.HOME;',
    "export const x = process['env'];",
    'export const x = globalThis.process.env;',
    'const { env } = process;',
    "import { env } from 'node:process';",
    'process.loadEnvFile();',
  ])('%s', (text) => {
    expect(findings(environmentOnlyInConfig, { 'src/a.ts': text })).toEqual([
      'src/a.ts: reads the environment',
    ]);
    expect(findings(environmentOnlyInConfig, { 'src/config.ts': text })).toEqual([]);
  });

  it('but other uses of the process are free', () => {
    expect(findings(environmentOnlyInConfig, { 'src/a.ts': 'process.exitCode = 1; const env = 2;' })).toEqual(
      [],
    );
  });
});

describe('bad habits are found', () => {
  it.each<[string, Rule, string, string]>([
    ['console', consoleOnlyInCliAndLog, 'console.log(1);', 'uses console'],
    ['console as a value', consoleOnlyInCliAndLog, 'export const log = console;', 'uses console'],
    ['any', noAnyType, 'export const x = (y: unknown) => y as any;', 'holds an any type'],
    ['an empty catch', noEmptyCatch, 'try { f(); } catch { /* never mind */ }', 'holds an empty catch'],
    ['work for later', noUnfinishedWork, '// TODO: later', 'holds a TODO or FIXME'],
  ])('%s', (_, rule, text, finding) => {
    expect(findings(rule, { 'src/a.ts': text })).toEqual([`src/a.ts: ${finding}`]);
  });

  it.each(['src/core/utils.ts', 'src/market/price-helpers.ts', 'renderers/util/bars.ts'])('%s', (path) => {
    expect(findings(noJunkDrawer, { [path]: '' })).toEqual([`${path}: a name that says nothing`]);
  });

  it('but their likenesses are not', () => {
    const tree = {
      'src/cli.ts': 'console.log(1);',
      'src/cli/print.ts': 'console.log(1);',
      'src/log.ts': 'console.error(1);',
      'src/utility.ts': "export const x = { console: 'any', any: 'console' }; // many todos",
      'src/a.ts': 'try { f(); } catch (error) { g(error); }',
    };
    for (const rule of [consoleOnlyInCliAndLog, noAnyType, noEmptyCatch, noUnfinishedWork, noJunkDrawer]) {
      expect(findings(rule, tree)).toEqual([]);
    }
  });
});
