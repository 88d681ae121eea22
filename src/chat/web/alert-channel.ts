import type { Command } from '../../../commands/command.ts';
import type { AlertChannel, AlertMessage, AlertSent, Departure } from '../../alerts/channel.ts';
import { dayMs } from '../../core/durations.ts';
import { errorText } from '../../errors.ts';
import { alertReply } from '../alert-reply.ts';
import type { AlertEntry, AlertLog } from './alert-log.ts';
import { codedButtons } from './conversation.ts';

type Deps = {
  readonly entries: AlertLog;
  readonly commands: readonly Command[];
  readonly nowMs: () => number;
};

/** Alerts into the chat window: one with the same key takes the place of itself, so that repeating it does no harm. */
export class WebAlertChannel implements AlertChannel {
  readonly repeatableMs = dayMs;
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async send(message: AlertMessage, departure: Departure): Promise<AlertSent> {
    try {
      const entry = await this.#entryOf(message);
      await departure.leave();
      await this.#deps.entries.put(entry);
      return { kind: 'sent', messageRef: entry.key };
    } catch (error) {
      return { kind: 'later', reason: errorText(error) };
    }
  }

  async edit(messageRef: string, message: AlertMessage): Promise<AlertSent> {
    const { entries } = this.#deps;
    try {
      const entry = await entries.find(messageRef);
      if (!entry) return { kind: 'refused', reason: 'the message is gone' };
      await entries.put({ ...entry, text: message.text });
      return { kind: 'sent', messageRef };
    } catch (error) {
      return { kind: 'later', reason: errorText(error) };
    }
  }

  async #entryOf(message: AlertMessage): Promise<AlertEntry> {
    const { commands, nowMs } = this.#deps;
    const { key, silent, picture, to } = message;
    const { text, buttons = [] } = alertReply(message);
    // The page keeps the picture, however long the window stays closed.
    const page = await picture?.page?.(to.platform);
    return {
      key,
      atMs: nowMs(),
      text,
      silent,
      ...(picture && page !== undefined && { page, picture: { src: `${page}.png`, alt: picture.alt } }),
      buttons: codedButtons(buttons, commands),
    };
  }
}
