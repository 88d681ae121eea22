import { minuteMs } from '../../core/durations.ts';
import { RateWindow } from './rate-window.ts';

/** People who wait for an answer come before what nobody has asked for. */
const priorities = ['interactive', 'broadcast'] as const;
export type Priority = (typeof priorities)[number];

export type Limits = {
  /** Messages per second, all chats together. */
  readonly perSecond: number;
  /** Least time between two messages to one chat. */
  readonly chatGapMs: number;
  /** Messages per minute to one group or channel. */
  readonly groupPerMinute: number;
};

/** Below what Telegram says of itself (30 a second, 1 a second, 20 a minute): https://core.telegram.org/bots/faq */
export const defaultLimits: Limits = { perSecond: 25, chatGapMs: 1_000, groupPerMinute: 18 };

export type Ticket<J> = {
  readonly job: J;
  readonly priority: Priority;
  /** After this it is not worth sending. */
  readonly expiresMs: number;
  /** It stays where it is while this is held. */
  readonly waitsFor: string | undefined;
  readonly number: number;
};

export type Step<J> =
  | { readonly kind: 'send' | 'stale'; readonly ticket: Ticket<J> }
  /** Nothing can be done before this time has passed. */
  | { readonly kind: 'wait'; readonly ms: number };

type Lane<J> = {
  readonly window: RateWindow | undefined;
  readonly waiting: Record<Priority, Ticket<J>[]>;
  isBusy: boolean;
  readyMs: number;
  lastMs: number;
};

/**
 * Says what to send next, and when: in order within a chat and priority, one at a time per chat, people before
 * broadcasts, and never more than the limits allow in any window. Knows no clock; times are milliseconds of one that
 * does not jump.
 */
export class Schedule<J> {
  readonly #limits: Limits;
  readonly #lanes = new Map<string, Lane<J>>();
  readonly #all: RateWindow;
  readonly #held = new Set<string>();
  #readyMs = Number.NEGATIVE_INFINITY;
  #nextBroadcastMs = Number.NEGATIVE_INFINITY;
  #numbers = 0;

  constructor(limits: Limits = defaultLimits) {
    this.#limits = limits;
    this.#all = new RateWindow(limits.perSecond, 1_000);
  }

  add(
    chatId: string,
    job: J,
    how: {
      readonly priority: Priority;
      readonly expiresMs?: number | undefined;
      readonly waitsFor?: string | undefined;
    },
  ): void {
    const { priority, expiresMs = Number.POSITIVE_INFINITY, waitsFor } = how;
    const ticket = { job, priority, expiresMs, waitsFor, number: this.#numbers++ };
    this.#lane(chatId).waiting[priority].push(ticket);
  }

  /** What to do now. A ticket that is handed out to be sent counts as started. Undefined: wait for something to happen. */
  next(nowMs: number): Step<J> | undefined {
    let best: { readonly lane: Lane<J>; readonly ticket: Ticket<J> } | undefined;
    let wakeMs = Number.POSITIVE_INFINITY;
    for (const [chatId, lane] of this.#lanes) {
      if (isIdle(lane, nowMs)) this.#lanes.delete(chatId);
      for (const priority of priorities) {
        const [ticket] = lane.waiting[priority];
        if (ticket === undefined) continue;
        if (ticket.expiresMs <= nowMs) {
          lane.waiting[priority].shift();
          return { kind: 'stale', ticket };
        }
        wakeMs = Math.min(wakeMs, ticket.expiresMs);
        if (lane.isBusy || (ticket.waitsFor !== undefined && this.#held.has(ticket.waitsFor))) continue;
        const readyMs = this.#ticketReadyMs(lane, priority, nowMs);
        if (readyMs > nowMs) wakeMs = Math.min(wakeMs, readyMs);
        else if (best === undefined || isBefore(ticket, best.ticket)) best = { lane, ticket };
      }
    }
    if (best !== undefined) return this.#start(best.lane, best.ticket, nowMs);
    return Number.isFinite(wakeMs) ? { kind: 'wait', ms: wakeMs - nowMs } : undefined;
  }

  /** The request for a ticket of this chat has been answered, or will never be. */
  answered(chatId: string, nowMs: number): void {
    const lane = this.#lane(chatId);
    lane.isBusy = false;
    lane.lastMs = nowMs;
    lane.readyMs = Math.max(lane.readyMs, nowMs + this.#limits.chatGapMs);
    lane.window?.answered(nowMs);
    this.#all.answered(nowMs);
  }

  /** Puts a ticket that was handed out back at the head of its chat. */
  again(chatId: string, ticket: Ticket<J>): void {
    this.#lane(chatId).waiting[ticket.priority].unshift(ticket);
  }

  /** Nothing to the chat, or to any if none is named, before this time. */
  pause(chatId: string | undefined, untilMs: number): void {
    if (chatId === undefined) {
      this.#readyMs = Math.max(this.#readyMs, untilMs);
      return;
    }
    const lane = this.#lane(chatId);
    lane.readyMs = Math.max(lane.readyMs, untilMs);
  }

  hold(key: string): void {
    this.#held.add(key);
  }

  release(key: string): void {
    this.#held.delete(key);
  }

  /** Takes out what waits for a chat and meets the condition. */
  remove(chatId: string, condition: (job: J) => boolean): J[] {
    const lane = this.#lanes.get(chatId);
    if (lane === undefined) return [];
    return priorities.flatMap((priority) => {
      const removed = lane.waiting[priority].filter(({ job }) => condition(job));
      lane.waiting[priority] = lane.waiting[priority].filter(({ job }) => !condition(job));
      return removed.map(({ job }) => job);
    });
  }

  /** What waits for one chat waits for another from now on, in the order in which it came. Returns what was moved. */
  move(fromChatId: string, toChatId: string): J[] {
    const from = this.#lanes.get(fromChatId);
    if (from === undefined || fromChatId === toChatId) return [];
    const to = this.#lane(toChatId);
    return priorities.flatMap((priority) => {
      const moved = from.waiting[priority].splice(0);
      to.waiting[priority].push(...moved);
      to.waiting[priority].sort((a, b) => a.number - b.number);
      return moved.map(({ job }) => job);
    });
  }

  /** Chats that something waits for. */
  waitingChats(): string[] {
    return [...this.#lanes]
      .filter(([, { waiting }]) => priorities.some((priority) => waiting[priority].length > 0))
      .map(([chatId]) => chatId);
  }

  #start(lane: Lane<J>, ticket: Ticket<J>, nowMs: number): Step<J> {
    lane.waiting[ticket.priority].shift();
    lane.isBusy = true;
    lane.window?.start();
    this.#all.start();
    if (ticket.priority === 'broadcast') this.#nextBroadcastMs = nowMs + 1_000 / this.#limits.perSecond;
    return { kind: 'send', ticket };
  }

  #ticketReadyMs(lane: Lane<J>, priority: Priority, nowMs: number): number {
    return Math.max(
      this.#readyMs,
      lane.readyMs,
      this.#all.readyMs(nowMs),
      lane.window?.readyMs(nowMs) ?? nowMs,
      // Spread evenly, broadcasts leave a gap for people every few milliseconds instead of once a second.
      priority === 'broadcast' ? this.#nextBroadcastMs : nowMs,
    );
  }

  #lane(chatId: string): Lane<J> {
    const known = this.#lanes.get(chatId);
    if (known !== undefined) return known;
    const lane: Lane<J> = {
      window: isGroup(chatId) ? new RateWindow(this.#limits.groupPerMinute, minuteMs) : undefined,
      waiting: { interactive: [], broadcast: [] },
      isBusy: false,
      readyMs: Number.NEGATIVE_INFINITY,
      lastMs: Number.NEGATIVE_INFINITY,
    };
    this.#lanes.set(chatId, lane);
    return lane;
  }
}

/** Groups and channels have negative ids, or a name; people have positive ones. */
function isGroup(chatId: string): boolean {
  return /^[-@]/.test(chatId);
}

/** Nothing is left to remember of it. */
function isIdle<J>({ waiting, isBusy, readyMs, lastMs }: Lane<J>, nowMs: number): boolean {
  const isEmpty = waiting.interactive.length + waiting.broadcast.length === 0;
  return isEmpty && !isBusy && readyMs <= nowMs && lastMs + minuteMs <= nowMs;
}

function isBefore<J>(a: Ticket<J>, b: Ticket<J>): boolean {
  if (a.priority !== b.priority) return a.priority === 'interactive';
  return a.number < b.number;
}
