import { encodeButton } from '../../commands/button-code.ts';
import type { Button, Command } from '../../commands/command.ts';

/**
 * What a platform hands back when the button is pressed; `decodeButton` reads it.
 *
 * @throws RangeError for a button of no command, or one whose words do not fit into a code
 */
export function pressedCode(button: Button, commands: readonly Command[]): string {
  const command = commands.find(({ name }) => name === button.command);
  if (!command) throw new RangeError(`a button asks for "${button.command}", which is no command`);
  return encodeButton(button, command);
}
