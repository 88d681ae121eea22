import type { Message } from 'telegraf/types';
import { alertPayloadSchema } from '../../../src/alerts/payload.ts';
import { type AlertSettings, alertSettingsSchema } from '../../../src/alerts/settings.ts';
import type { Subscription } from '../../../src/store/subscriptions.ts';
import type { AlertStage } from '../alert-stage.ts';
import { until } from '../jobs/process.ts';
import type { CoinFeed } from './coin-feed.ts';
import type { Tally, Work } from './tally.ts';

type Subscribed = Subscription<AlertSettings>;

/** Somebody's alerts, and what has been shown to them. */
export type Reader = {
  readonly platform: 'discord' | 'telegram';
  readonly subscription: Subscribed;
  readonly shown: () => readonly string[];
};

/** Alerts that are due at once, each a word of its own, a few to each platform a round. */
const perRound = 3;
const settledMs = 240_000;
/** However slow the machine is, it is worth being told. */
const worthMs = 3_600_000;
const stages = ['approach', 'touch'] as const;

/** Alerts of two sorts: some that are due as they are, and some that the engine has to find due. */
export class AlertWork implements Work {
  readonly #stage: AlertStage;
  readonly #feed: CoinFeed;
  readonly #readers: Reader[] = [];
  readonly #coins: { readonly symbol: string; readonly readers: readonly Reader[] }[] = [];
  readonly #running: Promise<void>[] = [];
  readonly #telling: Promise<string>[] = [];
  #told = 0;

  constructor(stage: AlertStage, feed: CoinFeed) {
    this.#stage = stage;
    this.#feed = feed;
  }

  /** A few readers of each platform, among whom the alerts of all rounds go around. */
  async open(): Promise<void> {
    for (let i = 0; i < 6; i += 1) {
      this.#readers.push(
        await this.#reader('discord', `reader-${i}`),
        await this.#reader('telegram', `Reader ${i}`),
      );
    }
  }

  round(index: number): void {
    for (let i = 0; i < perRound; i += 1) {
      for (const platform of ['discord', 'telegram'] as const) {
        const own = this.#readers.filter((reader) => reader.platform === platform);
        const told = this.tell(own[(index * perRound + i) % own.length]!);
        this.#telling.push(told);
        this.#begin(() => told);
      }
    }
    this.#begin(() => this.#coin(`F${index}`));
  }

  /** Waits until all that is due by now is written down. */
  async given(): Promise<void> {
    await Promise.all(this.#telling);
  }

  /** An alert that is due now; resolves to its key. */
  async tell(reader: Reader): Promise<string> {
    this.#told += 1;
    const expiresMs = Date.now() + worthMs;
    return this.#stage.alert(reader.subscription, `${reader.platform} ${this.#told}`, { expiresMs });
  }

  /** An alert that is due, whose job was lost with Redis; resolves to what is known of it in the end. */
  async lose(platform: Reader['platform']) {
    this.#told += 1;
    const { subscription } = await this.newReader(platform, `loser of ${this.#told}`);
    const key = await this.#stage.claim(subscription, `${platform} ${this.#told}`);
    return () => this.#stage.settled(key, settledMs);
  }

  /** For alerts that nothing stands before. */
  async newReader(platform: Reader['platform'], name: string): Promise<Reader> {
    const reader = await this.#reader(platform, name);
    this.#readers.push(reader);
    return reader;
  }

  async settle(): Promise<void> {
    await Promise.all(this.#running);
    const rows = await Promise.all(this.#all.map(({ subscription }) => this.#rowsOf(subscription)));
    await Promise.all(rows.flat().map(({ key }) => this.#stage.settled(key, settledMs)));
  }

  async count(): Promise<readonly Tally[]> {
    return [
      await this.#delivered('discord', this.#all),
      await this.#delivered('telegram', this.#all),
      await this.#found(this.#coins.flatMap(({ readers }) => readers)),
    ];
  }

  get #all(): readonly Reader[] {
    return [...this.#readers, ...this.#coins.flatMap(({ readers }) => readers)];
  }

  /** What is in the ledger against what people see. */
  async #delivered(platform: Reader['platform'], among: readonly Reader[]): Promise<Tally> {
    let [given, there, lost, twice, unknown, unseen, late] = [0, 0, 0, 0, 0, 0, 0];
    for (const { subscription, shown } of among.filter((reader) => reader.platform === platform)) {
      const rows = await this.#rowsOf(subscription);
      const texts = shown();
      const seen = new Set(texts);
      given += rows.length;
      there += seen.size;
      twice += texts.length - seen.size;
      for (const { state, reason, payload } of rows) {
        const isSeen = seen.has(firstLine(payload.text));
        const isLate = state === 'dropped' && reason?.startsWith('it would have come too late');
        if (isLate) late += 1;
        if (state === 'unknown') unknown += 1;
        if (state === 'unknown' && !isSeen) unseen += 1;
        if (state !== 'unknown' && !isLate && !isSeen) lost += 1;
      }
    }
    const notes = [
      ...(unknown > 0 ? [`of the unknown ${unseen} are not there`] : []),
      ...(late > 0 ? [`${late} left out as too late to be of worth`] : []),
    ];
    return {
      what: `alerts on ${platform}`,
      ...{ given, there, lost, twice, unknown },
      ...(notes.length > 0 && { note: notes.join('; ') }),
    };
  }

  /** What price came to against what the engine wrote down. */
  async #found(among: readonly Reader[]): Promise<Tally> {
    let [there, lost, twice] = [0, 0, 0];
    for (const { subscription } of among) {
      const rows = await this.#rowsOf(subscription);
      for (const stage of stages) {
        const count = rows.filter((row) => row.stage === stage).length;
        there += Math.min(1, count);
        lost += count === 0 ? 1 : 0;
        twice += Math.max(0, count - 1);
      }
    }
    return { what: 'levels reached', given: among.length * stages.length, there, lost, twice };
  }

  async #rowsOf({ id }: Subscribed) {
    const rows = await this.#stage.store
      .alerts(alertPayloadSchema)
      .recent({ subscriptionId: id, sinceMs: 0 });
    return rows.filter(({ payload }) => payload.edits === undefined);
  }

  /** A coin of its own, of which a channel and a person are told that price comes near and then there. */
  async #coin(symbol: string): Promise<void> {
    const readers = [
      await this.#reader('discord', `channel-${symbol}`, symbol),
      await this.#reader('telegram', `Person of ${symbol}`, symbol),
    ];
    this.#coins.push({ symbol, readers });
    const hasAll = (stage: string) => async () => {
      // While the store is away it is not known.
      const rows = await Promise.all(
        readers.map(({ subscription }) => this.#rowsOf(subscription).catch(() => [])),
      );
      return rows.every((own) => own.some((row) => row.stage === stage));
    };
    this.#feed.map(symbol);
    await until(() => this.#feed.isWatched(symbol), settledMs, `${symbol} is watched`);
    this.#feed.price(symbol, 60_700);
    await until(hasAll('approach'), settledMs, `the approach of ${symbol}`);
    this.#feed.price(symbol, 59_900);
    await until(hasAll('touch'), settledMs, `the touch of ${symbol}`);
    this.#feed.forget(symbol);
    for (const { subscription } of readers) {
      const rows = await this.#rowsOf(subscription);
      await Promise.all(rows.map(({ key }) => this.#stage.settled(key, settledMs)));
      // Of whom nobody is told any more no maps are made.
      await this.#stage.store.subscriptions(alertSettingsSchema).setState(subscription.id, 'paused');
    }
  }

  async #reader(platform: Reader['platform'], name: string, symbol = 'ETH'): Promise<Reader> {
    const { discord, server, telegram } = this.#stage;
    const settings = { symbols: [symbol] };
    if (platform === 'discord') {
      const channel = discord.world.addChannel(name, { type: server.channels[0]!.type, server });
      const to = { platform, communityId: server.id, chatId: channel.id };
      const shown = () => channel.messages.map(({ content }) => firstLine(content));
      return { platform, subscription: await this.#stage.subscribe(to, settings), shown };
    }
    const chat = telegram.privateChat(telegram.addUser(name));
    const shown = () => textsIn(telegram.saidIn(chat)).map(firstLine);
    return {
      platform,
      subscription: await this.#stage.subscribe({ platform, chatId: `${chat.id}` }, settings),
      shown,
    };
  }

  /** What cannot even begin shows as lost. */
  #begin(work: () => Promise<unknown>): void {
    this.#running.push(
      work().then(
        () => undefined,
        (error: unknown) => void process.stderr.write(`${(error as Error).message}\n`),
      ),
    );
  }
}

/** Of what the bot said, the words. */
export function textsIn(messages: ReturnType<AlertStage['telegram']['saidIn']>): readonly string[] {
  return messages.map((message) => {
    const { text, caption } = message as Message.TextMessage & Message.PhotoMessage;
    return text ?? caption ?? '';
  });
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}
