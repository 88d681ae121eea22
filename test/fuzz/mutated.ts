import fc from 'fast-check';
import { hostileValue } from './hostile.ts';

type Change =
  | { readonly kind: 'replace'; readonly by: unknown }
  | { readonly kind: 'scale'; readonly by: number }
  | { readonly kind: 'drop' | 'double' | 'empty' | 'reverse' | 'wrap' | 'retype' };

/** Where to go from the top, one pick a step, and what to do there. */
type Step = { readonly picks: readonly number[]; readonly change: Change };

type Container = readonly unknown[] | Readonly<Record<string, unknown>>;

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('replace' as const), by: hostileValue }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('scale' as const),
      by: fc.constantFrom(-1, 0, 0.001, 0.5, 1.0001, 2, 10, 1000, 1e6, 1e12),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('drop' as const, 'double' as const, 'empty' as const, 'reverse' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('wrap' as const, 'retype' as const) }) },
);

const step: fc.Arbitrary<Step> = fc.record({
  picks: fc.array(fc.nat(997), { minLength: 1, maxLength: 8 }),
  change,
});

/** One of the values with one to four changes, each somewhere inside it; the value itself stays as it is. */
export function mutationOf<Value>(values: readonly Value[]): fc.Arbitrary<unknown> {
  return fc
    .record({ value: fc.constantFrom(...values), steps: stepsOf })
    .map(({ value, steps }) => mutated(value, steps));
}

/** One to four changes, to be made by `mutated`. */
export const stepsOf: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 1, maxLength: 4 });

export function mutated(value: unknown, steps: readonly Step[]): unknown {
  return steps.reduce((now: unknown, { picks, change: made }) => changedAt(now, picks, made), value);
}

function changedAt(value: unknown, picks: readonly number[], made: Change): unknown {
  const [pick, ...rest] = picks;
  if (pick === undefined || !isContainer(value)) return changed(value, made);
  const keys = Object.keys(value);
  // One pick in as many stops here, so that containers are changed too.
  const key = keys[pick % (keys.length + 1)];
  if (key === undefined) return changed(value, made);
  const entries = Object.entries(value).flatMap(([name, item]): [string, unknown][] => {
    if (name !== key) return [[name, item]];
    if (made.kind === 'drop' && (rest.length === 0 || !isContainer(item))) return [];
    return [[name, changedAt(item, rest, made)]];
  });
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

function changed(value: unknown, made: Change): unknown {
  switch (made.kind) {
    case 'replace':
      return made.by;
    case 'scale':
      return scaled(value, made.by);
    case 'wrap':
      return [value];
    case 'retype':
      return typeof value === 'string' ? Number(value) : String(value);
    default:
      return rearranged(value, made.kind);
  }
}

function scaled(value: unknown, by: number): unknown {
  if (typeof value === 'number') return value * by;
  const isNumber = typeof value === 'string' && value !== '' && Number.isFinite(Number(value));
  return isNumber ? String(Number(value) * by) : value;
}

function rearranged(value: unknown, kind: 'drop' | 'double' | 'empty' | 'reverse'): unknown {
  if (kind === 'drop') return undefined;
  if (Array.isArray(value)) {
    return { double: [...value, ...value], empty: [], reverse: value.toReversed() }[kind];
  }
  if (typeof value === 'string') {
    return { double: value + value, empty: '', reverse: [...value].reverse().join('') }[kind];
  }
  return kind === 'empty' ? (isContainer(value) ? {} : null) : value;
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** As it comes over a wire: numbers that JSON does not know as it can be made to say them, or as null. */
export function wireText(value: unknown): string {
  const marked = JSON.stringify(value, (_, item) => {
    if (item === Number.POSITIVE_INFINITY) return huge;
    return item === Number.NEGATIVE_INFINITY ? minusHuge : item;
  });
  return (marked ?? 'null').replaceAll(`"${huge}"`, '1e999').replaceAll(`"${minusHuge}"`, '-1e999');
}

const huge = '@@huge@@';
const minusHuge = '@@minus-huge@@';
