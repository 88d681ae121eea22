import type { EmulatedBot } from './bot.ts';

/**
 * Delivers a bot's updates to its webhook, one after another; what is not answered with 2xx stays first in line until
 * something new comes or somebody asks for another try.
 */
export class WebhookSender {
  readonly #bot: EmulatedBot;
  readonly #routes: ReadonlyMap<string, string>;
  readonly #onSent: () => void;
  #running: Promise<void> | undefined;

  /** @param routes Where the public hosts of webhooks really are. */
  constructor(bot: EmulatedBot, routes: ReadonlyMap<string, string>, onSent: () => void) {
    this.#bot = bot;
    this.#routes = routes;
    this.#onSent = onSent;
    bot.updates.onNews = () => void this.run();
  }

  run(): Promise<void> {
    this.#running ??= this.#deliver().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #deliver(): Promise<void> {
    for (let sent = true; sent; ) {
      const [update] = this.#bot.updates.unconfirmed;
      const { webhook } = this.#bot;
      if (update === undefined || webhook === undefined) return;
      sent = await this.#post(webhook, JSON.stringify(update));
      if (sent) this.#bot.updates.confirm(update.update_id + 1);
      this.#onSent();
    }
  }

  async #post(webhook: NonNullable<EmulatedBot['webhook']>, body: string): Promise<boolean> {
    const { pathname, host } = new URL(webhook.url);
    const secret = webhook.secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': webhook.secret };
    try {
      const response = await fetch(`${this.#routes.get(host)}${pathname}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...secret },
        body,
      });
      await response.arrayBuffer();
      if (!response.ok) webhook.lastError = `Wrong response from the webhook: ${response.status}`;
      return response.ok;
    } catch (error) {
      webhook.lastError = String(error);
      return false;
    }
  }
}
