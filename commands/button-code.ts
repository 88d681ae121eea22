import type { Button, Command, Parameter, Words } from './command.ts';

/** What pressing a button asks for. */
export type Pressed = Pick<Button, 'command' | 'words'>;

/** Changes whenever the meaning of the text below does; codes of other versions are refused. */
const version = '1';
const separator = '|';
/** Telegram's callback_data holds 64 bytes, Discord's custom_id 100 characters. */
const maxBytes = 64;

/**
 * A button's state as text that the platform hands back when it is pressed, so that buttons outlive a restart:
 * `1|liqmap|eth||binance`, the words in the order of the command's parameters, without the empty ones at the end.
 *
 * @returns at most 64 bytes of UTF-8 without control characters.
 * @throws RangeError when the button is another command's, has a word that is no parameter of it, misses a required
 *   one, names what is no choice, holds a control character, or does not fit.
 */
export function encodeButton(button: Pressed, command: Command): string {
  const fault = faultOf(button, command);
  if (fault !== undefined) throw new RangeError(`button of /${command.name}: ${fault}`);
  const code = codeOf(button.words, command);
  const bytes = Buffer.byteLength(code);
  if (bytes > maxBytes) throw new RangeError(`"${code}" takes ${bytes} bytes, not at most ${maxBytes}`);
  return code;
}

/** What the text asks for; undefined for anything that `encodeButton` would not write for these commands today. */
export function decodeButton(code: string, commands: readonly Command[]): Pressed | undefined {
  const [codeVersion, name, ...fields] = code.split(separator);
  const command = commands.find((known) => known.name === name);
  if (codeVersion !== version || command === undefined) return undefined;
  if (Buffer.byteLength(code) > maxBytes || fields.length > command.parameters.length) return undefined;
  const words = wordsOf(fields, command.parameters);
  const isWhole = faultOf({ command: command.name, words }, command) === undefined;
  return isWhole && codeOf(words, command) === code ? { command: command.name, words } : undefined;
}

function codeOf(words: Words, { name, parameters }: Command): string {
  const fields = parameters.map((parameter) => escapeField(words[parameter.name] ?? ''));
  return [version, name, ...fields].join(separator).replace(/\|+$/, '');
}

function wordsOf(fields: readonly string[], parameters: readonly Parameter[]): Words {
  const named = parameters.map(({ name }, index) => [name, unescapeField(fields[index] ?? '')] as const);
  return Object.fromEntries(named.filter(([, word]) => word !== ''));
}

function faultOf({ command: name, words }: Pressed, { name: own, parameters }: Command): string | undefined {
  if (name !== own) return `"${name}" is another command`;
  const stray = Object.keys(words).find((word) => !parameters.some((parameter) => parameter.name === word));
  if (stray !== undefined) return `"${stray}" is no parameter of it`;
  return parameters.map((parameter) => wordFault(words[parameter.name] ?? '', parameter)).find(Boolean);
}

function wordFault(word: string, { name, required, choices }: Parameter): string | undefined {
  if (word === '') return required ? `"${name}" is missing` : undefined;
  if (/\p{Surrogate}|\p{Control}/u.test(word)) return `"${name}" holds what is no character to read`;
  return choices && !choices.includes(word) ? `"${word}" is not one of ${choices.join(', ')}` : undefined;
}

function escapeField(word: string): string {
  return word.replaceAll('%', '%25').replaceAll(separator, '%7C');
}

function unescapeField(field: string): string {
  return field.replaceAll('%7C', separator).replaceAll('%25', '%');
}
