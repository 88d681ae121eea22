import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertSettingsSchema } from '../alerts/settings.ts';
import { startApp } from '../app.ts';
import type { ChatBackend } from '../chat/adapter.ts';
import { owner } from '../chat/web/conversation.ts';
import { loadConfig, roles } from '../config.ts';
import { pause } from '../deadline.ts';
import { UserError } from '../errors.ts';
import { createLog } from '../log.ts';
import type { SimulatedMarket } from '../market/simulated/market.ts';
import { simulatedStreams } from '../market/simulated/streams.ts';
import { databasePath, openStore } from '../store/store.ts';
import type { Output } from './command.ts';
import { positiveNumber } from './command.ts';
import { newsSteps } from './demo-news.ts';

const symbols = ['ETH', 'BTC', 'SOL'];
/** The coin that there will be news of. */
const [star] = symbols as [string];
const firstPort = 8420;
const portsTried = 50;
const secondMs = 1_000;
/** In which alerts have read a map that was made. */
const mapsReadMs = 8_000;
const notice = 'SIMULATED: every price and position here is made up';

/**
 * Serves everything on the simulated market until it is told to end, with its alerts switched on and, once somebody
 * would be alerted, news that move the price into a cluster: else one might wait for hours. Resolves to the exit code.
 */
export async function serveDemo(
  market: SimulatedMarket,
  { port, output }: { readonly port: string | undefined; readonly output: Output },
): Promise<number> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'liqmap-demo-'));
  const nowMs = clockFrom(market.nowMs());
  await subscribe(dataFolder);
  const app = startApp({
    config: {
      ...loadConfig({}),
      dataFolder,
      symbols,
      httpPort: await freePort(positiveNumber('port', port) ?? firstPort),
    },
    roles,
    log: createLog({ level: 'error' }),
    sources: market.sources,
    streams: market.sources.map((source) => simulatedStreams(source, nowMs)),
    nowMs,
    notice,
  });
  const stopping = new AbortController();
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const living = setInterval(() => market.advance(nowMs()), secondMs);
  try {
    const { webUrl, backend } = await app.started;
    output.out(
      `\nOpen ${webUrl} and try every command. The market lives on; an alert comes within a minute.`,
    );
    output.note('Ctrl-C ends it.');
    const news = tellNews({ market, backend, signal: stopping.signal });
    await told;
    stopping.abort();
    await news;
  } finally {
    clearInterval(living);
    await app.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  }
  output.note('Ended.');
  return 0;
}

/** Switches the alerts of the chat window on before anybody looks for who wants any. */
async function subscribe(dataFolder: string): Promise<void> {
  const store = await openStore({ path: databasePath(dataFolder) });
  const { platform, chatId, userId } = owner;
  const settings = alertSettingsSchema.parse({ symbols });
  await store.subscriptions(alertSettingsSchema).create({ platform, chatId, createdBy: userId, settings });
  await store.close();
}

/** Moves the price into the nearest large cluster, as soon as a map was made and alerts know it. */
async function tellNews(given: {
  readonly market: SimulatedMarket;
  readonly backend: ChatBackend;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { market, backend, signal } = given;
  const { data } = await backend.run('liqmap', { symbol: star, window: '7d' }, owner);
  await pause(mapsReadMs, signal);
  for (const move of newsSteps(data as Parameters<typeof newsSteps>[0])) {
    if (signal.aborted) return;
    market.news(star, move);
    await pause(secondMs, signal);
  }
}

/** Time that began at a moment and goes on at the pace of the world. */
function clockFrom(startMs: number): () => number {
  const startedMs = performance.now();
  return () => startMs + Math.floor(performance.now() - startedMs);
}

/** The first of some ports that nobody else has. @throws UserError if there is none */
async function freePort(first: number): Promise<number> {
  const { httpHost } = loadConfig({});
  for (let port = first; port < first + portsTried; port += 1) if (await isFree(port, httpHost)) return port;
  throw new UserError(
    `All ports from ${first} to ${first + portsTried - 1} are taken. Name another: --port 9000`,
  );
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
