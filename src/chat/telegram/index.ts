import { setMaxListeners } from 'node:events';
import { within } from '../../deadline.ts';
import { errorText } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type Clock, systemClock } from '../../market/clock.ts';
import type { ChatAdapter, ChatBackend, ChatHealth } from '../adapter.ts';
import { ending } from '../ending.ts';
import type { KeyValue } from '../key-value.ts';
import { newDefectId } from '../problem-text.ts';
import { Administrators } from './administrators.ts';
import { TelegramAlertChannel } from './alert-channel.ts';
import { AlertStanding } from './alert-standing.ts';
import { createAllowances } from './allowances.ts';
import { Commands } from './commands.ts';
import { Connection } from './connection.ts';
import { type Incoming, incomingOf, updateIdOf } from './incoming.ts';
import { menusOf, setMenus } from './menu.ts';
import { type Delivery, Messenger, type Sent } from './messenger.ts';
import { Outbox, type OutboxCounts, type OutboxOptions } from './outbox.ts';
import { Pictures } from './pictures.ts';
import type { PollingWaits } from './polling.ts';
import { Presses } from './presses.ts';
import { Runner } from './runner.ts';
import type { Limits } from './schedule.ts';
import { Searches } from './searches.ts';
import { createBotApi } from './telegraf-api.ts';
import { secretFor, Webhook } from './webhook.ts';
import { Work } from './work.ts';

export type TelegramOptions = {
  readonly token: string;
  /** In place of https://api.telegram.org. */
  readonly apiUrl?: string | undefined;
  /** Public https address for updates; polled for if absent. */
  readonly webhookUrl?: string | undefined;
  /** What Telegram shows with every update; made from the token if absent. */
  readonly webhookSecret?: string | undefined;
  /** Chat where pictures are uploaded to be shared by inline mode. */
  readonly storeChat?: string | undefined;
  readonly backend: ChatBackend;
  readonly store: KeyValue;
  readonly log: Log;
  /** Told once of each chat or topic that takes nothing any more: its subscriptions are to be switched off. */
  readonly onDead?: OutboxOptions['onDead'];
  /** A group has become a supergroup: what is stored of it is to be moved, in one transaction. */
  readonly onMoved?: OutboxOptions['onMoved'];
  /** Something that people who run the bot should see at once; it is logged as well. */
  readonly onAlarm?: (message: string) => void;
  readonly clock?: Clock;
  readonly limits?: Limits;
  readonly waits?: Partial<PollingWaits>;
};

/** Chats that are answered at a time, most of them waiting for others, and questions that may wait. */
const workLimits = { atOnce: 200, maxWaiting: 1_000, maxWaitingPerKey: 20 };
const ignore = (): undefined => undefined;

/** Telegram as a chat platform. */
export class Telegram implements ChatAdapter {
  readonly name = 'telegram';
  /** Takes updates over HTTP if a webhook is set; a web server has to hand them over. */
  readonly webhook: Webhook | undefined;
  readonly alerts: TelegramAlertChannel;
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #messenger: Messenger;
  readonly #work: Work;
  readonly #commands: Commands;
  readonly #presses: Presses;
  readonly #searches: Searches;
  readonly #log: Log;
  readonly #cutting = new AbortController();
  #stopped: Promise<void> | undefined;

  /** Throws RangeError when the commands are not what Telegram takes. */
  constructor(options: TelegramOptions) {
    const { token, apiUrl, backend, store, storeChat, clock = systemClock, limits, waits } = options;
    const { onDead = ignore, onMoved = async () => undefined, onAlarm = ignore } = options;
    const { commands } = backend;
    const menus = menusOf(commands);
    const log = options.log.with({ chat: 'telegram' });
    const { signal } = this.#cutting;
    setMaxListeners(0, signal);
    const api = createBotApi({ token, signal, ...(apiUrl !== undefined && { apiUrl }) });
    const webhook = webhookOf(options);
    this.#log = log;
    this.#connection = new Connection({
      api,
      clock,
      log,
      webhook,
      waits,
      onUpdate: (update) => this.#take(update),
      onConnected: ({ id }, signal) => setMenus(menus, { api, store, log, botId: id, signal }),
      onAlarm,
    });
    this.webhook =
      webhook && new Webhook({ ...webhook, log, onUpdate: (update) => this.#takeFromWebhook(update) });
    this.#outbox = new Outbox({ clock, log, onDead, onMoved, ...(limits && { limits }) });
    const pictures = new Pictures({
      store,
      log,
      newId: newDefectId,
      botId: () => this.#connection.identity?.id ?? 'unknown',
      hold: (key) => this.#outbox.hold(key),
      release: (key) => this.#outbox.release(key),
    });
    this.#messenger = new Messenger({
      api,
      outbox: this.#outbox,
      pictures,
      commands,
      log,
      newId: newDefectId,
      nowMs: clock.nowMs,
    });
    this.alerts = new TelegramAlertChannel({
      api,
      commands,
      messenger: this.#messenger,
      outbox: this.#outbox,
    });
    this.#work = new Work({
      ...workLimits,
      onDefect: (error) => log.error('update not answered', { error }),
    });
    const administrators = new Administrators(api, clock.nowMs);
    const standing = new AlertStanding({ api, log, identity: () => this.#connection.identity });
    const deps = {
      api,
      commands,
      runner: new Runner({ backend, administrators, standing, log, newId: newDefectId }),
      messenger: this.#messenger,
      outbox: this.#outbox,
      work: this.#work,
      allowances: createAllowances(clock.nowMs),
      clock,
      log,
    };
    const username = () => this.#connection.identity?.username.toLowerCase() ?? '';
    this.#commands = new Commands({ ...deps, username });
    this.#searches = new Searches({ ...deps, storeChat });
    this.#presses = new Presses({ ...deps, searches: this.#searches });
  }

  /** Sends what nobody asked for at this moment, such as an alert. Never rejects. */
  send(delivery: Delivery): Promise<Sent> {
    return this.#messenger.send(delivery);
  }

  async start(): Promise<void> {
    if (this.#stopped !== undefined) throw new Error('Telegram was stopped; make a new one');
    await this.#connection.start();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  health(): ChatHealth {
    return this.#connection.health();
  }

  /** What became of everything sent so far, and how many commands came too late. */
  get counts(): OutboxCounts & { readonly droppedCommands: number } {
    return { ...this.#outbox.counts, droppedCommands: this.#commands.dropped };
  }

  async #stop(): Promise<void> {
    this.webhook?.close();
    const cut = setTimeout(() => this.#cutting.abort(), ending.requestsMs);
    const answered = this.#connection.stop().then(() => this.#work.idle());
    const closed = this.#outbox.close(ending.answersMs, answered);
    await within(closed, ending.leaveMs, 'it does not come to an end').catch((error) =>
      this.#log.warn('somebody is left without an answer', { reason: errorText(error) }),
    );
    clearTimeout(cut);
  }

  #takeFromWebhook(update: unknown): void {
    this.#connection.heard();
    this.#take(update);
  }

  /** Sees to one update. Never throws. */
  #take(update: unknown): void {
    try {
      const incoming = incomingOf(update);
      if (incoming !== undefined) this.#dispatch(incoming);
    } catch (error) {
      this.#log.error('update not understood', { update: updateIdOf(update), error });
    }
  }

  #dispatch(incoming: Incoming): void {
    switch (incoming.kind) {
      case 'command':
        this.#commands.take(incoming);
        break;
      case 'press':
        this.#presses.take(incoming);
        break;
      case 'search':
        this.#searches.take(incoming);
        break;
      case 'moved':
        void this.#outbox.moved(incoming.fromChatId, incoming.toChatId);
        break;
      case 'standing':
        if (incoming.isIn) this.#outbox.enable(incoming);
        else this.#outbox.disable({ chatId: incoming.chatId }, 'the bot was removed or blocked');
    }
  }
}

function webhookOf({ token, webhookUrl, webhookSecret }: TelegramOptions) {
  if (webhookUrl === undefined) return undefined;
  return { url: webhookUrl, secret: webhookSecret ?? secretFor(token) };
}
