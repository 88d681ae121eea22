import fc from 'fast-check';
import { within } from '../../src/deadline.ts';

/** Something that holds for whatever comes in. */
export type FuzzClaim = {
  readonly name: string;
  /** Of the run that everybody makes; the long run goes on until its time is over. */
  readonly cases: number;
  check(how: { readonly seed: number; readonly cases: number }): Promise<number>;
};

/** Claims on one door of the house. Opening may take a while, and `close` lets go of everything. */
export type FuzzArea = {
  readonly name: string;
  open(): Promise<{ readonly claims: readonly FuzzClaim[]; close?(): Promise<void> }>;
};

/** What takes longer hangs: no case is more than a few milliseconds of work on an idle machine. */
const hangsMs = 15_000;
const longestMessage = 3_000;

/** A claim for every value that can be drawn; `holds` throws where it does not. */
export function claim<Value>(
  name: string,
  cases: number,
  values: fc.Arbitrary<Value>,
  holds: (value: Value) => Promise<void> | void,
): FuzzClaim {
  const inTime = async (value: Value) => {
    const startMs = performance.now();
    await within(Promise.resolve(holds(value)), hangsMs, `hangs for ${hangsMs} ms`);
    const tookMs = performance.now() - startMs;
    if (tookMs > hangsMs) throw new Error(`takes ${Math.round(tookMs)} ms`);
  };
  const property = fc.asyncProperty(values, inTime);
  return {
    name,
    cases,
    async check({ seed, cases: numRuns }) {
      const result = await fc.check(property, { seed, numRuns, endOnFailure: false, maxSkipsPerRun: 0 });
      if (result.failed) throw new Error(failure(name, result));
      return result.numRuns;
    },
  };
}

type Failed = Pick<
  fc.RunDetails<unknown>,
  'seed' | 'counterexamplePath' | 'counterexample' | 'errorInstance'
>;

function failure(name: string, result: Failed): string {
  const { seed, counterexamplePath, counterexample, errorInstance } = result;
  const found =
    errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : `${errorInstance}`;
  const value = fc.stringify(counterexample).slice(0, longestMessage);
  return `${name}: seed ${seed}, path ${counterexamplePath}\n${value}\n${found.slice(0, longestMessage)}`;
}
