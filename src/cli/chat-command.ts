import type { Command, Words } from '../../commands/command.ts';
import { writtenWords } from '../../commands/written-words.ts';
import { loadConfig, setUpFonts } from '../config.ts';
import { weightsFor } from '../core/weights-for.ts';
import { servedFeeds } from '../observed-liquidations.ts';
import { ViewService } from '../views.ts';
import type { CliCommand } from './command.ts';
import { parse } from './command.ts';
import { withLiveMaps } from './live-maps.ts';
import { printReply, replyOptions } from './print-reply.ts';
import { scaleHelp, scaleOf } from './scale.ts';

/** A command of the chats at the terminal: the same words, asked of live venues. */
export function chatCommand(command: Command): CliCommand {
  const { name, summary, parameters } = command;
  return {
    name,
    summary,
    usage: usageOf(command),
    async run(given, output) {
      const { args, negative } = apart(given);
      const { values, positionals } = parse(name, args, {
        ...Object.fromEntries(parameters.map((parameter) => [parameter.name, { type: 'string' as const }])),
        ...replyOptions,
      });
      const { out, json, scale, ...named } = values;
      const words = {
        ...writtenWords([...positionals, ...negative].join(' '), command),
        ...(named as Words),
      };
      const pictures = { brand: loadConfig().brand, ...scaleOf(scale) };
      setUpFonts();
      return withLiveMaps(output.note, async (maps, sources) => {
        const reply = await command.run(words, {
          maps,
          views: new ViewService({ gather: maps.gather.bind(maps), weights: weightsFor }),
          ...pictures,
          symbols: loadConfig().symbols,
          liquidations: servedFeeds(sources),
        });
        await printReply(reply, { out, json }, output);
        return 0;
      });
    },
  };
}

/** Words such as `-3%`, which look like options, and what is left without them; one behind an option is its value. */
function apart(given: readonly string[]): { readonly args: string[]; readonly negative: string[] } {
  const args: string[] = [];
  const negative: string[] = [];
  for (const word of given) {
    const before = args.at(-1);
    if (!/^-\d/.test(word)) args.push(word);
    else if (before !== undefined && /^--\w+$/.test(before) && before !== '--json')
      args[args.length - 1] = `${before}=${word}`;
    else negative.push(word);
  }
  return { args, negative };
}

function usageOf({ name, parameters }: Command): string {
  const words = parameters.map(({ name: word, required }) =>
    required ? ` ${word.toUpperCase()}` : ` [${word.toUpperCase()}]`,
  );
  const width = Math.max(...parameters.map(({ name: word }) => word.length), 0) + 12;
  const line = (option: string, text: string) => `  ${option.padEnd(width)}${text}`;
  return [
    `npm run liqmap -- ${name}${words.join('')} [options]`,
    '',
    ...parameters.map(({ name: word, description, choices }) =>
      line(`--${word} X`, choices ? `${description} (${choices.join(', ')})` : description),
    ),
    line('--out FILE', 'where the picture goes, if there is one; out/NAME.png unless told'),
    line('--scale N', scaleHelp),
    line('--json', 'print the answer as JSON; no picture unless --out is given'),
  ].join('\n');
}
