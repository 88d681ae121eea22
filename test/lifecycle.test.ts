import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Lifecycle } from '../src/lifecycle.ts';

const soon = { deadlineMs: 1000 };
const never = () => new Promise<void>(() => undefined);

async function failuresOf(closing: Promise<void>): Promise<string[]> {
  const outcome = await closing.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(AggregateError);
  return (outcome as AggregateError).errors.map((error: Error) => error.message);
}

describe('a lifecycle', () => {
  let life: Lifecycle;
  let closed: string[];
  const opened = (name: string) => life.onClose(name, () => closed.push(name));

  beforeEach(() => {
    vi.useFakeTimers();
    life = new Lifecycle();
    closed = [];
  });
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('closes what was opened last first', async () => {
    for (const name of ['sql', 'queue', 'chat']) opened(name);
    await life.close(soon);
    expect(closed).toEqual(['chat', 'queue', 'sql']);
  });

  it('waits for each before it closes the next', async () => {
    opened('sql');
    life.onClose('queue', async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      closed.push('queue');
    });
    const closing = life.close(soon);
    await vi.advanceTimersByTimeAsync(499);
    expect(closed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await closing;
    expect(closed).toEqual(['queue', 'sql']);
  });

  it('closes once, however often and from wherever it is told to', async () => {
    life.onClose('chat', () => {
      closed.push('chat');
      void life.close({ deadlineMs: 5 });
    });
    const first = life.close(soon);
    expect(life.close({ deadlineMs: 9 })).toBe(first);
    await first;
    expect(life.close(soon)).toBe(first);
    expect(closed).toEqual(['chat']);
  });

  it('closes the rest when one fails, and reports every failure with its name and cause', async () => {
    const cause = new Error('connection lost');
    opened('sql');
    life.onClose('queue', () => Promise.reject(cause));
    opened('cache');
    life.onClose('chat', () => {
      throw 'no reason';
    });
    const closing = life.close(soon);
    expect(await failuresOf(closing)).toEqual(['chat (no reason)', 'queue (connection lost)']);
    expect(closed).toEqual(['cache', 'sql']);
    await expect(closing).rejects.toThrow('not closed: chat (no reason); queue (connection lost)');
    await expect(closing).rejects.toMatchObject({ errors: [{ cause: 'no reason' }, { cause }] });
  });

  it('leaves behind what hangs beyond the deadline, yet tells the rest to close', async () => {
    opened('redis child');
    life.onClose('slow', () => {
      closed.push('slow told');
      return never();
    });
    life.onClose('hanging', never);
    opened('chat');
    const failures = failuresOf(life.close(soon));
    await vi.advanceTimersByTimeAsync(999);
    expect(closed).toEqual(['chat']);
    await vi.advanceTimersByTimeAsync(1);
    expect(await failures).toEqual([
      'hanging (hangs beyond the deadline)',
      'slow (hangs beyond the deadline)',
    ]);
    expect(closed).toEqual(['chat', 'slow told', 'redis child']);
  });

  it('shares one deadline among all', async () => {
    const takes = (ms: number) => () => new Promise((resolve) => setTimeout(resolve, ms));
    life.onClose('second', takes(600));
    life.onClose('first', takes(600));
    const failures = failuresOf(life.close(soon));
    await vi.advanceTimersByTimeAsync(1200);
    expect(await failures).toEqual(['second (hangs beyond the deadline)']);
  });

  it('reports as late, and not as an unhandled rejection, what fails after the deadline', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    life.onClose('late', () => new Promise((_, reject) => setTimeout(reject, 2000, new Error('too late'))));
    const failures = failuresOf(life.close(soon));
    await vi.advanceTimersByTimeAsync(2000);
    expect(await failures).toEqual(['late (hangs beyond the deadline)']);
    vi.useRealTimers();
    await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    vi.useFakeTimers();
  });

  it('tells all that the end has come, last opened first, before it closes the first', async () => {
    for (const name of ['sql', 'chat']) {
      life.onClose(
        name,
        () => closed.push(name),
        () => closed.push(`${name} told`),
      );
    }
    await life.close(soon);
    expect(closed).toEqual(['chat told', 'sql told', 'chat', 'sql']);
  });

  it('says every second what it waits for, and nothing of what takes no time', async () => {
    const said: string[] = [];
    opened('sql');
    life.onClose('queue', () => new Promise((resolve) => setTimeout(resolve, 2_500)));
    opened('chat');
    const onSlow = (name: string) => said.push(name);
    const closing = life.close({ deadlineMs: 9_000, onSlow });
    await vi.advanceTimersByTimeAsync(2_499);
    expect(said).toEqual(['queue', 'queue']);
    await vi.advanceTimersByTimeAsync(2_000);
    await closing;
    expect(said).toEqual(['queue', 'queue']);
  });

  it('also closes what is opened while it closes', async () => {
    opened('sql');
    life.onClose('chat', () => opened('last message'));
    await life.close(soon);
    expect(closed).toEqual(['last message', 'sql']);
  });

  it('takes nothing in after it has closed', async () => {
    await life.close(soon);
    expect(() => opened('socket')).toThrow('socket was opened after everything had been closed');
  });

  it('refuses a deadline that a timer cannot keep', () => {
    for (const deadlineMs of [0, -1, Number.NaN, Infinity, 2 ** 31]) {
      expect(() => life.close({ deadlineMs })).toThrow(`not ${deadlineMs}`);
    }
  });
});
