/**
 * Which defects in the core would no test notice? Makes simple ones, one at a time, in a copy of the tree, and runs the
 * tests that belong to the file: `npx tsx test/support/mutants.ts [--group margin,book] [--sample 50] [--seed 1] [--lines book.ts:280-300]`.
 * Those that survive are printed, each with its line before and after; see docs/mutants.md.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createRandom } from '../../src/core/random.ts';
import { type Mutant, mutantsOf } from './mutants/mutants-of.ts';
import { scriptOptions } from './script-options.ts';

type Group = { readonly files: readonly string[]; readonly tests: readonly string[] };
type Placed = Mutant & { readonly file: string };
type Fate = 'killed' | 'timed out' | 'survived';

const bookParts = ['axis', 'layer', 'levels', 'model', 'reading', 'standing', 'step'];

const groups: Readonly<Record<string, Group>> = {
  margin: {
    files: ['margin.ts', 'tiers.ts'],
    tests: ['margin.test.ts', 'tiers.test.ts', 'own-position.test.ts'],
  },
  book: {
    files: ['book.ts', ...bookParts.map((part) => `book-${part}.ts`)],
    tests: ['book', 'fold', 'heatmap.test.ts', 'holding', 'build-map.test.ts'],
  },
  clusters: {
    files: ['clusters.ts', 'cluster-identity.ts', 'peaks.ts'],
    tests: ['cluster', 'peaks.test.ts'],
  },
  triggers: {
    files: ['alerts/trigger-index.ts', 'alerts/level-heap.ts', 'alerts/near-levels.ts'],
    tests: ['alerts/'],
  },
};

/** A mutant that makes a loop endless ends here. */
const timeLimitMs = 90_000;

const usage = `Which defects in the core would no test notice? See docs/mutants.md.

npx tsx test/support/mutants.ts [options]

  --group NAMES   with commas: ${Object.keys(groups).join(', ')}; all unless told
  --sample N      so many of each group; 50 unless told
  --seed N        of the draw; 1 unless told
  --lines PLACE   every mutant of these lines instead, such as book.ts:280-300
  --help`;

const { values } = scriptOptions(usage, {
  group: { type: 'string', default: Object.keys(groups).join(',') },
  sample: { type: 'string', default: '50' },
  seed: { type: 'string', default: '1' },
  lines: { type: 'string' },
});
const place = values.lines === undefined ? undefined : placeOf(values.lines);

const top = copyOfTree();
try {
  for (const name of place ? [place.group] : values.group.split(',')) checkGroup(name);
} finally {
  rmSync(top, { recursive: true, force: true });
}

function checkGroup(name: string): void {
  const group = groups[name];
  if (!group) throw new RangeError(`"${name}" is not one of ${Object.keys(groups).join(', ')}`);
  const tests = group.tests.map((test) => `test/core/${test}`);
  if (fateOf(tests) !== 'survived') throw new Error(`the tests of ${name} fail without any mutant`);
  const all = group.files.flatMap((file): Placed[] => {
    const path = `src/core/${file}`;
    return mutantsOf(readFileSync(join(top, path), 'utf8')).map((mutant) => ({ ...mutant, file: path }));
  });
  const drawn = place
    ? all.filter(
        ({ file, line }) => file.endsWith(`/${place.file}`) && line >= place.from && line <= place.to,
      )
    : sample(all, Number(values.sample), Number(values.seed));
  const counts: Record<Fate, number> = { killed: 0, 'timed out': 0, survived: 0 };
  for (const mutant of drawn) {
    const fate = tryMutant(mutant, tests);
    counts[fate] += 1;
    if (fate === 'survived')
      say(`${mutant.file}:${mutant.line} ${mutant.kind}\n- ${mutant.before}\n+ ${mutant.after}\n`);
  }
  const { killed, 'timed out': late, survived } = counts;
  say(`| ${name} | ${all.length} | ${drawn.length} | ${killed} | ${late} | ${survived} |`);
}

function placeOf(text: string) {
  const [, file = '', from = '', to = from] = /^([\w/-]+\.ts):(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const [group] = Object.entries(groups).find(([, { files }]) => files.includes(file)) ?? [];
  if (group === undefined) throw new RangeError(`"${text}" is no place in a file of a group`);
  return { group, file, from: Number(from), to: Number(to) };
}

function tryMutant({ file, text }: Placed, tests: readonly string[]): Fate {
  const path = join(top, file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, text);
  try {
    return fateOf(tests);
  } finally {
    writeFileSync(path, original);
  }
}

function fateOf(tests: readonly string[]): Fate {
  const vitest = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'unit',
    '--bail',
    '1',
    '--pool',
    'threads',
    '--maxWorkers',
    '1',
  ];
  const { status, error } = spawnSync(process.execPath, [...vitest, ...tests], {
    cwd: top,
    timeout: timeLimitMs,
    killSignal: 'SIGKILL',
    stdio: 'ignore',
  });
  if (error) return 'timed out';
  return status === 0 ? 'survived' : 'killed';
}

/** Without packages, which are linked: nothing is ever written into the shared tree. */
function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'liqmap-mutants-'));
  const here = resolve(import.meta.dirname, '../..');
  for (const part of [
    'src',
    'commands',
    'renderers',
    'test',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
  ]) {
    cpSync(join(here, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(here, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function sample(all: readonly Placed[], count: number, seed: number): readonly Placed[] {
  const random = createRandom(seed);
  return all
    .map((mutant) => ({ mutant, lot: random.uniform() }))
    .sort((a, b) => a.lot - b.lot)
    .slice(0, count)
    .map(({ mutant }) => mutant)
    .sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
