import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long the process did not listen, ms; what is above the 10 ms between two looks. */
export type LoopDelay = { readonly p50: number; readonly p99: number; readonly max: number };

export type Weight = {
  readonly heapBytes: number;
  readonly externalBytes: number;
  /** Of those outside the heap, what arrays hold. */
  readonly arrayBufferBytes: number;
  /** Since the weighing before. */
  readonly loop: LoopDelay;
  /** What keeps the process alive, by kind, counted. */
  readonly resources: Readonly<Record<string, number>>;
  /** So far, with what was said. */
  readonly unhandled: readonly string[];
  readonly warnings: readonly string[];
  /** CPU since the start, ms. */
  readonly cpuMs: number;
  /** For how long since the start the main thread was ready and had no core; only Linux says. */
  readonly waitedForCoreMs?: number;
};

const resolution = 10;
const collections = 4;
const apartMs = 50;

/** Watches the process that it is in. */
export class ProcessWatch {
  readonly #loop = monitorEventLoopDelay({ resolution });
  readonly #unhandled: string[] = [];
  readonly #warnings: string[] = [];

  constructor() {
    process.on('unhandledRejection', (reason) => this.#unhandled.push(String(reason)));
    process.on('uncaughtException', (error) => this.#unhandled.push(String(error)));
    process.on('warning', ({ name, message }) => this.#warnings.push(`${name}: ${message}`));
    this.#loop.enable();
  }

  /** After a collection of garbage, which is forced and counts as no delay of what is watched. */
  async weigh(): Promise<Weight> {
    this.#loop.disable();
    const { heapUsed, external, arrayBuffers } = await leastMemory();
    const { user, system } = process.cpuUsage();
    const weight = {
      heapBytes: heapUsed,
      externalBytes: external,
      arrayBufferBytes: arrayBuffers,
      loop: delayOf(this.#loop),
      resources: counted(process.getActiveResourcesInfo()),
      unhandled: [...this.#unhandled],
      warnings: [...this.#warnings],
      cpuMs: (user + system) / 1000,
      ...waitedForCore(),
    };
    this.#loop.reset();
    this.#loop.enable();
    return weight;
  }
}

/** Of some looks, as what is under way in one of them is done by the next. */
async function leastMemory(): Promise<NodeJS.MemoryUsage> {
  const looks: NodeJS.MemoryUsage[] = [];
  while (looks.length < collections) {
    globalThis.gc?.();
    looks.push(process.memoryUsage());
    await sleep(apartMs);
  }
  return looks.reduce((least, one) => (one.heapUsed < least.heapUsed ? one : least));
}

function waitedForCore(): Pick<Weight, 'waitedForCoreMs'> {
  try {
    const [, waitedNs] = readFileSync('/proc/self/schedstat', 'utf8').split(' ');
    return { waitedForCoreMs: Number(waitedNs) / 1e6 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

function delayOf(histogram: ReturnType<typeof monitorEventLoopDelay>): LoopDelay {
  const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution);
  return { p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), max: ms(histogram.max) };
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
