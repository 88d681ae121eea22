import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alertSettingsSchema } from '../../src/alerts/settings.ts';
import { ChatSettings, settingsSchema } from '../../src/settings.ts';
import { AlertStage } from '../support/alert-stage.ts';
import { until } from '../support/jobs/process.ts';

vi.setConfig({ testTimeout: 40_000 });

let stage: AlertStage;
beforeEach(async () => {
  stage = await AlertStage.open();
});
afterEach(() => stage.close());

const waitMs = 15_000;

describe('a server on Discord', () => {
  const settings = () => new ChatSettings(stage.store.settings(settingsSchema));
  const caller = () => ({
    platform: 'discord' as const,
    userId: '1',
    chatId: stage.channel().id,
    communityId: stage.server.id,
    mayManage: true,
  });

  async function stored() {
    await settings().change(caller(), 'window', '24h');
    return stage.subscribe(stage.inChannel());
  }

  it('that puts the bot out takes its settings and subscriptions with it', async () => {
    await stage.start();
    await stage.discord.until('the gateway', () => stage.discord.world.commands.length > 0);
    const { id } = await stored();
    stage.discord.kick(stage.server);
    const subscriptions = stage.store.subscriptions(alertSettingsSchema);
    await until(async () => (await subscriptions.find(id)) === undefined, waitMs, 'the subscription to go');
    await until(async () => (await settings().of(caller())).window === undefined, waitMs, 'settings to go');
  });

  it('that is only away keeps what is stored of it', async () => {
    await stage.start();
    await stage.discord.until('the gateway', () => stage.discord.world.commands.length > 0);
    const { id } = await stored();
    stage.discord.loseServer(stage.server);
    // Told after it by the same connection, so that by then the loss has been dealt with.
    const gone = stage.channel('alerts');
    const other = await stage.subscribe(stage.inChannel('alerts'));
    stage.discord.deleteChannel(gone.id);
    const subscriptions = stage.store.subscriptions(alertSettingsSchema);
    await until(async () => (await subscriptions.find(other.id))?.state === 'broken', waitMs, 'the news');
    expect((await subscriptions.find(id))?.state).toBe('active');
    expect((await settings().of(caller())).window).toBe('24h');
  });
});

it('a group on Telegram that puts the bot out gets no alerts any more, with the reason', async () => {
  await stage.start();
  await stage.telegram.untilPolled(stage.bot);
  const group = stage.telegram.supergroup();
  const chatId = `${group.id}`;
  const { id } = await stage.subscribe({ platform: 'telegram', communityId: chatId, chatId });
  stage.telegram.setStanding(group, 'kicked', stage.ada);
  const subscriptions = stage.store.subscriptions(alertSettingsSchema);
  await until(
    async () => (await subscriptions.find(id))?.state === 'broken',
    waitMs,
    'the subscription to end',
  );
  expect((await subscriptions.find(id))?.reason).toMatch(/removed or blocked/);
});
