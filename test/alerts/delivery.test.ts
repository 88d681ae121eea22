import { describe, expect, it } from 'vitest';
import type { AlertChannel, AlertMessage, AlertSent, Departure } from '../../src/alerts/channel.ts';
import { AlertDelivery, DeliverLater } from '../../src/alerts/delivery.ts';
import { type AlertPayload, alertPayloadSchema } from '../../src/alerts/payload.ts';
import { type AlertSettings, alertSettingsSchema } from '../../src/alerts/settings.ts';
import { createLog } from '../../src/log.ts';
import { storeOpener } from '../store/places.ts';

const startMs = 1_000_000;
const group = { platform: 'telegram', communityId: '-100', chatId: '-100' };
const windowMs = 120_000;

/** Does what the test says, and keeps what it was given. */
class ScriptedChannel implements AlertChannel {
  readonly repeatableMs: number;
  readonly sent: AlertMessage[] = [];
  readonly edits: { readonly ref: string; readonly text: string }[] = [];
  /** One a message, then it arrives. */
  readonly script: ((departure: Departure) => Promise<AlertSent>)[] = [];

  constructor(repeatableMs: number) {
    this.repeatableMs = repeatableMs;
  }

  async send(message: AlertMessage, departure: Departure): Promise<AlertSent> {
    const act = this.script.shift();
    if (act) return act(departure);
    await departure.leave();
    this.sent.push(message);
    return { kind: 'sent', messageRef: `m${this.sent.length}` };
  }

  async edit(ref: string, { text }: AlertMessage): Promise<AlertSent> {
    this.edits.push({ ref, text });
    return { kind: 'sent', messageRef: ref };
  }
}

describe('the delivery of alerts', () => {
  const open = storeOpener();

  async function stage({ repeatableMs = 0, settings = {} as Partial<AlertSettings> } = {}) {
    const clock = { nowMs: startMs };
    const nowMs = () => clock.nowMs;
    const store = await open({ path: ':memory:', nowMs });
    const subscriptions = store.subscriptions(alertSettingsSchema);
    const ledger = store.alerts(alertPayloadSchema);
    const { id } = await subscriptions.create({
      ...group,
      settings: alertSettingsSchema.parse({ symbols: ['ETH'], ...settings }),
    });
    const channel = new ScriptedChannel(repeatableMs);
    const dead: string[] = [];
    const pictured: string[] = [];
    const outcomes: string[] = [];
    const delivery = () =>
      new AlertDelivery({
        channel,
        ledger,
        subscriptions,
        pictureOf: async (symbol) => {
          pictured.push(symbol);
          return { fileName: 'm.png', alt: 'a map', draw: async () => Buffer.of() };
        },
        onDead: async ({ chatId }, reason) => {
          dead.push(`${chatId}: ${reason}`);
          await subscriptions.breakChat({ platform: 'telegram', chatId }, reason);
        },
        onDelivered: ({ outcome }) => void outcomes.push(outcome),
        log: createLog({ level: 'error', write: () => undefined }),
        nowMs,
        sleep: async () => undefined,
      });
    const claim = async (key: string, more: Partial<AlertPayload> = {}, stageName = 'approach') => {
      const payload: AlertPayload = {
        kind: 'approach',
        symbol: 'ETH',
        atMs: startMs,
        priceUsd: 2_500,
        text: `alert ${key}`,
        silent: false,
        withPicture: false,
        expiresMs: startMs + 600_000,
        ...more,
      };
      const about = { key, subscriptionId: id, symbol: 'ETH', clusterId: 'c', stage: stageName, payload };
      expect(await ledger.claim(about)).toBe('claimed');
    };
    const stateOf = async (key: string) => (await ledger.find(key))?.state;
    const texts = () => channel.sent.map(({ text }) => text);
    const told = { dead, pictured, outcomes };
    return { clock, subscriptions, ledger, channel, delivery, claim, stateOf, texts, ...told, id };
  }

  it('sends what is claimed once, however often it is asked to', async () => {
    const { delivery, claim, texts, ledger } = await stage();
    await claim('a');
    const one = delivery();
    await Promise.all([one.deliver('a'), one.deliver('a')]);
    await delivery().deliver('a');
    await one.deliver('nobody claimed this');
    expect(texts()).toEqual(['alert a']);
    expect(await ledger.find('a')).toMatchObject({ state: 'sent', messageRef: 'm1' });
  });

  it('keeps the order of the claims, whatever the order of the jobs', async () => {
    const { delivery, claim, texts } = await stage();
    for (const key of ['c', 'a', 'b']) await claim(key);
    const one = delivery();
    await Promise.all(['b', 'a', 'c'].map((key) => one.deliver(key)));
    expect(texts()).toEqual(['alert c', 'alert a', 'alert b']);
  });

  it('sends nothing twice where the platform knows no repetition: what had left when we ended is unknown', async () => {
    const { delivery, claim, ledger, texts, stateOf } = await stage();
    await claim('a');
    await claim('b');
    await ledger.depart('a');
    await delivery().deliver('a');
    expect(texts()).toEqual(['alert b']);
    expect(await ledger.find('a')).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('interrupted'),
    });
    await delivery().deliver('a');
    expect([await stateOf('a'), texts()]).toEqual(['unknown', ['alert b']]);
  });

  it.each([
    [windowMs - 1, 'sent', 1],
    [windowMs, 'unknown', 0],
  ])(
    'where repetitions are recognised, it repeats %i ms after the departure: %s',
    async (laterMs, state, count) => {
      const { delivery, claim, ledger, texts, stateOf, clock } = await stage({ repeatableMs: windowMs });
      await claim('a');
      await ledger.depart('a');
      clock.nowMs += laterMs;
      await delivery().deliver('a');
      expect([await stateOf('a'), texts().length]).toEqual([state, count]);
    },
  );

  it('tries what surely did not arrive again, and lets nothing overtake it', async () => {
    const { delivery, claim, channel, texts, stateOf } = await stage();
    await claim('a');
    await claim('b');
    channel.script.push(async (departure) => {
      await departure.leave();
      await departure.callBack();
      return { kind: 'later', reason: 'unreachable' };
    });
    await expect(delivery().deliver('b')).rejects.toThrow(DeliverLater);
    expect([await stateOf('a'), await stateOf('b'), texts()]).toEqual(['pending', 'pending', []]);
    await delivery().deliver('b');
    expect(texts()).toEqual(['alert a', 'alert b']);
  });

  it('lets two deliveries send an alert once, the other one giving way', async () => {
    const { delivery, claim, channel, texts } = await stage();
    await claim('a');
    let both = 0;
    let meet = (): void => undefined;
    const met = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const act = async (departure: Departure): Promise<AlertSent> => {
      both += 1;
      if (both === 2) meet();
      await met;
      try {
        await departure.leave();
      } catch {
        return { kind: 'later', reason: 'somebody else' };
      }
      channel.sent.push({ text: 'once' } as AlertMessage);
      return { kind: 'sent', messageRef: 'm' };
    };
    channel.script.push(act, act);
    await Promise.allSettled([delivery().deliver('a'), delivery().deliver('a')]);
    expect(texts()).toEqual(['once']);
  });

  it('drops what is worth nothing any more, and what was paused, muted or switched off meanwhile', async () => {
    const { delivery, claim, ledger, subscriptions, texts, clock, outcomes, id } = await stage();
    const reasonOf = async (key: string) => {
      await delivery().deliver(key);
      const row = await ledger.find(key);
      return row?.state === 'dropped' ? row.reason : undefined;
    };
    await claim('late', { expiresMs: startMs + 10 });
    clock.nowMs += 10;
    expect(await reasonOf('late')).toContain('too late');
    const settings = alertSettingsSchema.parse({ symbols: ['ETH'] });
    await claim('muted');
    await subscriptions.changeSettings(id, { ...settings, mutedUntilMs: clock.nowMs + 1 });
    expect(await reasonOf('muted')).toContain('muted');
    await claim('off');
    await subscriptions.changeSettings(id, { ...settings, kinds: { approach: 'off' } });
    expect(await reasonOf('off')).toContain('switched off');
    await claim('paused');
    await subscriptions.setState(id, 'paused', 'asked to');
    expect(await reasonOf('paused')).toBe('asked to');
    expect(texts()).toEqual([]);
    expect(outcomes).toEqual(['too late', 'dropped', 'dropped', 'dropped']);
  });

  it('drops what grew old while it waited for its turn at the platform', async () => {
    const { delivery, claim, channel, clock, ledger } = await stage();
    await claim('a');
    channel.script.push(async (departure) => {
      clock.nowMs += 600_000;
      await expect(departure.leave()).rejects.toThrow('too late');
      return { kind: 'later', reason: 'it is too late' };
    });
    await delivery().deliver('a');
    expect(await ledger.find('a')).toMatchObject({ state: 'dropped' });
  });

  it('holds back until it is time, without holding back others', async () => {
    const { delivery, claim, texts, clock } = await stage();
    await claim('night', { notBeforeMs: startMs + 60_000 });
    await claim('now');
    await delivery().deliver('night');
    expect(texts()).toEqual(['alert now']);
    clock.nowMs += 60_000;
    await delivery().deliver('night');
    expect(texts()).toEqual(['alert now', 'alert night']);
  });

  it('answers the message of an alert, and changes it, but not one that was never sent', async () => {
    const { delivery, claim, channel, ledger } = await stage();
    await claim('first');
    await claim('touch', { kind: 'touch', repliesTo: 'first' });
    await claim('receipt', { kind: 'receipt', edits: 'first', text: 'what came of it' });
    await claim('odd', { kind: 'receipt', edits: 'never claimed' });
    await delivery().deliver('first');
    expect(channel.sent.map(({ replyTo }) => replyTo)).toEqual([undefined, 'm1']);
    expect(channel.edits).toEqual([{ ref: 'm1', text: 'what came of it' }]);
    expect(await ledger.find('receipt')).toMatchObject({ state: 'sent', messageRef: 'm1' });
    expect(await ledger.find('odd')).toMatchObject({ state: 'dropped' });
  });

  it('says once that a destination is dead, and drops what else was on its way there', async () => {
    const { delivery, claim, channel, stateOf, dead, texts, subscriptions, id } = await stage();
    await claim('a');
    await claim('b');
    channel.script.push(async () => ({ kind: 'dead', reason: 'bot was kicked' }));
    await delivery().deliver('a');
    expect(dead).toEqual(['-100: bot was kicked']);
    expect([await stateOf('a'), await stateOf('b'), texts()]).toEqual(['failed', 'dropped', []]);
    expect(await subscriptions.find(id)).toMatchObject({ state: 'broken', reason: 'bot was kicked' });
  });

  it('lets a message that is refused cost only itself', async () => {
    const { delivery, claim, channel, stateOf, texts } = await stage();
    await claim('a');
    await claim('b');
    channel.script.push(async () => ({ kind: 'refused', reason: 'too long' }));
    await delivery().deliver('a');
    expect([await stateOf('a'), texts()]).toEqual(['failed', ['alert b']]);
  });

  it('pings the role that was set, and takes the picture along where one is wanted', async () => {
    const { delivery, claim, channel, pictured } = await stage({ settings: { pingRoleId: '77' } });
    await claim('a', { withPicture: true, silent: true });
    await delivery().deliver('a');
    expect(channel.sent[0]).toMatchObject({ pingRoleId: '77', silent: true, picture: { alt: 'a map' } });
    expect(pictured).toEqual(['ETH']);
  });
});
