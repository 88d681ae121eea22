import { firstHour, type Soaked, type SoakHour } from './soak.ts';
import { soakVenues } from './world.ts';

/** What a soak must show, whether it did, and by which figures. */
export type Claim = { readonly name: string; readonly holds: boolean; readonly figures: string };

/** Last hour over second. */
const mostGrowth = 1.1;
const mostLoopMs = 100;
/** What may come and go between two looks: requests and their deadlines. */
const spareTimers = 10;
/** A market and hour. */
const mostAnew = 1.2;
/** What BullMQ keeps of each queue, see `src/jobs/redis.ts`, with what waits. */
const keptJobs = 200 + 1_000;
/** Of one job, for Redis. */
const jobBytes = 2_500;
/** Of one row, with its indexes. */
const rowBytes = 900;

/**
 * Rows that an hour of market time may add, by table: what the retention rules (`src/store/compaction.ts`) keep for months. Of a
 * market an hour: 4 candles of a quarter and 8 of five minutes, of last price and mark; 8 pieces of coverage, as the five minutes
 * that a quarter covers later are not asked for; 13 points of open interest, and one a minute of the world; one liquidation a
 * minute. What is not named may not grow.
 */
const growth: Readonly<
  Record<string, (of: { coins: number; markets: number; worldMinutes: number }) => number>
> = {
  candles: ({ markets }) => 26 * markets,
  coverage: ({ markets }) => 10 * markets,
  open_interest: ({ markets, worldMinutes }) => (17 + worldMinutes) * markets,
  funding: ({ markets }) => markets,
  liquidations: ({ markets }) => 60 * markets,
  fragility: ({ coins }) => 2 * coins,
  cluster_sizes: ({ coins }) => 6 * coins,
  cluster_stages: ({ coins }) => 10 * coins,
  large_clusters: ({ coins }) => 3 * coins,
  pages: ({ coins }) => 12 * coins,
};

/** What has so long by the machine's clock may be late where market time goes by a hundred times as fast. */
const late = ['warn: an alert goes without its picture', 'warn: a venue is left out of maps'];

/** Holds a soak of at least three hours to what the service promises. */
export function soakClaims(soaked: Soaked): readonly Claim[] {
  const [, second, ...later] = soaked.hours;
  const last = later.at(-1);
  if (!second || !last) throw new RangeError(`a soak of ${soaked.hours.length} hours is too short`);
  return [
    ...memory(soaked.hours),
    redis(second, last),
    rows(soaked, second, last),
    file(second, last),
    {
      name: 'no unhandled rejection, no warning of Node',
      holds: last.unhandled.length + last.warnings.length === 0,
      figures: `${last.unhandled.length} and ${last.warnings.length}${[...last.unhandled, ...last.warnings]
        .slice(0, 3)
        .map((text) => `; ${text}`)
        .join('')}`,
    },
    timers(second, last),
    folds(soaked, second, last),
    {
      name: `event loop delay p99 under ${mostLoopMs} ms at the pace of the world`,
      holds: soaked.loop.p99 < mostLoopMs,
      figures: `p50 ${soaked.loop.p50.toFixed(1)}, p99 ${soaked.loop.p99.toFixed(1)}, most ${soaked.loop.max.toFixed(0)} ms in ${soaked.options.worldSeconds} s, in which others had its core for ${(soaked.loop.waitedForCoreMs / 1000).toFixed(1)} s`,
    },
    alerts(soaked),
    {
      name: 'no error in the log, and after the first hour no warning but of being late',
      holds: Object.keys(soaked.complaints).every(
        (what) => what.startsWith(`${firstHour}warn`) || late.includes(what),
      ),
      figures: list(soaked.complaints) || 'no line from warnings on',
    },
  ];
}

/** Of three hours the middle one: when garbage is collected, and pages given back, is chance, and single hours differ by a tenth. */
function memory(hours: readonly SoakHour[]): readonly Claim[] {
  const wide = hours.length >= 8 ? 3 : 1;
  const middle = (some: readonly SoakHour[], of: (hour: SoakHour) => number) =>
    some.map(of).sort((a, b) => a - b)[some.length >> 1]!;
  const grown = (of: (hour: SoakHour) => number) =>
    [middle(hours.slice(1, 1 + wide), of), middle(hours.slice(-wide), of)] as const;
  const resident = grown(({ rssBytes }) => rssBytes);
  const heap = grown(({ heapBytes }) => heapBytes);
  const figures = ([before, after]: readonly [number, number]) =>
    `${mb(before)} and ${mb(after)} (${percent(after / before - 1)})`;
  return [
    {
      name: 'memory: last hour within 10 % of the second',
      holds: resident[1] <= resident[0] * mostGrowth,
      figures: figures(resident),
    },
    {
      // Of a small service the heap is a fifth of it: what is loaded with the first alert counts for more than a tenth.
      name: 'heap after collection: grows by no more than that tenth of the memory',
      holds: heap[1] - heap[0] <= resident[0] * (mostGrowth - 1),
      figures: figures(heap),
    },
  ];
}

/** Jobs are kept by count; beside them only as many keys stay as there were, and some for each sort of thing. */
function redis(second: SoakHour, last: SoakHour): Claim {
  const isJob = (sort: string) =>
    /^liqmap:(?!compute:repeat)[a-z-]+:(de:)?\*/.test(sort) && !sort.startsWith('liqmap:texts');
  const sum = (keys: SoakHour['lastingKeys'], wanted: (sort: string) => boolean) =>
    Object.entries(keys).reduce((all, [sort, count]) => (wanted(sort) ? all + count : all), 0);
  const jobs = [second, last].map(({ lastingKeys }) => sum(lastingKeys, isJob));
  const others = [second, last].map(({ lastingKeys }) => sum(lastingKeys, (sort) => !isJob(sort)));
  const tooMany = Object.entries(last.lastingKeys).filter(([sort, count]) => isJob(sort) && count > keptJobs);
  const mostBytes = mostGrowth * second.redisBytes + jobBytes * Math.max(0, jobs[1]! - jobs[0]!);
  const passing = [second, last].map(({ passingKeys }) => sum(passingKeys, () => true));
  return {
    name: 'Redis: jobs by count, else no growth',
    holds:
      tooMany.length === 0 &&
      others[1]! <= mostGrowth * others[0]! + 30 &&
      last.redisBytes <= mostBytes + passingBytes(second, last),
    figures: `${mb(second.redisBytes)} and ${mb(last.redisBytes)}; jobs ${jobs.join(' and ')}, other keys that stay ${others.join(' and ')}, keys that expire ${passing.join(' and ')}`,
  };
}

/** A picture is kept for half an hour after an alert. */
function passingBytes(second: SoakHour, last: SoakHour): number {
  const blobs = ({ passingKeys }: SoakHour) =>
    Object.entries(passingKeys).reduce(
      (all, [sort, count]) => (sort.includes('blob:') ? all + count : all),
      0,
    );
  return 150_000 * Math.max(0, blobs(last) - blobs(second));
}

function rows({ options, hours, alerts: told }: Soaked, second: SoakHour, last: SoakHour): Claim {
  const coins = options.coins;
  const worldMinutes = hours.reduce((sum, { tookMs }) => sum + tookMs, 0) / 60_000 / hours.length;
  const passed = last.hour - second.hour;
  const beyond = Object.entries(last.rows).flatMap(([table, count]) => {
    const added = count - (second.rows[table] ?? 0);
    const all = Object.values(told).reduce((sum, one) => sum + one, 0);
    const most =
      table === 'alerts'
        ? all
        : table === 'armings'
          ? 60 * coins
          : (growth[table]?.({ coins, markets: coins * soakVenues.length, worldMinutes }) ?? 0) * passed;
    return added > most ? [`${table} ${added} of ${Math.round(most)} at the most`] : [];
  });
  const added = Object.entries(last.rows).map(
    ([table, count]) => [table, (count - (second.rows[table] ?? 0)) / passed] as const,
  );
  const grown = added
    .filter(([, perHour]) => perHour > 0)
    .map(([table, perHour]) => `${table} ${perHour.toFixed(1)}`);
  return {
    name: 'SQL: no rows but those that the retention rules keep',
    holds: beyond.length === 0,
    figures: beyond.length > 0 ? `beyond: ${beyond.join(', ')}` : `rows an hour: ${grown.join(', ')}`,
  };
}

function file(second: SoakHour, last: SoakHour): Claim {
  const sum = ({ rows: all }: SoakHour) => Object.values(all).reduce((total, count) => total + count, 0);
  const most = second.sqlBytes * mostGrowth + rowBytes * Math.max(0, sum(last) - sum(second));
  return {
    name: 'SQL: the file grows with its rows and no more',
    holds: last.sqlBytes <= most,
    figures: `${mb(second.sqlBytes)} and ${mb(last.sqlBytes)}, ${sum(second)} and ${sum(last)} rows`,
  };
}

function timers(second: SoakHour, last: SoakHour): Claim {
  const names = [...new Set([...Object.keys(second.resources), ...Object.keys(last.resources)])];
  const more = names.filter(
    (name) => (last.resources[name] ?? 0) > mostGrowth * (second.resources[name] ?? 0) + spareTimers,
  );
  return {
    name: 'no timer leak, nor of anything that keeps a process alive',
    holds: more.length === 0,
    figures: `${list(second.resources)} and ${list(last.resources)}`,
  };
}

/** The window of a map moves on once an hour; between, what was folded is gone on from. */
function folds({ options }: Soaked, second: SoakHour, last: SoakHour): Claim {
  const anew = last.folds.anew - second.folds.anew;
  const kept = last.folds.kept - second.folds.kept;
  const most = mostAnew * options.coins * soakVenues.length * (last.hour - second.hour);
  return {
    name: 'maps go on from folds that were kept: anew about once a market and hour',
    holds: anew <= most && kept > anew,
    figures: `${kept} from kept ones, ${anew} anew of ${Math.round(most)} at the most`,
  };
}

function alerts({ differences, engines, alerts: told }: Soaked): Claim {
  const stages = ['approach sent', 'touch sent', 'receipt15 sent', 'receipt60 sent'];
  const missing = stages.filter((stage) => !told[stage]);
  return {
    name: 'alerts exact against a plain reckoning, each once in its channel',
    holds: differences.length === 0 && missing.length === 0 && engines === 1,
    figures: [
      list(told),
      ...(missing.length > 0 ? [`there was no ${missing.join(', no ')}`] : []),
      `${differences.length} differences`,
      ...(engines === 1 ? [] : [`${engines} engines have begun, and the reckoning knows of one`]),
      ...differences.slice(0, 5),
    ].join('; '),
  };
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function percent(part: number): string {
  return `${part >= 0 ? '+' : ''}${(100 * part).toFixed(1)} %`;
}
