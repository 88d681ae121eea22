import { encodeButton } from './button-code.ts';
import type { Button, Command, Words } from './command.ts';
import { texts } from './texts.ts';

export type Wish = { readonly label: string; readonly command: Command; readonly words: Words };

/**
 * Rows of buttons, without those whose words do not fit into what platforms hand back: a long list of venues, say. An
 * answer without a button is better than none.
 */
export function buttonRows(rows: readonly (readonly Wish[])[]): readonly (readonly Button[])[] {
  return rows.map((row) => row.flatMap(buttonOf)).filter((row) => row.length > 0);
}

/** A button a value, the present one marked. */
export function choiceButtons(
  command: Command,
  words: Words,
  choice: { readonly name: string; readonly values: readonly string[]; readonly current: string },
): readonly Wish[] {
  return choice.values.map((value) => ({
    label: value === choice.current ? texts.buttons.current(value) : value,
    command,
    words: { ...words, [choice.name]: value },
  }));
}

function buttonOf({ label, command, words }: Wish): readonly Button[] {
  const button = { label, command: command.name, words };
  try {
    encodeButton(button, command);
    return [button];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
