import { describe, expect, it } from 'vitest';
import { Work, type WorkOptions } from '../../../src/chat/telegram/work.ts';

function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

function working(more: Partial<WorkOptions> = {}) {
  const defects: unknown[] = [];
  const work = new Work({
    atOnce: 2,
    maxWaiting: 5,
    maxWaitingPerKey: 3,
    onDefect: (error) => defects.push(error),
    ...more,
  });
  return { work, defects };
}

describe('work', () => {
  it('is done in order within a key, while other keys go on', async () => {
    const { work } = working();
    const slow = gate();
    const done: string[] = [];
    work.push('a', async () => {
      await slow.opened;
      done.push('a1');
    });
    work.push('a', async () => void done.push('a2'));
    const other = gate();
    work.push('b', async () => {
      done.push('b1');
      other.open();
    });
    await other.opened;
    expect(done).toEqual(['b1']);
    slow.open();
    await work.idle();
    expect(done).toEqual(['b1', 'a1', 'a2']);
  });

  it('is not begun before whoever brings it goes on', () => {
    const { work } = working();
    let begun = false;
    work.push('a', async () => {
      begun = true;
    });
    expect(begun).toBe(false);
  });

  it('is done for so many keys at once and no more', async () => {
    const { work } = working();
    const all = gate();
    let running = 0;
    let most = 0;
    for (const key of ['a', 'b', 'c', 'd']) {
      work.push(key, async () => {
        running += 1;
        most = Math.max(most, running);
        await all.opened;
        running -= 1;
      });
    }
    all.open();
    await work.idle();
    expect(most).toBe(2);
  });

  it('lets nobody with many wishes keep one with a single one waiting for all of them', async () => {
    const { work } = working({ atOnce: 1 });
    const done: string[] = [];
    for (const name of ['a1', 'a2', 'a3', 'b1']) work.push(name[0]!, async () => void done.push(name));
    await work.idle();
    expect(done).toEqual(['a1', 'a2', 'b1', 'a3']);
  });

  it('is turned down when too much waits, in all or of one key', async () => {
    const { work } = working();
    const all = gate();
    const wait = () => all.opened;
    const taken = ['a', 'a', 'a', 'a', 'a', 'b', 'c', 'c', 'd'].map((key) => work.push(key, wait));
    expect(taken).toEqual([true, true, true, true, false, true, true, true, false]);
    all.open();
    await work.idle();
    expect(work.push('d', wait)).toBe(true);
  });

  it('goes on after a task that fails', async () => {
    const { work, defects } = working();
    const done: string[] = [];
    work.push('a', () => Promise.reject(new Error('broken')));
    work.push('a', async () => void done.push('a2'));
    await work.idle();
    expect(done).toEqual(['a2']);
    expect(defects).toMatchObject([{ message: 'broken' }]);
  });
});
