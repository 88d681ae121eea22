import type { Role } from '../../../src/config.ts';
import { type ServiceProcess, startService } from '../jobs/process.ts';

/** The service with each role in a process of its own, any of which may be killed and started again. */
export class Fleet {
  /** Every process there was, in the order of their starts. */
  readonly all: { readonly role: Role; readonly process: ServiceProcess }[] = [];
  readonly #settings: Readonly<Record<string, string>>;
  readonly #running = new Map<Role, ServiceProcess>();

  constructor(settings: Readonly<Record<string, string>>) {
    this.#settings = settings;
  }

  start(role: Role): ServiceProcess {
    const process = startService(['--roles', role], { LOG_LEVEL: 'info', ...this.#settings });
    this.#running.set(role, process);
    this.all.push({ role, process });
    return process;
  }

  running(role: Role): ServiceProcess {
    const found = this.#running.get(role);
    if (!found) throw new Error(`${role} was never started`);
    return found;
  }

  async end(role: Role, signal: NodeJS.Signals): Promise<number | null> {
    return this.running(role).end(signal);
  }

  /** Tells all to stop; resolves to the exit codes. */
  async stop(): Promise<ReadonlyMap<Role, number | null>> {
    const ends = [...this.#running].map(
      async ([role, process]) => [role, await process.end('SIGTERM')] as const,
    );
    return new Map(await Promise.all(ends));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((process) => process.end('SIGKILL')));
  }

  /** Lines of all logs that speak of a defect of ours. */
  get defects(): readonly string[] {
    return this.all.flatMap(({ role, process }) =>
      process.lines
        .filter(({ msg }) => String(msg).includes('defect'))
        .map((line) => `${role}: ${JSON.stringify(line).slice(0, 400)}`),
    );
  }
}
