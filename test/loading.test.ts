import { describe, expect, it } from 'vitest';
import { type Loading, Loadings, untilEnough } from '../src/loading.ts';

const longMs = 3_600_000;
const willDo = (outcome: string) => outcome === 'good';

function pending() {
  let settle: (outcome: string) => void = () => undefined;
  const outcome = new Promise<string>((resolve) => {
    settle = resolve;
  });
  return { outcome, settle: (text: string) => settle(text) };
}

/** What is asked for now, under its own key each. */
function loadingsOf(...outcomes: readonly Promise<string>[]): readonly Loading<string>[] {
  const all = new Loadings<string>();
  return outcomes.map((outcome, i) => all.ask(String(i), () => outcome));
}

async function isDone(promise: Promise<unknown>): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 5));
  return Promise.race([promise.then(() => true), late]);
}

describe('what is on its way', () => {
  it('is asked for once while it is, and again once it has come', async () => {
    const all = new Loadings<string>();
    const [first, second] = [pending(), pending()];
    const loading = all.ask('okx', () => first.outcome);
    expect(all.ask('okx', () => second.outcome)).toBe(loading);
    expect(loading.settled).toBeUndefined();
    first.settle('good');
    await loading.outcome;
    expect(loading.settled).toBe('good');
    expect(all.ask('okx', () => second.outcome)).not.toBe(loading);
  });
});

describe('who waits with patience', () => {
  it('goes on as soon as all are there', async () => {
    const both = loadingsOf(Promise.resolve('good'), Promise.resolve('bad'));
    await untilEnough(both, { patienceMs: longMs, willDo });
    expect(both.map(({ settled }) => settled)).toEqual(['good', 'bad']);
  });

  it('goes on without the rest when the patience is over and half of them will do', async () => {
    const slow = pending();
    const both = loadingsOf(Promise.resolve('good'), slow.outcome);
    await untilEnough(both, { patienceMs: 1, willDo });
    expect(both.map(({ settled }) => settled)).toEqual(['good', undefined]);
  });

  it('waits longer for half of them, and in the end makes do with one', async () => {
    const slow = [pending(), pending(), pending()];
    const all = loadingsOf(Promise.resolve('good'), ...slow.map(({ outcome }) => outcome));
    const startMs = performance.now();
    await untilEnough(all, { patienceMs: 10, willDo });
    expect(performance.now() - startMs).toBeGreaterThan(25);
    const another = untilEnough(all, { patienceMs: longMs, willDo });
    for (const { settle } of slow) settle('bad');
    await another;
  });

  it('waits on while none will do, for the first that does', async () => {
    const [slow, slower] = [pending(), pending()];
    const all = loadingsOf(Promise.resolve('bad'), slow.outcome, slower.outcome);
    const waiting = untilEnough(all, { patienceMs: 1, willDo });
    expect(await isDone(waiting)).toBe(false);
    slow.settle('good');
    await waiting;
    expect(all.map(({ settled }) => settled)).toEqual(['bad', 'good', undefined]);
  });

  it('ends when all are there though none will do', async () => {
    await untilEnough(loadingsOf(Promise.resolve('bad')), { patienceMs: 1, willDo });
  });

  it('does not wait again for what others have waited for', async () => {
    const all = new Loadings<string>();
    const old = { ...all.ask('okx', () => pending().outcome), sinceMs: performance.now() - longMs };
    const fresh = all.ask('gate', async () => 'good');
    await untilEnough([old, fresh], { patienceMs: longMs - 1, willDo });
    expect(fresh.settled).toBe('good');
  });

  it('waits for all without a patience', async () => {
    const slow = pending();
    const both = loadingsOf(Promise.resolve('good'), slow.outcome);
    const waiting = untilEnough(both, { patienceMs: undefined, willDo });
    expect(await isDone(waiting)).toBe(false);
    slow.settle('bad');
    await waiting;
  });
});
