import { z } from 'zod';
import { nearNames } from '../src/core/near-names.ts';
import { UserError } from '../src/errors.ts';
import { shown } from './clean-words.ts';
import { type Command, command, type Parameter } from './command.ts';
import { texts } from './texts.ts';

/** The command that explains all commands, itself among them. @param list called when somebody asks */
export function helpOn(list: () => readonly Command[]): Command {
  return command({
    name: 'help',
    summary: texts.help.summary,
    parameters: [{ name: 'command', description: texts.parameters.command }],
    schema: z.object({ command: z.string().optional() }),
    async run({ command: name }) {
      return { text: name === undefined ? overview(list()) : explanation(find(name, list())) };
    },
  });
}

/** `liqmap <symbol> [window] [venues]`. */
function usage({ name, parameters }: Pick<Command, 'name' | 'parameters'>): string {
  return [name, ...parameters.map(placeholder)].join(' ');
}

function placeholder({ name, required }: Parameter): string {
  return required ? `<${name}>` : `[${name}]`;
}

function overview(commands: readonly Command[]): string {
  return [
    texts.help.intro,
    ...commands.map((each) => texts.help.line(usage(each), each.summary)),
    texts.help.more,
  ].join('\n');
}

function explanation(found: Command): string {
  return [
    texts.help.line(usage(found), found.summary),
    ...found.parameters.map(({ name, description, choices }) =>
      texts.help.option(name, description, choices),
    ),
  ].join('\n');
}

function find(text: string, commands: readonly Command[]): Command {
  const name = text.replace(/^\//, '').toLowerCase();
  const found = commands.find((each) => each.name === name);
  if (found) return found;
  const known = commands.map((each) => ({ name: each.name, weight: 0 }));
  throw new UserError(texts.help.unknown(shown(text), nearNames([name], known, 3)));
}
