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
  /** Reads a value each time Prometheus asks; a failure leaves it out. */
  gauge(name: string, help: string, read: () => Promise<readonly Reading[]>): void;
  /** The text for Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
};

export type Reading = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

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
  return {
    jobEnded({ queue, kind, outcome, tookMs, waitedMs }) {
      took.observe({ queue, kind, outcome }, tookMs / 1000);
      waited.observe({ queue, kind }, waitedMs / 1000);
    },
    cacheAsked: (name, found) => cache.inc({ cache: name, found }),
    gauge: (name, help, read) => addGauge(registry, { name, help, read }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function addGauge(
  registry: Registry,
  options: { readonly name: string; readonly help: string; readonly read: () => Promise<readonly Reading[]> },
): void {
  const { name, help, read } = options;
  let labelled: Gauge<string> | undefined;
  const collect = async () => {
    const readings = await read().catch((): readonly Reading[] => []);
    labelled?.reset();
    for (const { labels, value } of readings) labelled?.set(labels, value);
  };
  labelled = new Gauge({ name, help, labelNames: ['part', 'state'], registers: [registry], collect });
}
