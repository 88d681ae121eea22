import { liqmap } from '../../commands/liqmap.ts';
import { loadConfig, setUpFonts } from '../config.ts';
import { servedFeeds } from '../observed-liquidations.ts';
import type { CliCommand } from './command.ts';
import { parse } from './command.ts';
import { withLiveMaps } from './live-maps.ts';
import { printReply, replyOptions } from './print-reply.ts';
import { scaleHelp, scaleOf } from './scale.ts';

const options = liqmap.parameters.filter(({ required }) => !required);
const width = Math.max(...options.map(({ name }) => name.length)) + 12;

export const mapCommand: CliCommand = {
  name: 'map',
  summary: 'draw the liquidation map of a coin from live exchange data',
  usage: `npm run liqmap -- map SYMBOL [options]

${options.map(({ name, description, choices }) => optionLine(`--${name} X`, choices ? `${description} (${choices.join(', ')})` : description)).join('\n')}
${optionLine('--out FILE', 'where the picture goes; out/SYMBOL-WINDOW.png unless told')}
${optionLine('--scale N', scaleHelp)}
${optionLine('--json', 'print the map as JSON; no picture unless --out is given')}`,
  async run(args, output) {
    const { values, positionals } = parse('map', args, {
      ...Object.fromEntries(options.map(({ name }) => [name, { type: 'string' as const }])),
      ...replyOptions,
    });
    const { out, json, scale, ...words } = values;
    const request = { ...words, symbol: positionals.join(' ') || undefined };
    const pictures = { brand: loadConfig().brand, ...scaleOf(scale) };
    setUpFonts();
    return withLiveMaps(output.note, async (maps, sources) => {
      const reply = await liqmap.run(request, { maps, liquidations: servedFeeds(sources), ...pictures });
      await printReply(reply, { out, json }, output);
      return 0;
    });
  },
};

function optionLine(option: string, description: string): string {
  return `  ${option.padEnd(width)}${description}`;
}
