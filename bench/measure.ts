import { cpus, loadavg } from 'node:os';

/** Milliseconds of one case over its runs: wall time, and CPU time of all threads of the process. */
export type Timing = {
  readonly name: string;
  readonly runs: number;
  readonly min: number;
  readonly median: number;
  readonly mean: number;
  /** Standard deviation of the wall time. */
  readonly spread: number;
  readonly cpuMedian: number;
};

/** Whatever a case returns lands here, so that no work can be optimised away. */
let sink: unknown;

/**
 * Times a case: a fifth of the runs first to warm up, which do not count. The minimum is the figure that other
 * work on the machine disturbs least.
 */
export async function measure(
  name: string,
  runs: number,
  run: () => unknown | Promise<unknown>,
): Promise<Timing> {
  for (let i = 0; i < Math.max(2, runs / 5); i++) sink = await run();
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let i = 0; i < runs; i++) {
    const cpuBefore = process.cpuUsage();
    const before = performance.now();
    sink = await run();
    wall.push(performance.now() - before);
    const { user, system } = process.cpuUsage(cpuBefore);
    cpu.push((user + system) / 1000);
  }
  return { name, runs, ...summary(wall), cpuMedian: median(cpu) };
}

/** What kind of result came last: to be read in the end, so that the sink is used. */
export function sinkKind(): string {
  return typeof sink;
}

export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const load = loadavg()[0]!.toFixed(2);
  return `${model}, ${cpus().length} cores (load ${load}), Node ${process.version}, ${process.platform}`;
}

export function table(timings: readonly Timing[]): string {
  const rows = timings.map(({ name, runs, ...ms }) => [
    name,
    ...[ms.min, ms.median, ms.mean, ms.spread, ms.cpuMedian].map((value) => value.toFixed(3)),
    String(runs),
  ]);
  const head = ['case (ms)', 'min', 'median', 'mean', '± sd', 'CPU median', 'runs'];
  const line = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, line, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function summary(values: readonly number[]): Pick<Timing, 'min' | 'median' | 'mean' | 'spread'> {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { min: Math.min(...values), median: median(values), mean, spread: Math.sqrt(variance) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** What a benchmark gives: cases timed alike, and what else was found, in words. */
export type BenchResult = { readonly timings: readonly Timing[]; readonly findings: readonly string[] };

/** The value below which a share of all lies. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/** Of times in ms. */
export function percentiles(values: readonly number[]): string {
  const at = (share: number) => quantile(values, share).toFixed(0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 100e6 ? 1 : 0)} MB`;
}
