/** Kills processes of the service while they work, and counts: `npm run faults -- --rounds 100 --seed 1`. */
import { roles } from '../../../src/config.ts';
import { scriptOptions } from '../script-options.ts';
import { killRounds } from './kill-rounds.ts';
import { recoveryTable, tallyTable } from './tables.ts';

/** It has to listen for a minute, and is asked every half. */
const hearMs = 120_000;

const usage = `Kills a random process of the service (one a role) by SIGKILL, round after round, while it works, and counts what was lost.

npm run faults -- [--rounds 100] [--seed 1]

Exit codes: 0 every claim holds, 1 one is broken, 2 wrong arguments.`;

const { values } = scriptOptions(usage, {
  rounds: { type: 'string', default: '100' },
  seed: { type: 'string', default: '1' },
});

async function main(): Promise<number> {
  const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
  if (!Number.isInteger(rounds) || rounds < 1) return say(`--rounds is ${values.rounds}, not 1 or more`, 2);
  if (!Number.isInteger(seed)) return say(`--seed is ${values.seed}, not a whole number`, 2);
  const tell = (line: string) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  const { kills, recoveries, tallies, broken, tookMs } = await killRounds({ rounds, seed, tell, hearMs });
  const head = `${rounds} kills from seed ${seed} in ${Math.round(tookMs / 1000)} s`;
  const tables = [tallyTable(tallies), recoveryTable(roles, kills, recoveries)];
  const verdict = broken.length === 0 ? 'every claim holds' : `broken:\n${broken.join('\n')}`;
  return say([head, ...tables, verdict].join('\n\n'), broken.length === 0 ? 0 : 1);
}

function say(text: string, code: number): number {
  process.stdout.write(`${text}\n`);
  return code;
}

process.exitCode = await main();
