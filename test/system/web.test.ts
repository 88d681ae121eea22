import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { watchHouse } from '../../src/app/watch.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { anyKind, type JobKind, jobHandler } from '../../src/jobs/kind.ts';
import { Lifecycle } from '../../src/lifecycle.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { type RedisBench, startBench } from '../support/jobs/redis.ts';

const password = 'correct horse battery';
const authorization = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;

const echo: JobKind<{ word: string }, string> = {
  name: 'echo',
  queue: 'render',
  payload: z.object({ word: z.string() }),
  result: z.string(),
  attempts: 1,
  backOffMs: 10,
  timeLimitMs: 5_000,
};

describe('the pages of the service', () => {
  let bench: RedisBench;
  let life: Lifecycle;

  beforeAll(async () => {
    bench = await startBench('in-process');
    life = new Lifecycle();
  });
  afterAll(async () => {
    await life.close({ deadlineMs: 5_000 });
    await bench.close();
  });

  async function serve(config: Partial<Config>) {
    const connections = bench.connect();
    const metrics = createMetrics();
    const queue = bench.queue({ kinds: [anyKind(echo)], connections, onReport: metrics.jobEnded });
    queue.work([jobHandler(echo, async ({ word }) => word)], { render: 2 });
    const redis = connections.hasty('test');
    await connections.ready();
    const { url } = await watchHouse({
      config: { ...loadConfig({}), httpPort: 0, ...config },
      log: bench.log,
      nowMs: Date.now,
      life,
      connections,
      redis,
      queue,
      metrics,
    });
    return { url, queue };
  }

  it('hold no board unless there is a password for it', async () => {
    const { url } = await serve({});
    for (const path of ['/board', '/board/', '/board/api/queues']) {
      expect((await fetch(url + path, { headers: { authorization } })).status).toBe(404);
    }
  });

  it('show the board to who knows the password, and to nobody else', async () => {
    const { url, queue } = await serve({ bullBoardPassword: password });
    await queue.request(echo, 'a', { word: 'hello' }, 5_000);
    for (const path of ['/board', '/board/', '/board/api/queues', '/board/static/favicon.ico', '/board/x']) {
      const wrong = { authorization: `Basic ${Buffer.from('me:password').toString('base64')}` };
      for (const headers of [{}, wrong]) {
        const answer = await fetch(url + path, { headers });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toContain('Basic');
        expect(await answer.text()).not.toContain('echo');
      }
    }
    const look = (path: string) => fetch(`${url}/board${path}`, { headers: { authorization } });
    const page = await look('');
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('<base href="/board/" />');
    expect(html).not.toContain('<%');
    for (const [, file] of html.matchAll(/(?:src|href)="(static\/[^"]+)"/g)) {
      expect((await look(`/${file}`)).status).toBe(200);
    }
    expect((await look('/queue/render')).status).toBe(200);
    const queues = await look('/api/queues?activeQueue=render&page=1');
    expect(queues.status).toBe(200);
    const all = (await queues.json()) as {
      queues: { name: string; readOnlyMode: boolean; jobs: unknown[] }[];
    };
    const render = all.queues.find(({ name }) => name === 'render')!;
    expect(render).toMatchObject({ readOnlyMode: true, jobs: [{ name: 'echo', data: { word: 'hello' } }] });
    expect((await look('/static/../../package.json')).status).toBe(404);
    expect((await look('/static/%2e%2e/index.ejs')).status).toBe(404);
    expect((await look('/nowhere')).status).toBe(404);
  });

  it('let nobody change a thing on the board', async () => {
    const { url, queue } = await serve({ bullBoardPassword: password });
    const id = await queue.add(echo, { word: 'kept' }, { delayMs: 60_000 });
    for (const path of [
      `/api/queues/render/${id}/clean`,
      '/api/queues/render/pause',
      '/api/queues/render/add',
    ]) {
      const answer = await fetch(`${url}/board${path}`, { method: 'PUT', headers: { authorization } });
      expect(answer.status).toBe(405);
    }
    expect(await queue.depth('render')).toMatchObject({ delayed: 1 });
  });

  it('never tell the password to the log', () => {
    expect(JSON.stringify(bench.lines)).not.toContain(password);
    expect(JSON.stringify(bench.lines)).not.toContain(authorization.slice(6));
  });
});
