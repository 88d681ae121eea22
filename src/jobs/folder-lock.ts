import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from './running-process.ts';

/**
 * Keeps a second service out of a folder while this process lives; a lock left by a process that was killed is taken
 * over. Returns how to give it back.
 *
 * @throws UserError when somebody else holds it.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = join(folder, 'lock.json');
  const draft = join(folder, `lock-${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(ownIdentity()));
  try {
    // Of many processes that link the same name one succeeds.
    while (!linked(draft, lock)) clearStale(lock, folder);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => rmSync(lock, { force: true });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function clearStale(lock: string, folder: string): void {
  const holder = holderOf(lock);
  if (holder !== undefined && isRunning(holder)) {
    throw new UserError(
      `Liqmap already runs on ${folder} (process ${holder.pid}). Stop it, give this one another DATA_DIR, or let both share a Redis by REDIS_URL.`,
    );
  }
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // It may have been faster by a hair: then what was moved is its new lock, and goes back.
  const moved = holderOf(aside);
  if (moved !== undefined && isRunning(moved)) linked(aside, lock);
  rmSync(aside, { force: true });
}

function holderOf(lock: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(lock, 'utf8')) as ProcessIdentity;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
