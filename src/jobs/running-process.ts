import { readFileSync, readlinkSync } from 'node:fs';

/** A process of this machine; its number alone may belong to another one by now. */
export type ProcessIdentity = { readonly pid: number; readonly started: string };

/** Of this process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) };
}

/** Whether that very process lives. Where the system tells no start times, its number has to do. */
export function isRunning({ pid, started }: ProcessIdentity): boolean {
  return isAlive(pid) && (started === '' || startOf(pid) === started);
}

/** A process that has ended but that its parent has not taken note of is not alive, though it takes signals. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return statOf(pid)?.[0] !== 'Z';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Working folder of a process; undefined where the system does not tell. */
export function folderOf(pid: number): string | undefined {
  return orUndefined(() => readlinkSync(`/proc/${pid}/cwd`));
}

/** In ticks since the machine's start; empty where the system does not tell. */
function startOf(pid: number): string {
  return statOf(pid)?.[19] ?? '';
}

/**
 * The fields of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html from the third on: the second is the
 * program's name, which may hold spaces and brackets.
 */
function statOf(pid: number): readonly string[] | undefined {
  const stat = orUndefined(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
