import { randomBytes } from 'node:crypto';
import { decodeButton } from '../../../commands/button-code.ts';
import type { Button, Caller, Command, Reply, Words } from '../../../commands/command.ts';
import { texts } from '../../../commands/texts.ts';
import { writtenWords } from '../../../commands/written-words.ts';
import { UserError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { Recent } from '../../recent.ts';
import type { ChatBackend } from '../adapter.ts';
import { pressedCode } from '../pressed-code.ts';
import { problemText } from '../problem-text.ts';
import { spokenCommand } from './completion.ts';

/** A message as the chat window shows it. */
export type Shown = {
  readonly text: string;
  readonly picture?: { readonly src: string; readonly alt: string };
  /** Path of the page behind the picture. */
  readonly page?: string;
  readonly buttons: readonly (readonly { readonly label: string; readonly code: string }[])[];
  /** Stands beside the message whose button was pressed, not in its place. */
  readonly isAside?: true;
  readonly isProblem?: true;
};

type Picture = NonNullable<Reply['picture']>;

type Deps = {
  readonly backend: ChatBackend;
  readonly log: Log;
  /** Coins that newcomers are offered. */
  readonly symbols: readonly string[];
};

/** Whoever has the window open is its owner: there is one private chat, and everything in it is theirs. */
export const owner: Caller = { platform: 'web', userId: 'owner', chatId: 'owner', mayManage: true };
const picturesKept = 200;
export const picturesPath = '/chat/pictures';

/** Answers what is written and pressed in the chat window. */
export class Conversation {
  readonly #deps: Deps;
  readonly #pictures = new Recent<Picture>(picturesKept);

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** What stands in an empty window. */
  hello(): Shown {
    const { symbols } = this.#deps;
    const [first = 'BTC'] = symbols;
    const main = this.#commands[0]!.name;
    const maps = symbols.slice(0, 4).map((symbol) => button(texts.buttons.mapOf(symbol), main, { symbol }));
    const more = ['heatmap', 'cascade', 'clusters', 'alerts', 'help'].flatMap((name) => {
      const command = this.#commands.find((one) => one.name === name);
      if (!command) return [];
      const needsCoin = command.parameters.some(
        ({ required, completes }) => required && completes === 'symbol',
      );
      return [
        button(
          needsCoin ? `/${name} ${first.toLowerCase()}` : `/${name}`,
          name,
          needsCoin ? { symbol: first } : {},
        ),
      ];
    });
    return { text: texts.chat.web.hello, buttons: this.#coded([maps, more]), isAside: true };
  }

  /** Answers a line: a command with or without its slash, or just a coin. */
  say(line: string): Promise<Shown> {
    const { command, words, unknown } = spokenCommand(line, this.#commands);
    return this.#answer(command.name, () => {
      if (unknown !== undefined) throw new UserError(texts.chat.noCommand(unknown));
      return this.#deps.backend.run(command.name, writtenWords(words, command), owner);
    });
  }

  press(code: string): Promise<Shown> {
    const pressed = decodeButton(code, this.#commands);
    return this.#answer(pressed?.command ?? 'button', () => {
      if (!pressed) throw new UserError(texts.chat.oldButton);
      return this.#deps.backend.run(pressed.command, pressed.words, owner);
    });
  }

  /** A picture that was answered before; undefined once many others were. */
  picture(id: string): Picture | undefined {
    return this.#pictures.get(id);
  }

  get #commands(): readonly Command[] {
    return this.#deps.backend.commands;
  }

  async #answer(name: string, run: () => Promise<Reply>): Promise<Shown> {
    const command = this.#commands.find((one) => one.name === name);
    try {
      const shown = await this.#shown(await run());
      return { ...shown, ...(command?.isAside && { isAside: true }) };
    } catch (error) {
      const text = problemText(error, name, this.#deps);
      return { text, buttons: [], isAside: true, isProblem: true };
    }
  }

  async #shown({ text, picture, page, buttons = [] }: Reply): Promise<Shown> {
    const address = await page?.();
    return {
      text,
      ...(picture && { picture: { src: this.#keep(picture), alt: picture.alt } }),
      ...(address !== undefined && { page: address }),
      buttons: this.#coded(buttons),
    };
  }

  /** Drawn only when the window asks for it, after it has shown the words. */
  #keep(picture: Picture): string {
    const id = randomBytes(16).toString('base64url');
    this.#pictures.set(id, picture);
    return `${picturesPath}/${id}.png`;
  }

  #coded(rows: readonly (readonly Button[])[]): Shown['buttons'] {
    return codedButtons(rows, this.#commands);
  }
}

/** Buttons with their state in a code that comes back when one is pressed. */
export function codedButtons(
  rows: readonly (readonly Button[])[],
  commands: readonly Command[],
): Shown['buttons'] {
  return rows.map((row) => row.map((one) => ({ label: one.label, code: pressedCode(one, commands) })));
}

function button(label: string, command: string, words: Words): Button {
  return { label, command, words };
}
