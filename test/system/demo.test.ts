import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort, until } from '../support/jobs/process.ts';
import { temporaryFolder } from '../support/jobs/redis.ts';
import { Browsing, chromiumPath } from '../support/web/browser.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readmePicture = join(root, 'docs/images/demo-eth.png');
const chromium = chromiumPath();

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm run demo` with a folder of its own for what it needs for a while. */
function startDemo(...args: string[]) {
  const picture = join(folder, 'eth.png');
  const words = ['--import', 'tsx', 'src/cli.ts', 'demo', '--out', picture, ...args];
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: folder };
  const child = spawn(process.execPath, words, { cwd: root, env });
  const told = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      told.text += text;
    });
  }
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  return { child, told, exit, picture };
}

it('with --once the demo draws the picture of the README and ends', async () => {
  const { exit, picture } = startDemo('--once');
  expect(await exit).toBe(0);
  expect(readFileSync(picture).equals(readFileSync(readmePicture))).toBe(true);
});

it('the demo serves everything on the next free port, brings an alert within a minute and ends when told to', async () => {
  const port = await freePort();
  const taken = createServer().listen(port, '127.0.0.1');
  await once(taken, 'listening');
  const { child, told, exit } = startDemo('--port', `${port}`);
  try {
    await until(() => told.text.includes('Open http'), 60_000, 'its address');
    const upMs = performance.now();
    const url = /Open (http:\/\/127\.0\.0\.1:(\d+))/.exec(told.text)!;
    expect(Number(url[2])).toBeGreaterThan(port);
    expect(await (await fetch(url[1]!)).text()).toContain('SIMULATED');
    const events = await fetch(`${url[1]}/chat/events`);
    const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    while (!heard.includes('event: alert')) heard += (await reader.read()).value ?? '';
    await reader.cancel();
    expect(performance.now() - upMs).toBeLessThan(60_000);
    expect(heard).toMatch(/ETH is close to .* that would be liquidated/);
    expect(heard).toContain('simulated data');
    if (chromium !== undefined) await look(chromium, url[1]!);
  } finally {
    child.kill('SIGINT');
    taken.close();
  }
  expect(await exit).toBe(0);
  expect(told.text).toContain('Ended.');
  expect(readdirSync(folder).filter((name) => name.startsWith('liqmap-demo'))).toEqual([]);
});

async function look(path: string, url: string): Promise<void> {
  const browsing = await Browsing.open(path);
  const page = await browsing.visit(url, { colorScheme: 'dark' });
  await page.locator('article.alert img').first().waitFor();
  await page.getByText('SIMULATED: every price').waitFor();
  await browsing.shoot(page, 'demo');
  await browsing.close();
  expect(browsing.complaints).toEqual([]);
}
