import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../src/errors.ts';
import { Discord } from '../test/support/discord/discord.ts';
import { type Relayed, startSlowRelay } from '../test/support/exchange/slow-relay.ts';
import { startService } from '../test/support/jobs/process.ts';
import { machine } from './measure.ts';

// The whole service as `npm start` runs it, with an empty data folder, on the loopback exchange behind a relay that
// takes so long for every answer as a venue far away does; the first question ever, and one once it has settled.

const latencyMs = Number(process.argv[2] ?? 60);
const settleMs = 20_000;

async function runBench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'liqmap-cold-'));
  const exchange = spawn(process.execPath, ['--import', 'tsx', 'test/support/exchange/serve.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(exchange.stdout), 'line')) as [string];
  const relay = await startSlowRelay({ target: line.replace('EXCHANGE_API_URL=', ''), latencyMs });
  const discord = await Discord.start({ patienceMs: 90_000 });
  const server = discord.addServer('traders', { channels: ['general'] });
  const channel = server.channels[0]!;
  const ann = discord.person('ann', { servers: [server] });
  const settings = {
    EXCHANGE_API_URL: relay.url,
    DATA_DIR: folder,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
  };
  let startMs = performance.now();
  let service = startService([], settings);
  console.log(`${machine()}; every venue answer ${latencyMs} ms\n`);
  try {
    await discord.until('commands', () => discord.world.commands.length > 0);
    console.log(`- the bot is there after ${Math.round(performance.now() - startMs)} ms`);
    const ask = async (what: string, symbol: string) => {
      const from = performance.now();
      const cpuFrom = cpuMs(service.child.pid!);
      const asked = ann.slash(channel, 'liqmap', { symbol });
      const first = await asked.accepted();
      const answer = await asked.answer();
      const to = performance.now();
      const cpu = cpuMs(service.child.pid!) - cpuFrom;
      const venue = longestVenue(relay.done, { from, to });
      console.log(
        `- ${what}: /liqmap ${symbol} first answer ${Math.round(first)} ms, picture ${Math.round(to - from)} ms (${answer.attachments.length} pictures); venue time ${Math.round(venue.ms)} ms (${venue.host}), own ${Math.round(to - from - venue.ms)} ms, CPU of the service meanwhile ${cpu} ms`,
      );
      console.log(
        answer.content
          .split('\n')
          .map((one) => `    ${one}`)
          .join('\n'),
      );
    };
    // On a machine that is busy otherwise Discord may not have its first answer within 3 s: then there is no other.
    await ask('at once', 'eth').catch((error: unknown) => console.log(`- at once: ${errorText(error)}`));
    await sleep(settleMs);
    await ask('a coin that nobody has asked for yet', 'pepe');
    await ask('the same again', 'pepe');
    await sleep(5_500);
    await ask('a while later', 'eth');
    await service.end('SIGTERM');
    startMs = performance.now();
    service = startService([], settings);
    await service.line('connected');
    console.log(`- started again: the bot is there after ${Math.round(performance.now() - startMs)} ms`);
    await ask('at once after that', 'eth');
    console.log(`- from the start to that picture: ${Math.round(performance.now() - startMs)} ms`);
    for (const { msg, level, ...rest } of service.lines.filter((one) =>
      ['warn', 'error'].includes(String(one['level'])),
    ))
      console.log(level, msg, JSON.stringify(rest).slice(0, 200));
  } finally {
    await service.end('SIGTERM');
    if (process.env['KEEP_LOG']) console.log(service.lines.map((one) => JSON.stringify(one)).join('\n'));
    await Promise.all([relay.close(), discord.stop()]);
    exchange.kill();
    rmSync(folder, { recursive: true });
  }
}

/** User and system time so far of a process on Linux, counted in hundredths of a second. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** The time within a span in which a venue had something to answer, of the venue with the most. */
function longestVenue(
  done: readonly Relayed[],
  { from, to }: { readonly from: number; readonly to: number },
) {
  const hosts = [...new Set(done.map(({ host }) => host))];
  const times = hosts.map((host) => {
    const spans = done
      .filter((one) => one.host === host && one.endMs > from && one.startMs < to)
      .sort((a, b) => a.startMs - b.startMs);
    let [ms, reached] = [0, from];
    for (const { startMs, endMs } of spans) {
      ms += Math.max(0, Math.min(endMs, to) - Math.max(startMs, reached));
      reached = Math.max(reached, Math.min(endMs, to));
    }
    return { host, ms };
  });
  return times.reduce((a, b) => (b.ms > a.ms ? b : a), { host: 'none', ms: 0 });
}

await runBench();
