import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Clock } from '../../market/clock.ts';
import { DeadDestinations, type Destination, type OnDead } from './dead-destinations.ts';
import { type Failure, failureOf } from './failure.ts';
import { type Move, Moves } from './moves.ts';
import { defaultLimits, type Limits, type Priority, Schedule, type Ticket } from './schedule.ts';

export type OutboxJob<T> = Destination & {
  readonly priority: Priority;
  /** UTC milliseconds after which it is no longer worth sending. */
  readonly expiresMs?: number;
  /** Not sent while this is held, nor is what comes after it in the chat. */
  readonly waitsFor?: string;
  /** Doing it twice does no harm, as with edits. */
  readonly repeatable?: boolean;
  /** One request. The chat is another than the job's own if that has moved. */
  perform(chatId: string): Promise<T>;
  /** Told why the content was refused; true if `perform` would now ask for something else. */
  adapt?(failure: Failure): boolean;
};

export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'dead'; readonly reason: string }
  /** It may have happened or not; repeating it might make it happen twice. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** It has surely not happened. */
  | { readonly kind: 'not-sent'; readonly reason: 'stale' | 'stopping' | 'unreachable' }
  | { readonly kind: 'refused'; readonly failure: Failure };

export type OutboxOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Limits;
  readonly onDead: OnDead;
  /** Told of each group that has become a supergroup, to move what is stored of it. */
  readonly onMoved: (move: Move) => Promise<void>;
};

type Job = {
  readonly spec: Omit<OutboxJob<unknown>, 'chatId'>;
  chatId: string;
  attempts: number;
  settle(outcome: Outcome<unknown>): void;
};

export type OutboxCounts = Readonly<Record<Outcome<unknown>['kind'] | 'stale' | 'flood', number>>;

const maxAttempts = 6;
const longestTimerMs = 60_000;
const firstPauseMs = 1_000;
/** Floods in two chats within this time mean that the bot as a whole is too fast; Telegram does not say which. */
const sameFloodMs = 5_000;

/** The one way out to chats: in order, below the limits, never twice, never to who does not want it. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #schedule: Schedule<Job>;
  readonly #dead: DeadDestinations;
  readonly #moves: Moves;
  readonly #underWay = new Set<Promise<void>>();
  readonly #counts = { done: 0, dead: 0, unknown: 0, 'not-sent': 0, refused: 0, stale: 0, flood: 0 };
  #lastFlood: { readonly chatId: string; readonly atMs: number } | undefined;
  #cancelTimer: () => void = () => undefined;
  #isFor: 'all' | 'people' | 'nobody' = 'all';
  #onQuiet: () => void = () => undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#schedule = new Schedule(options.limits ?? defaultLimits);
    this.#moves = new Moves(options);
    this.#dead = new DeadDestinations(options);
  }

  /** How each job so far has ended, and how often Telegram asked to wait. */
  get counts(): OutboxCounts {
    return { ...this.#counts };
  }

  /** Resolves when it is known what became of it. */
  submit<T>(spec: OutboxJob<T>): Promise<Outcome<T>> {
    const move = this.#moves.underWay(spec.chatId);
    if (move !== undefined) return move.then((chatId) => this.#enqueue(spec, chatId));
    return this.#enqueue(spec, this.#moves.placeOf(spec.chatId));
  }

  #enqueue<T>(spec: OutboxJob<T>, chatId: string): Promise<Outcome<T>> {
    return new Promise<Outcome<T>>((resolve) => {
      const settle = (outcome: Outcome<unknown>) => resolve(this.#count(outcome) as Outcome<T>);
      const job: Job = { spec, chatId, attempts: 0, settle };
      const refusal = this.#refusalOf(job);
      if (refusal !== undefined) settle(refusal);
      else this.#add(job);
    });
  }

  /** Keeps back what waits for this key. */
  hold(key: string): void {
    this.#schedule.hold(key);
  }

  release(key: string): void {
    this.#schedule.release(key);
    this.#pump();
  }

  /** Sends nothing there any more, also not what already waits. */
  disable(destination: Destination, reason: string): void {
    if (!this.#dead.add(destination, reason)) return;
    const { chatId, threadId } = destination;
    const isMeant = ({ spec }: Job) => threadId === undefined || spec.threadId === threadId;
    for (const job of this.#schedule.remove(chatId, isMeant)) job.settle({ kind: 'dead', reason });
  }

  /** Somebody there has spoken to us, so it is alive again. */
  enable(destination: Destination): void {
    this.#dead.remove(destination);
  }

  /** A group goes on under another id. Resolves to that, when whoever keeps subscriptions has moved them or failed to. */
  moved(fromChatId: string, toChatId: string): Promise<string> {
    this.#relocate(fromChatId, toChatId);
    this.#pump();
    return this.#moves.tell(fromChatId, toChatId);
  }

  #relocate(fromChatId: string, toChatId: string): void {
    for (const job of this.#schedule.move(fromChatId, toChatId)) job.chatId = toChatId;
  }

  /** Hands back broadcasts, sends what people wait for until they are `answered`, and resolves when nothing is under way. */
  async close(graceMs: number, answered: Promise<unknown> = Promise.resolve()): Promise<void> {
    this.#serveOnly('people');
    const cancel = this.#options.clock.after(graceMs, () => this.#serveOnly('nobody'));
    await answered;
    await this.#quiet();
    cancel();
    this.#serveOnly('nobody');
    this.#cancelTimer();
  }

  #serveOnly(whom: 'people' | 'nobody'): void {
    this.#isFor = whom;
    for (const chatId of this.#schedule.waitingChats()) {
      const unserved = this.#schedule.remove(chatId, ({ spec }) => !this.#takes(spec.priority));
      for (const job of unserved) job.settle({ kind: 'not-sent', reason: 'stopping' });
    }
    this.#noticeQuiet();
  }

  #takes(priority: Priority): boolean {
    return this.#isFor === 'all' || (this.#isFor === 'people' && priority === 'interactive');
  }

  async #quiet(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onQuiet = resolve;
      this.#noticeQuiet();
    });
    await this.#moves.done();
  }

  #noticeQuiet(): void {
    if (this.#underWay.size === 0 && this.#schedule.waitingChats().length === 0) this.#onQuiet();
  }

  #pump(): void {
    this.#cancelTimer();
    for (;;) {
      const step = this.#schedule.next(this.#options.clock.steadyMs());
      if (step === undefined) return;
      if (step.kind === 'wait') {
        // Node's timers count whole milliseconds and may come a little early.
        const ms = Math.min(Math.ceil(step.ms), longestTimerMs);
        this.#cancelTimer = this.#options.clock.after(ms, () => this.#pump());
        return;
      }
      if (step.kind === 'stale') {
        this.#counts.stale += 1;
        step.ticket.job.settle({ kind: 'not-sent', reason: 'stale' });
        continue;
      }
      const running = this.#run(step.ticket).finally(() => {
        this.#underWay.delete(running);
        this.#pump();
        this.#noticeQuiet();
      });
      this.#underWay.add(running);
    }
  }

  async #run(ticket: Ticket<Job>): Promise<void> {
    const { job } = ticket;
    const { chatId } = job;
    let failure: Failure | undefined;
    let value: unknown;
    try {
      value = await job.spec.perform(chatId);
    } catch (error) {
      failure = this.#failureOf(error);
    }
    this.#schedule.answered(chatId, this.#options.clock.steadyMs());
    const end = failure === undefined ? ({ kind: 'done', value } as const) : this.#endOf(ticket, failure);
    if (end !== undefined) job.settle(end);
  }

  /** A defect costs the one message, not the outbox. */
  #failureOf(error: unknown): Failure {
    try {
      return failureOf(error);
    } catch (defect) {
      this.#options.log.error('message not sent', { error: defect });
      return { kind: 'refused', reason: errorText(defect) };
    }
  }

  /** How it ends with a failure; undefined if another attempt is made. */
  #endOf(ticket: Ticket<Job>, failure: Failure): Outcome<never> | undefined {
    const { job } = ticket;
    const { chatId, spec } = job;
    switch (failure.kind) {
      case 'flood':
        this.#slowDown(chatId, failure.waitMs);
        return this.#again(ticket);
      case 'later':
        return this.#later(ticket, failure);
      case 'moved':
        job.chatId = failure.toChatId;
        this.#relocate(chatId, failure.toChatId);
        void this.#moves.tell(chatId, failure.toChatId);
        return this.#later(ticket, { reason: 'the group has moved', pauseMs: 0 });
      case 'dead':
        this.disable(failure.what === 'topic' ? { ...spec, chatId } : { chatId }, failure.reason);
        return { kind: 'dead', reason: failure.reason };
      case 'unknown':
        if (spec.repeatable) return this.#later(ticket, failure);
        this.#options.log.warn('message may have been sent or not', { chatId, reason: failure.reason });
        return failure;
      default:
        return spec.adapt?.(failure) ? this.#again(ticket) : { kind: 'refused', failure };
    }
  }

  /** At the head of its chat, unless that has died or the outbox has closed in the meantime. */
  #again(ticket: Ticket<Job>): Outcome<never> | undefined {
    const { job } = ticket;
    const refusal = this.#refusalOf(job);
    if (refusal === undefined) this.#schedule.again(job.chatId, ticket);
    return refusal;
  }

  #later(
    ticket: Ticket<Job>,
    { reason, pauseMs }: { readonly reason: string; readonly pauseMs?: number },
  ): Outcome<never> | undefined {
    const { job } = ticket;
    const { log, clock } = this.#options;
    const waitMs = pauseMs ?? firstPauseMs * 2 ** job.attempts;
    job.attempts += 1;
    log.warn('message not sent', { chatId: job.chatId, reason, attempt: job.attempts });
    if (job.attempts >= maxAttempts) return { kind: 'not-sent', reason: 'unreachable' };
    this.#schedule.pause(job.chatId, clock.steadyMs() + waitMs);
    return this.#again(ticket);
  }

  #slowDown(chatId: string, waitMs: number): void {
    const atMs = this.#options.clock.steadyMs();
    const last = this.#lastFlood;
    const isGeneral = last !== undefined && last.chatId !== chatId && atMs - last.atMs < sameFloodMs;
    this.#counts.flood += 1;
    this.#lastFlood = { chatId, atMs };
    this.#options.log.warn('Telegram asks to wait', { chatId, waitMs, everywhere: isGeneral });
    this.#schedule.pause(chatId, atMs + waitMs);
    if (isGeneral) this.#schedule.pause(undefined, atMs + waitMs);
  }

  #add(job: Job): void {
    const { priority, waitsFor, expiresMs } = job.spec;
    const expires = expiresMs === undefined ? undefined : this.#steadyOf(expiresMs);
    this.#schedule.add(job.chatId, job, { priority, waitsFor, expiresMs: expires });
    this.#pump();
  }

  /** Why it is not even tried. */
  #refusalOf({ chatId, spec }: Job): Outcome<never> | undefined {
    const reason = this.#dead.reasonFor({ ...spec, chatId });
    if (reason !== undefined) return { kind: 'dead', reason };
    return this.#takes(spec.priority) ? undefined : { kind: 'not-sent', reason: 'stopping' };
  }

  #steadyOf(utcMs: number): number {
    const { clock } = this.#options;
    return clock.steadyMs() + (utcMs - clock.nowMs());
  }

  #count<T>(outcome: Outcome<T>): Outcome<T> {
    this.#counts[outcome.kind] += 1;
    return outcome;
  }
}
