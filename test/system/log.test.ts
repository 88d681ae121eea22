import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** As the service does: what nobody hears ends it, and there is a thread, whose stderr is piped into ours. */
const script = `
  import { Worker } from 'node:worker_threads';
  import { createLog } from './src/log.ts';
  const log = createLog({ level: 'info' });
  process.on('uncaughtException', (error) => {
    log.error('a defect', { error });
    process.exit(1);
  });
  const worker = new Worker('setInterval(() => 0, 1000)', { eval: true });
  worker.on('online', () => log.info('here'));
  process.stdin.on('end', () => {
    for (let i = 0; i < 5; i++) log.info('nobody reads this');
    setTimeout(() => process.exit(7), 100);
  });
  process.stdin.resume();
`;

it('a process goes on, and ends, when nobody reads its log any more', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const giveUp = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await once(child.stderr, 'data');
  child.stderr.destroy();
  child.stdin.end();
  const [code] = await once(child, 'exit');
  clearTimeout(giveUp);
  expect(code).toBe(7);
});
