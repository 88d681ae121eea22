import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits, type Priority, Schedule } from '../../../src/chat/telegram/schedule.ts';
import { breaches, mostInWindow, type Sending } from './traffic.ts';

type Wish = {
  readonly atMs: number;
  readonly chatId: string;
  readonly priority: Priority;
  readonly latencyMs: number;
};

/** Plays wishes through a schedule, event by event, without a clock. */
function play(wishes: readonly Wish[]): Sending[] {
  const schedule = new Schedule<{ readonly wish: Wish; readonly number: number }>();
  const arriving = wishes.map((wish, number) => ({ wish, number })).sort((a, b) => a.wish.atMs - b.wish.atMs);
  const underWay: Sending[] = [];
  const done: Sending[] = [];
  let nowMs = 0;
  for (;;) {
    while (arriving[0] !== undefined && arriving[0].wish.atMs <= nowMs) {
      const job = arriving.shift()!;
      schedule.add(job.wish.chatId, job, job.wish);
    }
    for (const sending of underWay.filter(({ answeredMs }) => answeredMs <= nowMs)) {
      underWay.splice(underWay.indexOf(sending), 1);
      done.push(sending);
      schedule.answered(sending.chatId, nowMs);
    }
    const step = schedule.next(nowMs);
    if (step?.kind === 'send') {
      const { wish, number } = step.ticket.job;
      const answeredMs = nowMs + wish.latencyMs;
      underWay.push({ chatId: wish.chatId, priority: wish.priority, number, startMs: nowMs, answeredMs });
      continue;
    }
    const events = [
      ...(arriving[0] ? [arriving[0].wish.atMs] : []),
      ...underWay.map(({ answeredMs }) => answeredMs),
      ...(step?.kind === 'wait' ? [nowMs + step.ms] : []),
    ];
    if (events.length === 0) return done;
    nowMs = Math.min(...events);
  }
}

const people = Array.from({ length: 60 }, (_, i) => `${100 + i}`);
const groups = ['-1', '-2', '@channel'];
const wish: fc.Arbitrary<Wish> = fc.record({
  atMs: fc.integer({ min: 0, max: 20_000 }),
  chatId: fc.oneof(fc.constantFrom(...people), fc.constantFrom(...groups)),
  priority: fc.constantFrom('interactive', 'broadcast'),
  latencyMs: fc.integer({ min: 1, max: 400 }),
});
const wishes = fc.array(wish, { minLength: 1, maxLength: 300, size: 'max' });

describe('the schedule', () => {
  it('breaks no limit in any window, whenever within a request it is counted', () => {
    fc.assert(
      fc.property(wishes, (given) => {
        expect(breaches(play(given))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('loses nothing and sends nothing twice', () => {
    fc.assert(
      fc.property(wishes, (given) => {
        const numbers = play(given).map(({ number }) => number);
        expect(numbers.sort((a, b) => a - b)).toEqual(given.map((_, number) => number));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the order within a chat and priority', () => {
    fc.assert(
      fc.property(wishes, (given) => {
        const sendings = play(given).sort((a, b) => a.startMs - b.startMs);
        const seen = new Map<string, Wish>();
        for (const { chatId, priority, number } of sendings) {
          const last = seen.get(`${chatId} ${priority}`);
          expect(given[number]!.atMs).toBeGreaterThanOrEqual(last?.atMs ?? 0);
          seen.set(`${chatId} ${priority}`, given[number]!);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('never starts a broadcast while somebody waits who could be answered', () => {
    const single = fc.array(fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.boolean()), {
      minLength: 30,
      maxLength: 200,
      size: 'max',
    });
    fc.assert(
      fc.property(single, (given) => {
        // Every chat once, so that only the limit for all can keep anybody waiting.
        const sendings = play(
          given.map(([atMs, asks], i) => ({
            atMs,
            chatId: `${i + 1}`,
            priority: asks ? 'interactive' : 'broadcast',
            latencyMs: 20,
          })),
        );
        const answers = sendings.filter(({ priority }) => priority === 'interactive');
        for (const { startMs } of sendings.filter(({ priority }) => priority === 'broadcast')) {
          const kept = answers.filter(
            (other) => given[other.number]![0] <= startMs && other.startMs > startMs,
          );
          expect(kept).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('sends a broadcast to 500 people in little more than 20 s, and lets a question through within 60 ms', () => {
    const broadcast = Array.from({ length: 500 }, (_, i): Wish => {
      return { atMs: 0, chatId: `${1000 + i}`, priority: 'broadcast', latencyMs: 20 };
    });
    const questions = Array.from({ length: 40 }, (_, i): Wish => {
      return { atMs: 500 * i + 250, chatId: `${5000 + i}`, priority: 'interactive', latencyMs: 20 };
    });
    const all = [...broadcast, ...questions];
    const sendings = play(all);
    const waits = sendings
      .filter(({ priority }) => priority === 'interactive')
      .map(({ startMs, number }) => startMs - all[number]!.atMs);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60);
    expect(Math.max(...sendings.map(({ startMs }) => startMs))).toBeLessThan(23_000);
    expect(
      mostInWindow(
        sendings.map(({ startMs }) => startMs),
        1_000,
      ),
    ).toBe(defaultLimits.perSecond);
  });

  it('drops what has become stale, also while its chat is paused', () => {
    const schedule = new Schedule<string>();
    schedule.pause('7', 10_000);
    schedule.add('7', 'alert', { priority: 'broadcast', expiresMs: 5_000 });
    schedule.add('7', 'answer', { priority: 'interactive' });
    expect(schedule.next(0)).toEqual({ kind: 'wait', ms: 5_000 });
    expect(schedule.next(5_000)).toMatchObject({ kind: 'stale', ticket: { job: 'alert' } });
    expect(schedule.next(5_000)).toEqual({ kind: 'wait', ms: 5_000 });
    expect(schedule.next(10_000)).toMatchObject({ kind: 'send', ticket: { job: 'answer' } });
  });

  it('keeps back what waits for something, and what comes after it in the chat, but nothing else', () => {
    const schedule = new Schedule<string>();
    schedule.hold('picture');
    schedule.add('7', 'map', { priority: 'interactive', waitsFor: 'picture' });
    schedule.add('7', 'words', { priority: 'interactive' });
    schedule.add('8', 'other', { priority: 'interactive' });
    expect(schedule.next(0)).toMatchObject({ kind: 'send', ticket: { job: 'other' } });
    expect(schedule.next(0)).toBeUndefined();
    schedule.release('picture');
    expect(schedule.next(0)).toMatchObject({ kind: 'send', ticket: { job: 'map' } });
    schedule.answered('7', 10);
    expect(schedule.next(10)).toEqual({ kind: 'wait', ms: 1_000 });
    expect(schedule.next(1_010)).toMatchObject({ kind: 'send', ticket: { job: 'words' } });
  });

  it('puts a ticket that comes back before the others of its chat', () => {
    const schedule = new Schedule<string>();
    for (const job of ['first', 'second']) schedule.add('7', job, { priority: 'broadcast' });
    const step = schedule.next(0);
    if (step?.kind !== 'send') throw new Error('nothing to send');
    schedule.answered('7', 0);
    schedule.again('7', step.ticket);
    expect(schedule.next(1_000)).toMatchObject({ ticket: { job: 'first' } });
  });

  it('moves what waits to another chat, in the order in which it came', () => {
    const schedule = new Schedule<string>();
    for (const [chatId, job] of [
      ['-1', 'a'],
      ['-100', 'b'],
      ['-1', 'c'],
    ] as const) {
      schedule.add(chatId, job, { priority: 'broadcast' });
    }
    expect(schedule.move('-1', '-100')).toEqual(['a', 'c']);
    expect(schedule.waitingChats()).toEqual(['-100']);
    expect(schedule.remove('-100', () => true)).toEqual(['a', 'b', 'c']);
  });

  it('pauses one chat or all', () => {
    const schedule = new Schedule<string>();
    schedule.add('7', 'x', { priority: 'interactive' });
    schedule.add('8', 'y', { priority: 'interactive' });
    schedule.pause('7', 3_000);
    expect(schedule.next(0)).toMatchObject({ ticket: { job: 'y' } });
    schedule.pause(undefined, 4_000);
    expect(schedule.next(3_000)).toEqual({ kind: 'wait', ms: 1_000 });
    expect(schedule.next(4_000)).toMatchObject({ ticket: { job: 'x' } });
  });
});
