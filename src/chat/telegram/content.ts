import type { Command, Reply } from '../../../commands/command.ts';
import { texts } from '../../../commands/texts.ts';
import { pressedCode } from '../pressed-code.ts';
import type { Keyboard } from './bot-api.ts';

/** https://core.telegram.org/bots/api#sendmessage and #sendphoto; counted here in UTF-16 units, which are never fewer. */
export const maxText = 4096;
export const maxCaption = 1024;

/** The text, or as many whole lines of it as fit, and a sign that there was more. */
export function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const start = text.slice(0, maxLength - 2);
  const lineEnd = start.lastIndexOf('\n');
  // A line that is too long itself is cut between characters, not within one.
  const kept = lineEnd > maxLength / 2 ? start.slice(0, lineEnd) : start.replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}\n…`;
}

/**
 * The buttons of a reply with their state in the code that Telegram hands back, and one that opens the page.
 *
 * @throws RangeError for a button that no code can be written for.
 */
export function keyboardOf({ buttons = [] }: Reply, commands: readonly Command[], page?: string): Keyboard {
  const rows = buttons
    .filter((row) => row.length > 0)
    .map((row) => row.map((button) => ({ label: button.label, code: pressedCode(button, commands) })));
  return page === undefined ? rows : [...rows, [{ label: texts.chat.page, url: page }]];
}
