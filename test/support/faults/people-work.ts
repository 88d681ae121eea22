import type { User } from 'telegraf/types';
import { alertSettingsSchema } from '../../../src/alerts/settings.ts';
import { settingsSchema } from '../../../src/settings.ts';
import type { AlertStage } from '../alert-stage.ts';
import { until } from '../jobs/process.ts';
import type { EmulatedChat } from '../telegram/chat.ts';
import { textsIn } from './alert-work.ts';
import type { Tally, Work } from './tally.ts';

const refused = /something broke|right now/i;

type Person = { readonly user: User; readonly chat: EmulatedChat; readonly said: string };

/** After all processes are there again. */
const answeredMs = 8_000;

/** People in Telegram who change a setting or ask for alerts, each once in a chat of their own. */
export class PeopleWork implements Work {
  readonly #stage: AlertStage;
  readonly #people: Person[] = [];

  constructor(stage: AlertStage) {
    this.#stage = stage;
  }

  round(index: number): void {
    this.#say(`Setter ${index}`, '/settings window 30d');
    this.#say(`Subscriber ${index}`, '/alerts on BTC min 900b');
  }

  /** Some questions are never answered: who was killed had taken them. */
  async settle(): Promise<void> {
    const all = () => this.#people.every((person) => this.#answers(person) > 0);
    await until(all, answeredMs, 'an answer to everybody').catch(() => undefined);
  }

  async count(): Promise<readonly Tally[]> {
    const { store } = this.#stage;
    const [setters, subscribers] = ['/settings', '/alerts'].map((word) =>
      this.#people.filter(({ said }) => said.startsWith(word)),
    ) as [Person[], Person[]];
    const kept = await Promise.all(
      setters.map(async ({ user }) => {
        const place = { platform: 'telegram', kind: 'user', id: `${user.id}` } as const;
        return (await store.settings(settingsSchema).get(place))?.window === '30d' ? 1 : 0;
      }),
    );
    const subscribed = await Promise.all(
      subscribers.map(async ({ chat }) => {
        const filter = { platform: 'telegram', chatId: `${chat.id}` };
        return (await store.subscriptions(alertSettingsSchema).list(filter)).length;
      }),
    );
    return [
      this.#tally('settings that were acknowledged', setters, kept),
      this.#tally('subscriptions that were acknowledged', subscribers, subscribed),
      this.#answered(),
    ];
  }

  #tally(what: string, people: readonly Person[], rows: readonly number[]): Tally {
    const answers = people.map((person) => (this.#isRefused(person) ? 0 : this.#answers(person)));
    return {
      what,
      given: answers.filter((count) => count > 0).length,
      there: rows.filter((count, i) => count > 0 && answers[i]! > 0).length,
      lost: rows.filter((count, i) => count === 0 && answers[i]! > 0).length,
      twice: rows.filter((count) => count > 1).length,
    };
  }

  /** A question whose process was killed may stay without an answer; two answers are too many. */
  #answered(): Tally {
    const answers = this.#people.map((person) => this.#answers(person));
    const unanswered = answers.filter((count) => count === 0).length;
    return {
      what: 'questions answered',
      given: answers.length,
      there: answers.length - unanswered,
      lost: 0,
      twice: answers.filter((count) => count > 1).length,
      unknown: unanswered,
      note: 'unknown: killed while answering',
    };
  }

  /** Told that it could not be done now. */
  #isRefused({ chat }: Person): boolean {
    return textsIn(this.#stage.telegram.saidIn(chat)).some((text) => refused.test(text));
  }

  #answers({ chat }: Person): number {
    return textsIn(this.#stage.telegram.saidIn(chat)).length;
  }

  #say(name: string, said: string): void {
    const { telegram } = this.#stage;
    const user = telegram.addUser(name);
    const chat = telegram.privateChat(user);
    telegram.say(user, chat, said);
    this.#people.push({ user, chat, said });
  }
}
