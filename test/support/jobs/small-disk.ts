import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of few megabytes at a path that only processes started through it see; gone with `close`. */
export type SmallDisk = {
  /** Put before a command, makes it see the disk. */
  readonly prefix: readonly string[];
  /** Where the same files lie for this process. */
  readonly outside: string;
  close(): Promise<void>;
};

/** Whether this user may mount: in a namespace of its own, nothing of it is seen elsewhere. */
export function canMount(): boolean {
  try {
    execFileSync(
      'unshare',
      ['-m', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt && command -v nsenter'],
      {
        stdio: 'ignore',
      },
    );
    return true;
  } catch (error) {
    console.warn(`full disks are not tried: ${(error as Error).message.split('\n')[0]}`);
    return false;
  }
}

export async function mountSmallDisk(path: string, megabytes: number): Promise<SmallDisk> {
  mkdirSync(path, { recursive: true });
  const script = 'mount -t tmpfs -o "size=$1m" tmpfs "$0" && echo mounted && exec cat';
  const holder: ChildProcess = spawn('unshare', ['-m', 'sh', '-c', script, path, String(megabytes)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout!, 'data');
  return {
    prefix: ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, `--wd=${process.cwd()}`, '--'],
    outside: join(`/proc/${holder.pid}/root`, path),
    async close() {
      const exit = once(holder, 'exit');
      holder.stdin!.end();
      await exit;
    },
  };
}
