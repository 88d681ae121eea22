import { commands as allCommands } from '../commands/index.ts';
import { chatCommand } from './cli/chat-command.ts';
import type { CliCommand, Output } from './cli/command.ts';
import { demoCommand } from './cli/demo.ts';
import { doctorCommand } from './cli/doctor.ts';
import { fitCommand } from './cli/fit.ts';
import { mapCommand } from './cli/map.ts';
import { marketsCommand } from './cli/markets.ts';
import { replayCommand } from './cli/replay.ts';
import { scoreCommand } from './cli/score.ts';
import { UserError } from './errors.ts';

/** `map` is `liqmap`, and the terminal has a help of its own. */
const toldOtherwise = ['liqmap', 'help'];

const commands: readonly CliCommand[] = [
  mapCommand,
  ...allCommands
    .filter(({ name, onlyInChat }) => !onlyInChat && !toldOtherwise.includes(name))
    .map(chatCommand),
  marketsCommand,
  replayCommand,
  scoreCommand,
  fitCommand,
  demoCommand,
  doctorCommand,
];

/** Exit codes: 0 done, 1 something broke, 2 the person can mend it. */
const broke = 1;
const mendable = 2;

const output: Output = {
  out: (text) => console.log(text),
  note: (text) => console.error(text),
};

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  return [
    'Liqmap: liquidation maps of perpetual futures.',
    '',
    'npm run liqmap -- COMMAND [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`),
    '',
    "npm run liqmap -- COMMAND --help tells a command's options.",
  ].join('\n');
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    output.out(overview());
    return 0;
  }
  const command = commands.find((one) => one.name === name);
  if (!command) throw new UserError(`There is no command "${name}".\n\n${overview()}`);
  if (args.includes('--help') || args.includes('-h')) {
    output.out(`${command.name}: ${command.summary}\n\n${command.usage}`);
    return 0;
  }
  return command.run(args, output);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UserError) {
    output.note(error.message);
    process.exitCode = mendable;
  } else {
    output.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = broke;
  }
}
