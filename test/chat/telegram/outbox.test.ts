import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BotApiError } from '../../../src/chat/telegram/bot-api.ts';
import {
  Outbox,
  type OutboxJob,
  type OutboxOptions,
  type Outcome,
} from '../../../src/chat/telegram/outbox.ts';
import { createLog } from '../../../src/log.ts';
import { MovedClock } from '../../support/moved-clock.ts';
import { breaches, type Sending } from './traffic.ts';

const flood = (retryAfterS: number) =>
  new BotApiError('sendMessage', 'Too Many Requests', { reach: 'refused', code: 429, retryAfterS });
const broken = new BotApiError('sendMessage', 'Internal Server Error', { reach: 'refused', code: 500 });
const unreachable = new BotApiError('sendMessage', 'connection failed', { reach: 'not-sent' });
const lost = new BotApiError('sendMessage', 'connection failed', { reach: 'unknown' });
const blocked = new BotApiError('sendMessage', 'Forbidden: bot was blocked by the user', {
  reach: 'refused',
  code: 403,
});
const noTopic = new BotApiError('sendMessage', 'Bad Request: message thread not found', {
  reach: 'refused',
  code: 400,
});
const movedTo = (migrateToChatId: string) =>
  new BotApiError('sendMessage', 'Bad Request: group chat was upgraded', {
    reach: 'refused',
    code: 400,
    migrateToChatId,
  });

function open(more: Partial<OutboxOptions> = {}) {
  const clock = new MovedClock();
  const dead: unknown[] = [];
  const moves: unknown[] = [];
  const outbox = new Outbox({
    clock,
    log: createLog({ level: 'error', write: () => undefined }),
    onDead: (destination) => dead.push(destination),
    onMoved: async (move) => void moves.push(move),
    ...more,
  });
  const sendings: (Sending & { readonly error: Error | undefined })[] = [];
  let numbers = 0;

  /** A message that takes so long, and fails so often first. */
  function send(
    job: Partial<OutboxJob<string>> & {
      readonly latencyMs?: number;
      readonly failures?: readonly Error[];
    } = {},
  ): Promise<Outcome<string>> {
    const { latencyMs = 10, failures = [], ...rest } = job;
    const left = [...failures];
    const number = numbers++;
    const priority = rest.priority ?? 'broadcast';
    return outbox.submit({
      chatId: '7',
      priority,
      perform: (chatId) => {
        const startMs = clock.steadyMs();
        const error = left.shift();
        return new Promise((resolve, reject) => {
          clock.after(latencyMs, () => {
            sendings.push({ chatId, priority, number, startMs, answeredMs: clock.steadyMs(), error });
            if (error === undefined) resolve(`message ${number}`);
            else reject(error);
          });
        });
      },
      ...rest,
    });
  }
  return { outbox, clock, sendings, dead, moves, send };
}

describe('the outbox', () => {
  const wish = fc.record({
    atMs: fc.integer({ min: 0, max: 5_000 }),
    chatId: fc.constantFrom('1', '2', '3', '-1', '-2'),
    priority: fc.constantFrom('interactive', 'broadcast'),
    latencyMs: fc.integer({ min: 1, max: 300 }),
    failures: fc.array(fc.constantFrom(broken, unreachable, flood(2)), { maxLength: 2 }),
  });

  it('sends everything once, in order, below the limits, whatever goes wrong on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { minLength: 1, maxLength: 30 }), async (given) => {
        const wishes = [...given].sort((a, b) => a.atMs - b.atMs);
        const { clock, sendings, send } = open();
        const outcomes: Promise<Outcome<string>>[] = [];
        for (const { atMs, ...job } of wishes) {
          await clock.advance(atMs - clock.steadyMs());
          outcomes.push(send(job));
        }
        await clock.advance(600_000);
        expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(wishes.map(() => 'done'));
        expect(breaches(sendings)).toEqual([]);
        const successes = sendings.filter(({ error }) => error === undefined);
        expect(successes).toHaveLength(wishes.length);
        for (const { chatId, priority } of wishes) {
          const own = successes.filter((one) => one.chatId === chatId && one.priority === priority);
          const numbers = own.map(({ number }) => number);
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('sends nothing into a chat before the time that Telegram named', async () => {
    const { clock, sendings, send } = open();
    void send({ failures: [flood(30)] });
    void send();
    void send({ chatId: '8' });
    await clock.advance(30_009);
    expect(sendings.map(({ chatId }) => chatId)).toEqual(['7', '8']);
    await clock.advance(10_000);
    expect(sendings.map(({ number }) => number)).toEqual([0, 2, 0, 1]);
    expect(sendings[2]!.startMs).toBeGreaterThanOrEqual(sendings[0]!.answeredMs + 30_000);
  });

  it('sends nothing at all when several chats are too much at once', async () => {
    const { clock, sendings, send } = open();
    void send({ chatId: '7', failures: [flood(30)] });
    void send({ chatId: '8', failures: [flood(30)] });
    await clock.advance(200);
    void send({ chatId: '9' });
    await clock.advance(29_000);
    expect(sendings).toHaveLength(2);
    await clock.advance(5_000);
    expect(sendings).toHaveLength(5);
  });

  it('does not repeat what may have been sent', async () => {
    const { clock, sendings, send } = open();
    const sent = send({ failures: [lost] });
    await clock.advance(600_000);
    expect(await sent).toEqual({ kind: 'unknown', reason: 'connection failed' });
    expect(sendings).toHaveLength(1);
  });

  it('repeats what may be done twice', async () => {
    const { clock, send } = open();
    const edited = send({ failures: [lost], repeatable: true });
    await clock.advance(60_000);
    expect(await edited).toMatchObject({ kind: 'done' });
  });

  it('gives up on a Telegram that stays away, but only after a while', async () => {
    const { clock, sendings, send } = open();
    const sent = send({ failures: Array.from({ length: 99 }, () => unreachable) });
    await clock.advance(20_000);
    expect(sendings.length).toBeGreaterThan(3);
    await clock.advance(600_000);
    expect(await sent).toEqual({ kind: 'not-sent', reason: 'unreachable' });
  });

  it('drops an alert that has become stale while it waited, and counts it', async () => {
    const { clock, outbox, sendings, send } = open();
    const slow = send({ latencyMs: 8_000 });
    const alert = send({ expiresMs: clock.nowMs() + 5_000 });
    await clock.advance(20_000);
    expect(await alert).toEqual({ kind: 'not-sent', reason: 'stale' });
    expect(await slow).toMatchObject({ kind: 'done' });
    expect(sendings).toHaveLength(1);
    expect(outbox.counts).toMatchObject({ done: 1, stale: 1, 'not-sent': 1 });
  });

  it('keeps to real time when somebody sets the clock', async () => {
    const { clock, sendings, send } = open();
    for (let i = 0; i < 3; i += 1) void send();
    await clock.advance(100);
    clock.jump(-3_600_000);
    await clock.advance(5_000);
    expect(sendings).toHaveLength(3);
    expect(breaches(sendings)).toEqual([]);
  });

  it('disables a dead chat once, with all that waits for it', async () => {
    const { clock, sendings, dead, send } = open();
    const sent = [send({ failures: [blocked] }), send(), send({ priority: 'interactive' })];
    await clock.advance(60_000);
    sent.push(send());
    const kinds = (await Promise.all(sent)).map(({ kind }) => kind);
    expect(kinds).toEqual(['dead', 'dead', 'dead', 'dead']);
    expect(sendings).toHaveLength(1);
    expect(dead).toEqual([{ chatId: '7', reason: 'Forbidden: bot was blocked by the user' }]);
  });

  it('sends again to a chat that has come back', async () => {
    const { clock, outbox, send } = open();
    void send({ failures: [blocked] });
    await clock.advance(5_000);
    outbox.enable({ chatId: '7' });
    const sent = send();
    await clock.advance(5_000);
    expect(await sent).toMatchObject({ kind: 'done' });
  });

  it('disables a closed topic and leaves the rest of the forum alone', async () => {
    const { clock, dead, send } = open();
    const sent = [
      send({ chatId: '-1', threadId: '4', failures: [noTopic] }),
      send({ chatId: '-1', threadId: '4' }),
      send({ chatId: '-1', threadId: '5' }),
    ];
    await clock.advance(10_000);
    expect((await Promise.all(sent)).map(({ kind }) => kind)).toEqual(['dead', 'dead', 'done']);
    expect(dead).toMatchObject([{ chatId: '-1', threadId: '4' }]);
  });

  it('follows a group that has moved, tells of it once, and keeps the order', async () => {
    const { clock, sendings, moves, send } = open();
    const priority = 'interactive';
    const sent = [
      send({ chatId: '-1', priority, failures: [movedTo('-100')] }),
      send({ chatId: '-1', priority }),
    ];
    await clock.advance(10_000);
    sent.push(send({ chatId: '-1', priority }));
    await clock.advance(10_000);
    expect((await Promise.all(sent)).map(({ kind }) => kind)).toEqual(['done', 'done', 'done']);
    expect(sendings.map(({ chatId, number }) => [chatId, number])).toEqual([
      ['-1', 0],
      ['-100', 0],
      ['-100', 1],
      ['-100', 2],
    ]);
    expect(moves).toEqual([{ fromChatId: '-1', toChatId: '-100' }]);
  });

  it('does not run after a group that moves for ever', async () => {
    const { clock, send } = open();
    const sent = send({
      chatId: '-1',
      failures: Array.from({ length: 99 }, (_, i) => movedTo(`-${100 + i}`)),
    });
    await clock.advance(60_000);
    expect(await sent).toEqual({ kind: 'not-sent', reason: 'unreachable' });
  });

  it('sends to a moved group also when the store could not move it, and tries that again', async () => {
    const moves: unknown[] = [];
    const { clock, send } = open({
      onMoved: async (move) => {
        moves.push(move);
        if (moves.length === 1) throw new Error('store away');
      },
    });
    const sent = [send({ chatId: '-1', failures: [movedTo('-100')] })];
    await clock.advance(5_000);
    sent.push(send({ chatId: '-1', failures: [movedTo('-100')] }));
    await clock.advance(5_000);
    expect((await Promise.all(sent)).map(({ kind }) => kind)).toEqual(['done', 'done']);
    expect(moves).toHaveLength(2);
  });

  it('loses one message to a defect, and no other', async () => {
    const { clock, outbox, send } = open();
    const sent = [
      outbox.submit({
        chatId: '7',
        priority: 'broadcast',
        perform: () => Promise.reject(new TypeError('x is not y')),
      }),
      send(),
    ];
    await clock.advance(0);
    await clock.advance(5_000);
    expect(await Promise.all(sent)).toMatchObject([
      { kind: 'refused', failure: { kind: 'refused', reason: 'x is not y' } },
      { kind: 'done' },
    ]);
  });

  it('on closing hands back alerts, sends answers, and gives up on what is held', async () => {
    const { clock, outbox, send } = open();
    outbox.hold('picture');
    const sent = [
      send({ chatId: '8', latencyMs: 500 }),
      send({ chatId: '8' }),
      send({ priority: 'interactive' }),
      send({ priority: 'interactive', waitsFor: 'picture' }),
    ];
    await clock.advance(10);
    const closed = outbox.close(10_000);
    await clock.advance(9_000);
    let isClosed = false;
    void closed.then(() => {
      isClosed = true;
    });
    await clock.advance(100);
    expect(isClosed).toBe(false);
    await clock.advance(2_000);
    await closed;
    sent.push(send({ priority: 'interactive' }));
    expect(await Promise.all(sent)).toMatchObject([
      { kind: 'done' },
      { kind: 'not-sent', reason: 'stopping' },
      { kind: 'done' },
      { kind: 'not-sent', reason: 'stopping' },
      { kind: 'not-sent', reason: 'stopping' },
    ]);
    expect(clock.timers).toBe(0);
  });
});
