import { createHash } from 'node:crypto';
import type { Command, Parameter } from '../../../commands/command.ts';
import type { Log } from '../../log.ts';
import type { KeyValue } from '../key-value.ts';
import { clip } from './markdown.ts';
import { type DiscordRest, snowflake } from './rest.ts';

/** https://docs.discord.com/developers/interactions/application-commands */
const types = { chatInput: 1, text: 3, role: 8 } as const;
/** In a server, in the chat with the bot, in a chat between others. */
const everywhere = [0, 1, 2];
/** Brought along by a server or by a single person. */
const anyInstall = [0, 1];
const namePattern = /^[-_'\p{L}\p{N}]{1,32}$/u;
const maxDescription = 100;
const maxChoices = 25;
const maxOptions = 25;
const maxCommands = 100;

/** The list of commands as Discord wants it. Throws RangeError for what Discord would refuse. */
export function registrationOf(commands: readonly Command[]): readonly unknown[] {
  if (commands.length > maxCommands)
    throw new RangeError(`${commands.length} commands, not at most ${maxCommands}`);
  return commands.map(({ name, summary, parameters }) => ({
    type: types.chatInput,
    name: checkedName(name),
    description: clip(summary, maxDescription),
    options: optionsOf(name, parameters),
    contexts: everywhere,
    integration_types: anyInstall,
  }));
}

/** Registers the commands if they are not the ones registered last; tells whether it did. */
export async function register(
  commands: readonly Command[],
  { rest, store, applicationId, log }: Deps,
): Promise<boolean> {
  const body = registrationOf(commands);
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const key = `discord:commands:${applicationId}`;
  if ((await store.get(key)) === hash) return false;
  await rest.asBot({ method: 'PUT', path: `/applications/${snowflake(applicationId)}/commands`, body });
  await store.set(key, hash);
  log.info('commands registered', { commands: commands.map(({ name }) => name) });
  return true;
}

type Deps = {
  readonly rest: DiscordRest;
  readonly store: KeyValue;
  readonly applicationId: string;
  readonly log: Log;
};

function optionsOf(command: string, parameters: readonly Parameter[]): readonly unknown[] {
  if (parameters.length > maxOptions) throw new RangeError(`/${command} has ${parameters.length} parameters`);
  return parameters.map(({ name, description, required, choices, completes, isRole }) => {
    if (choices && choices.length > maxChoices) {
      throw new RangeError(`/${command} ${name} has ${choices.length} choices, not at most ${maxChoices}`);
    }
    return {
      type: isRole ? types.role : types.text,
      name: checkedName(name),
      description: clip(description, maxDescription),
      ...(required && { required }),
      ...(choices && { choices: choices.map((value) => ({ name: value, value })) }),
      ...(completes && !choices && { autocomplete: true }),
    };
  });
}

function checkedName(name: string): string {
  if (namePattern.test(name) && name === name.toLowerCase()) return name;
  throw new RangeError(`"${name}" is no name of a command or parameter in Discord`);
}
