import { type ServiceProcess, startService } from '../jobs/process.ts';

/** The service in some processes, any of which may be killed and started again; each is named by its roles. */
export class Fleet {
  /** Every process there was, in the order of their starts. */
  readonly all: { readonly roles: string; readonly process: ServiceProcess }[] = [];
  readonly #settings: Readonly<Record<string, string>>;
  readonly #running = new Map<string, ServiceProcess>();

  constructor(settings: Readonly<Record<string, string>>) {
    this.#settings = settings;
  }

  start(roles: string): ServiceProcess {
    const process = startService(['--roles', roles], { LOG_LEVEL: 'info', ...this.#settings });
    this.#running.set(roles, process);
    this.all.push({ roles, process });
    return process;
  }

  /** The process that has this role now. */
  with(role: string): ServiceProcess {
    const found = [...this.#running].find(([roles]) => roles.split(',').includes(role));
    if (!found) throw new Error(`${role} was never started`);
    return found[1];
  }

  /** Tells all to stop; resolves to the exit codes. */
  async stop(): Promise<ReadonlyMap<string, number | null>> {
    const ends = [...this.#running].map(
      async ([roles, process]) => [roles, await process.end('SIGTERM')] as const,
    );
    return new Map(await Promise.all(ends));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((process) => process.end('SIGKILL')));
  }

  /** Lines of all logs that speak of a defect of ours. */
  get defects(): readonly string[] {
    return this.all.flatMap(({ roles, process }) =>
      process.lines
        .filter(({ msg }) => String(msg).includes('defect'))
        .map((line) => `${roles}: ${JSON.stringify(line).slice(0, 400)}`),
    );
  }
}
