import { scriptOptions } from '../support/script-options.ts';
import { areas } from './areas.ts';

const usage = `Draws new bad input at every door until the time is over, and says what broke a claim.

npm run fuzz -- [options]

  --minutes N     10 unless told
  --seed N        of the draws; another each time unless told
  --only TEXT     claims whose name has it in: ${areas.map(({ name }) => name).join(', ')} or words of a claim

Exit code 1 when a claim is broken.`;

const { values } = scriptOptions(usage, {
  minutes: { type: 'string', default: '10' },
  seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  only: { type: 'string', default: '' },
});

/** A round is a part of what everybody tries, in the same proportions, so that an early end has seen every claim. */
const partOfRound = 1 / 50;
const untilMs = performance.now() + Number(values.minutes) * 60_000;
if (!(untilMs > performance.now()))
  throw new RangeError(`--minutes is ${values.minutes}, not a number above 0`);

const opened = await Promise.all(areas.map(async (area) => ({ name: area.name, ...(await area.open()) })));
const drawn = opened.flatMap(({ name, claims }) => claims.map((claim) => ({ area: name, claim, cases: 0 })));
const wanted = drawn.filter(({ area, claim }) => `${area} ${claim.name}`.includes(values.only));
const failures: string[] = [];

for (let seed = Number(values.seed); performance.now() < untilMs && wanted.length > 0; seed += 1) {
  for (const one of wanted) {
    if (performance.now() >= untilMs) break;
    try {
      one.cases += await one.claim.check({ seed, cases: Math.ceil(one.claim.cases * partOfRound) });
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      wanted.splice(wanted.indexOf(one), 1);
    }
  }
}
for (const { close } of opened) await close?.();

for (const { area, claim, cases } of drawn)
  process.stdout.write(`${String(cases).padStart(8)}  ${area}: ${claim.name}\n`);
const total = drawn.reduce((sum, { cases }) => sum + cases, 0);
process.stdout.write(`${total} cases from seed ${values.seed}, ${failures.length} claims broken\n`);
for (const failure of failures) process.stdout.write(`\n${failure}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;
