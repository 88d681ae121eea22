import fc from 'fast-check';
import { decodeButton, encodeButton } from '../../../commands/button-code.ts';
import { commands } from '../../../commands/index.ts';
import { codeOf } from '../../../src/chat/discord/message.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { hostileText } from '../hostile.ts';

const someCommand = fc.constantFrom(...commands);

/** A code as we write them, then bent: fields added, taken, exchanged, letters changed. */
const bentCode = fc
  .record({
    name: fc.oneof(fc.constantFrom(...commands.map(({ name }) => name)), hostileText),
    version: fc.constantFrom('1', '1', '1', '0', '2', '', '01', '１'),
    fields: fc.array(
      fc.oneof(hostileText, fc.constantFrom('eth', '7d', '%7C', '%257C', '%', 'binance', 'on', 'liqs')),
      {
        maxLength: 9,
      },
    ),
    tail: fc.constantFrom('', '', '|', '||', '#3', '#', '#-1', '#99999999999', '\n#1'),
  })
  .map(({ name, version, fields, tail }) => `${[version, name, ...fields].join('|')}${tail}`);

const words = someCommand.chain((command) =>
  fc.record({
    command: fc.constant(command),
    words: fc.dictionary(
      fc.constantFrom(...command.parameters.map(({ name }) => name), 'symbol'),
      hostileText,
      { maxKeys: 4 },
    ),
  }),
);

/** Callback data and custom ids: what a platform hands back, or somebody who forges it. */
export const buttons: FuzzArea = {
  name: 'callback data and custom ids',
  open: async () => ({
    claims: [
      claim('any text is one of our codes to the letter, or none', 20_000, hostileText, requireOursOrNone),
      claim('a bent code is one of our codes to the letter, or none', 30_000, bentCode, (code) => {
        requireOursOrNone(code);
        requireOursOrNone(codeOf(code));
      }),
      claim(
        'what a button asks for comes back as it was, or was refused at once',
        12_000,
        words,
        (button) => {
          const { command } = button;
          let code: string;
          try {
            code = encodeButton({ command: command.name, words: button.words }, command);
          } catch (error) {
            if (error instanceof RangeError) return;
            throw error;
          }
          const back = decodeButton(code, commands);
          const wanted = Object.entries(button.words).filter(([, word]) => word !== '');
          if (JSON.stringify(sorted(back?.words)) !== JSON.stringify(wanted.sort()))
            throw new Error(`${code} comes back otherwise`);
        },
      ),
    ],
  }),
};

function requireOursOrNone(code: string): void {
  const pressed = decodeButton(code, commands);
  if (!pressed) return;
  const command = commands.find(({ name }) => name === pressed.command)!;
  if (encodeButton(pressed, command) !== code)
    throw new Error(`${JSON.stringify(code)} is taken for another code`);
}

function sorted(words: Readonly<Record<string, string | undefined>> = {}): readonly unknown[] {
  return Object.entries(words).sort();
}
