import type { AlertSettings } from '../../../src/alerts/settings.ts';
import type { Destination, Subscription } from '../../../src/store/subscriptions.ts';
import type { AlertStage } from '../alert-stage.ts';

export type Subscribed = Subscription<AlertSettings>;

/**
 * What people want, in turn: the usual, one side, sizes, distances, quiet nights that hold back or take the sound, digests, few
 * messages, silence. Each destination listens to one coin, so that what its budget leaves out has one order.
 */
const wishes: readonly Partial<AlertSettings>[] = [
  {},
  { side: 'long', dailyCap: 4 },
  { side: 'short', kinds: { receipt: 'off' } },
  { distancePct: 1 },
  { distanceAtr: 0.2, dailyCap: 200 },
  { minUsd: 1e6 },
  { minShareOfOi: 0.03, kinds: { approach: 'silent' } },
  { minPercentile: 60 },
  { quiet: { from: 22 * 60, to: 7 * 60, timeZone: 'UTC', weekends: false, during: 'hold' } },
  { quiet: { from: 20 * 60, to: 6 * 60, timeZone: 'UTC', weekends: false, during: 'silent' } },
  { kinds: { digest: 'on' }, digestAt: [8 * 60, 20 * 60] },
  { kinds: { digest: 'silent', approach: 'off' }, digestAt: [12 * 60], dailyCap: 2 },
  { kinds: { touch: 'off' } },
];

/** Subscribes so many places of both platforms, half of them on each, evenly over the coins. */
export async function subscribeCrowd(
  stage: AlertStage,
  { coins, count }: { readonly coins: readonly string[]; readonly count: number },
): Promise<readonly Subscribed[]> {
  const places = [
    ...discordPlaces(stage, Math.ceil(count / 2)),
    ...telegramPlaces(stage, Math.floor(count / 2)),
  ];
  const made: Subscribed[] = [];
  for (const [i, place] of places.entries()) {
    const wish = wishes[Math.floor(i / coins.length) % wishes.length];
    made.push(await stage.subscribe(place, { symbols: [coins[i % coins.length]!], ...wish }));
  }
  return made;
}

function discordPlaces(stage: AlertStage, count: number): readonly Destination[] {
  const names = Array.from({ length: count }, (_, i) => `place-${i}`);
  const server = stage.discord.addServer('many channels', { channels: names });
  return server.channels.map(({ id }) => ({ platform: 'discord', communityId: server.id, chatId: id }));
}

function telegramPlaces({ telegram }: AlertStage, count: number): readonly Destination[] {
  return Array.from({ length: count }, (_, i) => {
    const { id } = telegram.privateChat(telegram.addUser(`place ${i}`));
    return { platform: 'telegram', chatId: `${id}` };
  });
}
