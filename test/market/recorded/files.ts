import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll } from 'vitest';

/** A folder of the test file's own, gone when its tests are done; returns a writer of files in it. */
export function temporaryFiles(): (name: string, lines: readonly string[]) => string {
  const folder = mkdtempSync(join(tmpdir(), 'liqmap-recorded-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name, lines) => {
    const path = join(folder, name);
    const text = lines.join('\n');
    writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
    return path;
  };
}
