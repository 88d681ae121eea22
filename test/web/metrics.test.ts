import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/web/metrics.ts';
import { readPrometheus, type Sample } from '../support/prometheus.ts';

const plain = ({ name, labels, value }: Sample) =>
  `${name} ${Object.entries(labels)
    .map(([key, text]) => `${key}=${text}`)
    .join(' ')} ${value}`;

describe('the figures for Prometheus', () => {
  it('can be read when nothing has happened yet, with how the event loop does', async () => {
    const families = readPrometheus(await createMetrics().text());
    expect(families.get('liqmap_job_seconds')?.type).toBe('histogram');
    expect(families.get('liqmap_nodejs_eventloop_lag_seconds')?.samples[0]?.value).toBeGreaterThanOrEqual(0);
    for (const [name, { help }] of families) expect(help, name).not.toBe('');
  });

  it('tell counts and durations of jobs by kind and outcome', async () => {
    const metrics = createMetrics();
    const job = { queue: 'compute', kind: 'make-map', outcome: 'done', waitedMs: 30, tookMs: 400 };
    metrics.jobEnded(job);
    metrics.jobEnded({ ...job, tookMs: 600 });
    metrics.jobEnded({ ...job, outcome: 'failed' });
    const { samples } = readPrometheus(await metrics.text()).get('liqmap_job_seconds')!;
    const sums = samples.filter(({ name }) => !name.endsWith('_bucket')).map(plain);
    expect(sums).toEqual([
      'liqmap_job_seconds_sum queue=compute kind=make-map outcome=done 1',
      'liqmap_job_seconds_count queue=compute kind=make-map outcome=done 2',
      'liqmap_job_seconds_sum queue=compute kind=make-map outcome=failed 0.4',
      'liqmap_job_seconds_count queue=compute kind=make-map outcome=failed 1',
    ]);
  });

  it('tell how long requests were held back, by venue, and what the caches were asked', async () => {
    const metrics = createMetrics();
    metrics.requestWaited('bybit', 0);
    metrics.requestWaited('bybit', 250);
    metrics.cacheAsked('maps', 'memory');
    const families = readPrometheus(await metrics.text());
    const waits = families.get('liqmap_rate_limit_wait_seconds')!.samples;
    expect(waits.filter(({ name }) => !name.endsWith('_bucket')).map(plain)).toEqual([
      'liqmap_rate_limit_wait_seconds_sum venue=bybit 0.25',
      'liqmap_rate_limit_wait_seconds_count venue=bybit 2',
    ]);
    expect(families.get('liqmap_cache_requests_total')!.samples.map(plain)).toEqual([
      'liqmap_cache_requests_total cache=maps found=memory 1',
    ]);
  });

  it('read totals of several parts as one counter, and gauges as they are, each time anew', async () => {
    const metrics = createMetrics();
    const sent = { discord: 1, telegram: 5 };
    for (const platform of ['discord', 'telegram'] as const) {
      metrics.counter('liqmap_deliveries_total', 'Messages', async () => [
        { labels: { platform, outcome: 'sent' }, value: sent[platform] },
      ]);
    }
    metrics.gauge('liqmap_venue_data_age_seconds', 'Age', async () => [
      { labels: { venue: 'okx' }, value: 3 },
    ]);
    await metrics.text();
    sent.discord = 2;
    const families = readPrometheus(await metrics.text());
    expect(families.get('liqmap_deliveries_total')).toMatchObject({ type: 'counter' });
    expect(families.get('liqmap_deliveries_total')!.samples.map(plain)).toEqual([
      'liqmap_deliveries_total platform=discord outcome=sent 2',
      'liqmap_deliveries_total platform=telegram outcome=sent 5',
    ]);
    expect(families.get('liqmap_venue_data_age_seconds')!.samples.map(plain)).toEqual([
      'liqmap_venue_data_age_seconds venue=okx 3',
    ]);
  });

  it('leave out what cannot be read, and what was there once and is not any more', async () => {
    const metrics = createMetrics();
    let venues = ['okx', 'a "quoted" \\ name\nof two lines'];
    metrics.gauge('a', 'A', async () => venues.map((venue) => ({ labels: { venue }, value: 1 })));
    metrics.gauge('b', 'B', () => Promise.reject(new Error('Redis is away')));
    expect(readPrometheus(await metrics.text()).get('a')?.samples).toHaveLength(2);
    venues = [];
    const families = readPrometheus(await metrics.text());
    expect(families.get('a')?.samples).toEqual([]);
    expect(families.get('b')?.samples).toEqual([]);
  });
});

describe('a reader of such figures', () => {
  it.each([
    ['a sample without a type', 'a 1\n'],
    ['a value that is none', '# HELP a A\n# TYPE a gauge\na one\n'],
    ['a series twice', '# HELP a A\n# TYPE a gauge\na{x="1"} 1\na{x="1"} 2\n'],
    ['labels without quotes', '# HELP a A\n# TYPE a gauge\na{x=1} 1\n'],
    ['another family in between', '# HELP a A\n# TYPE a gauge\nb 1\n'],
    [
      'buckets that shrink',
      '# HELP a A\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_count 1\n',
    ],
    ['no end', '# HELP a A\n# TYPE a gauge\na 1'],
  ])('refuses %s', (_, text) => {
    expect(() => readPrometheus(text)).toThrow();
  });
});
