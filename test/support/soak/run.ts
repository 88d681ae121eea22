import { writeFileSync } from 'node:fs';
import { scriptOptions } from '../script-options.ts';
import { soakClaims } from './claims.ts';
import { leakNames } from './leaks.ts';
import { type SoakHour, type SoakOptions, soak } from './soak.ts';
import { soakVenues } from './world.ts';

const usage = `The whole service on a loopback exchange of ${soakVenues.length} venues, through simulated days.

npm run soak -- [options]

  --days N            simulated days; 1 unless told, 7 for the week
  --coins N           coins, each on every venue; 50 unless told
  --subscriptions N   half on Discord's emulator, half on Telegram's; 2000 unless told
  --recompute N       minutes of market time from one map of a coin to the next; 5 unless told
  --prices N          minutes of market time from one price to the next; 1 unless told
  --world-seconds N   at the end, so long at the pace of the world, for the delay of the event loop; 300 unless told
  --out FILE          writes all figures as JSON, and of differences in alerts what led to them
  --leak NAME         goes wrong on purpose, to see that it is found: ${leakNames.join(', ')}
  --help

Prints a line an hour of market time and what was claimed at the end; exit code 1 when a claim does not hold. All requests go over
HTTP and sockets through ccxt, unpaced. Two cores need about 0.3 s a map: 14,400 maps of a day of 50 coins, an hour and a quarter.`;

const { values } = scriptOptions(usage, {
  days: { type: 'string', default: '1' },
  coins: { type: 'string', default: '50' },
  subscriptions: { type: 'string', default: '2000' },
  recompute: { type: 'string', default: '5' },
  prices: { type: 'string', default: '1' },
  'world-seconds': { type: 'string', default: '300' },
  out: { type: 'string' },
  leak: { type: 'string' },
});

await run();

async function run(): Promise<void> {
  const options: SoakOptions = {
    days: positive('days'),
    coins: positive('coins'),
    subscriptions: positive('subscriptions'),
    recomputeMinutes: positive('recompute'),
    priceMinutes: positive('prices'),
    worldSeconds: positive('world-seconds'),
    ...(values.leak !== undefined && { leak: values.leak }),
    onHour: (hour) => process.stdout.write(`${line(hour)}\n`),
  };
  const soaked = await soak(options);
  const claims = soakClaims(soaked);
  if (values.out !== undefined)
    writeFileSync(values.out, `${JSON.stringify({ ...soaked, claims }, undefined, 1)}\n`);
  process.stdout.write(`\n${soaked.maps} maps\n`);
  for (const { name, holds, figures } of claims)
    process.stdout.write(`${holds ? 'holds ' : 'BROKEN'}  ${name}\n          ${figures}\n`);
  if (claims.some(({ holds }) => !holds)) process.exitCode = 1;
}

function positive(
  name: 'days' | 'coins' | 'subscriptions' | 'recompute' | 'prices' | 'world-seconds',
): number {
  const value = Number(values[name]);
  if (value > 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new RangeError(`--${name} must be above 0, got ${JSON.stringify(values[name])}`);
}

function line({
  hour,
  tookMs,
  rssBytes,
  heapBytes,
  arrayBufferBytes,
  folds,
  redisBytes,
  sqlBytes,
  alerts,
  differences,
  loop,
  resources,
  rows,
}: SoakHour): string {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return [
    `hour ${hour} in ${(tookMs / 1000).toFixed(1)} s`,
    `RSS ${mb(rssBytes)}, heap ${mb(heapBytes)}, arrays ${mb(arrayBufferBytes)} (folds ${mb(folds.bytes)})`,
    `Redis ${mb(redisBytes)}`,
    `SQL ${mb(sqlBytes)}, ${all} rows`,
    `${alerts} alerts${differences === 0 ? '' : `, ${differences} differences`}`,
    `${resources['Timeout'] ?? 0} timers`,
    `loop p50 ${loop.p50.toFixed(1)}, p99 ${loop.p99.toFixed(0)}, most ${loop.max.toFixed(0)} ms`,
  ].join('; ');
}
