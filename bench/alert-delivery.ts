import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertSettings } from '../src/alert-settings.ts';
import type { Destination, Subscription } from '../src/store/subscriptions.ts';
import { AlertStage } from '../test/support/alert-stage.ts';
import { redisKinds } from '../test/support/jobs/redis.ts';
import { type BenchResult, percentiles } from './measure.ts';

const [alone, crowd] = [50, 1_000];
const posts = /\/channels\/\d+\/messages$/;

type Platform = 'discord' | 'telegram';
type Subscribed = Subscription<AlertSettings>;

/** From an alert in the queue to the request at the platform's door; the service is a process of its own. */
export async function benchAlertDelivery(): Promise<BenchResult> {
  const findings: string[] = [];
  for (const platform of ['discord', 'telegram'] as const) findings.push(...(await delivery(platform)));
  return { timings: [], findings };
}

async function delivery(platform: Platform): Promise<string[]> {
  const stage = await AlertStage.open(redisKinds.at(-1));
  const places = destinations(stage, platform);
  const service = stage.process(platform);
  await service.line('started');
  const subscriptions = await Promise.all(places.map((to) => stage.subscribe(to)));
  const single: number[] = [];
  for (const subscription of subscriptions.slice(0, alone)) {
    single.push(...(await latencies(stage, [subscription])));
  }
  // What has been sent must not count against the limits of what follows.
  await sleep(2_000);
  const startMs = performance.now();
  const many = await latencies(stage, subscriptions);
  const seconds = (performance.now() - startMs) / 1000;
  await service.end('SIGTERM');
  await stage.close();
  return [
    `${platform}, one destination: ${percentiles(single)} from the queue to the platform`,
    `${platform}, ${crowd} destinations at once: ${percentiles(many)}, ${(crowd / seconds).toFixed(1)} messages a second`,
  ];
}

function destinations(stage: AlertStage, platform: Platform): readonly Destination[] {
  const names = Array.from({ length: crowd }, (_, i) => `place-${i}`);
  if (platform === 'telegram') {
    const chats = names.map((name) => stage.telegram.privateChat(stage.telegram.addUser(name)));
    return chats.map(({ id }) => ({ platform, chatId: `${id}` }));
  }
  const server = stage.discord.addServer('many channels', { channels: names });
  return server.channels.map(({ id }) => ({ platform, communityId: server.id, chatId: id }));
}

let count = 0;

/** Milliseconds from its enqueueing to its arrival, of one alert to each. */
async function latencies(stage: AlertStage, to: readonly Subscribed[]): Promise<readonly number[]> {
  const alerts = [];
  for (const subscription of to) {
    count += 1;
    const text = `alert number ${count}`;
    alerts.push({ subscription, text, key: await stage.claim(subscription, text) });
  }
  const sentMs = new Map<string, number>();
  await Promise.all(
    alerts.map(async ({ subscription, key, text }) => {
      sentMs.set(text, performance.timeOrigin + performance.now());
      await stage.enqueue(subscription, key);
    }),
  );
  for (;;) {
    const came = arrivals(stage);
    const missing = alerts.filter(({ text }) => !came.has(text));
    if (missing.length === 0) return alerts.map(({ text }) => came.get(text)! - sentMs.get(text)!);
    await sleep(5);
  }
}

/** When each text came, UTC milliseconds. */
function arrivals({ discord, telegram }: AlertStage): ReadonlyMap<string, number> {
  const onTelegram = telegram
    .callsOf('sendMessage')
    .map(({ given, atMs }) => [String(given['text']), atMs] as const);
  const onDiscord = discord
    .requestsTo('POST', posts)
    .map(
      ({ request, atMs }) =>
        [(request.json as { content: string }).content, performance.timeOrigin + atMs] as const,
    );
  return new Map([...onTelegram, ...onDiscord]);
}
