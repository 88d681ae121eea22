import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What the parts of the service tell; Prometheus reads it at `/metrics`. */
export type Metrics = {
  jobEnded(job: {
    readonly queue: string;
    readonly kind: string;
    readonly outcome: string;
    readonly tookMs: number;
    readonly waitedMs: number;
  }): void;
  cacheAsked(cache: 'maps' | 'pictures', found: string): void;
  /** How long one request to a venue was held back so that we stay below its limits. */
  requestWaited(venue: string, ms: number): void;
  /** Reads values each time Prometheus asks; a failure leaves them out. */
  gauge(name: string, help: string, read: Read): void;
  /** Like `gauge`, of what only ever grows while somebody counts; several may read for one name. */
  counter(name: string, help: string, read: Read): void;
  /** The text for Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
};

export type Reading = {
  readonly labels: Readonly<Partial<Record<(typeof labelNames)[number], string>>>;
  readonly value: number;
};
type Read = () => Promise<readonly Reading[]>;

/** Of all that is read; each family has some of them. */
const labelNames = ['part', 'state', 'queue', 'venue', 'platform', 'outcome', 'began'] as const;

const seconds = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** A registry of its own, so that two services in one process (as in tests) do not mix. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'liqmap_' });
  const registers = [registry];
  const took = new Histogram({
    name: 'liqmap_job_seconds',
    help: 'Duration of tries of jobs, by outcome',
    labelNames: ['queue', 'kind', 'outcome'],
    buckets: seconds,
    registers,
  });
  const waited = new Histogram({
    name: 'liqmap_job_wait_seconds',
    help: 'Time from when a job was due to its start',
    labelNames: ['queue', 'kind'],
    buckets: seconds,
    registers,
  });
  const cache = new Counter({
    name: 'liqmap_cache_requests_total',
    help: 'Questions to the caches, by where the answer came from',
    labelNames: ['cache', 'found'],
    registers,
  });
  const waits = new Histogram({
    name: 'liqmap_rate_limit_wait_seconds',
    help: 'Time that requests to a venue were held back to stay below its limits',
    labelNames: ['venue'],
    buckets: seconds,
    registers,
  });
  const counters = new Map<string, Read[]>();
  return {
    jobEnded({ queue, kind, outcome, tookMs, waitedMs }) {
      took.observe({ queue, kind, outcome }, tookMs / 1000);
      waited.observe({ queue, kind }, waitedMs / 1000);
    },
    cacheAsked: (name, found) => cache.inc({ cache: name, found }),
    requestWaited: (venue, ms) => waits.observe({ venue }, ms / 1000),
    gauge: (name, help, read) => addFamily(Gauge, registry, { name, help, reads: [read] }),
    counter(name, help, read) {
      const reads = counters.get(name) ?? [];
      reads.push(read);
      if (!counters.has(name)) addFamily(Counter, registry, { name, help, reads });
      counters.set(name, reads);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

type Family = { readonly name: string; readonly help: string; readonly reads: readonly Read[] };

function addFamily(Kind: typeof Gauge | typeof Counter, registry: Registry, { name, help, reads }: Family) {
  const family: Gauge<string> | Counter<string> = new Kind({
    name,
    help,
    labelNames,
    registers: [registry],
    collect: async () => {
      const readings = await readAll(reads);
      family.reset();
      for (const { labels, value } of readings) family.inc(labels, value);
    },
  });
}

async function readAll(reads: readonly Read[]): Promise<readonly Reading[]> {
  return (await Promise.all(reads.map((read) => read().catch((): readonly Reading[] => [])))).flat();
}
