import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../src/jobs/folder-lock.ts';
import { isAlive, isRunning, ownIdentity } from '../../src/jobs/running-process.ts';

describe('the lock of a folder', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'liqmap-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps a second one out until it is given back, and leaves nothing behind', () => {
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`process ${process.pid}`);
    unlock();
    lockFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process that is gone, also when its number is in use again', () => {
    for (const holder of [
      { pid: 2 ** 22 + 1, started: '' },
      { pid: process.pid, started: '1' },
    ]) {
      writeFileSync(join(folder, 'lock.json'), JSON.stringify(holder));
      lockFolder(folder)();
    }
  });

  it('is taken over when it makes no sense, as after a full disk', () => {
    writeFileSync(join(folder, 'lock.json'), '{"pid":');
    lockFolder(folder)();
  });
});

describe('a process', () => {
  it('is running while it does, and not when it has ended', async () => {
    expect(isRunning(ownIdentity())).toBe(true);
    const child = spawn(process.execPath, ['-e', '']);
    expect(isAlive(child.pid!)).toBe(true);
    await once(child, 'exit');
    expect(isAlive(child.pid!)).toBe(false);
  });
});
