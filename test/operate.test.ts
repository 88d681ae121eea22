import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createMetrics } from '../src/web/metrics.ts';
import { readTree } from './support/imports.ts';
import { readPrometheus } from './support/prometheus.ts';

const top = fileURLToPath(new URL('..', import.meta.url));
const told = new Set(readFileSync(`${top}/docs/operate.md`, 'utf8').match(/\bliqmap_\w+/g));

/** Those that a process registers by itself, and those that parts of the service add by name. */
async function served(): Promise<ReadonlySet<string>> {
  const own = [...readPrometheus(await createMetrics().text()).keys()];
  const added = [...readTree(top, ['src']).values()].flatMap(
    (text) => text.match(/(?<=')liqmap_\w+(?=')/g) ?? [],
  );
  return new Set([...own, ...added]);
}

test('the page for people on call tells of every metric that is served, and of no other', async () => {
  expect([...told].sort()).toEqual([...(await served())].sort());
});
