import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { liveVenues } from '../../src/market/live/index.ts';
import { startLoopbackExchange } from '../support/exchange/server.ts';
import { smallWorld } from '../support/exchange/small-world.ts';

test('every venue’s stream is heard by a process, which ends by itself when all is closed', async () => {
  const exchange = await startLoopbackExchange({ world: smallWorld({ nowMs: Date.now() }), nowMs: Date.now });
  const push = setInterval(() => exchange.sockets.pushWorld(), 100);
  const script = fileURLToPath(new URL('../support/streams-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, exchange.url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complained = '';
  child.stdout.on('data', (data) => {
    said += data;
  });
  child.stderr.on('data', (data) => {
    complained += data;
  });
  const stuck = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const [code] = await once(child, 'exit');
  clearTimeout(stuck);
  clearInterval(push);
  const connections = exchange.sockets.connections().length;
  await exchange.close();

  expect({ code, complained }).toEqual({ code: 0, complained: '' });
  const lines = said
    .trim()
    .split('\n')
    .map(
      (line) => JSON.parse(line) as { venue?: string; from?: string; isFresh?: boolean; problem?: string },
    );
  const firsts = lines.filter(({ from }) => from !== undefined);
  expect(firsts.map(({ venue }) => venue).sort()).toEqual([...liveVenues].sort());
  expect(firsts.every(({ from, isFresh }) => from === 'stream' && isFresh)).toBe(true);
  expect(lines.filter(({ problem }) => problem !== undefined)).toEqual([]);
  expect(lines.at(-1)).toEqual({ closed: true });
  expect(connections).toBe(0);
});
