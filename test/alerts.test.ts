import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from './store/places.ts';
import { AlertWorld, clusterOf, hourMs, liquidation, minuteMs } from './support/alerts/house.ts';

const folder = temporaryFolder();
let files = 0;
const worlds: AlertWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(({ store }) => store.close()));
});

async function open(options: { readonly path?: string; readonly symbols?: readonly string[] } = {}) {
  const world = await AlertWorld.open({ path: join(folder, `${++files}.db`), ...options });
  worlds.push(world);
  return world;
}

async function restarted(world: AlertWorld, path: string): Promise<AlertWorld> {
  worlds.splice(worlds.indexOf(world), 1);
  const next = await AlertWorld.after(world, { path });
  worlds.push(next);
  return next;
}

describe('the engine of alerts', () => {
  it('tells an approach, answers it with the touch, and edits that one twice with what came of it', async () => {
    const world = await open();
    const id = await world.subscribe();
    await world.map([clusterOf()]);
    await world.price(65_000, 61_500, 60_700);
    await world.price(60_400, 59_990);
    world.liquidations = [
      liquidation({ timeMs: world.nowMs - 10 * hourMs, usd: 1_440_000 }),
      liquidation({ timeMs: world.nowMs + minuteMs, usd: 9e6 }),
      liquidation({ timeMs: world.nowMs + minuteMs, price: 64_000, usd: 7e6 }),
      liquidation({ timeMs: world.nowMs + 40 * minuteMs, usd: 1e6 }),
    ];
    await world.price(59_200, 59_800);
    await world.pass(16 * minuteMs);
    await world.price(60_100);
    await world.pass(45 * minuteMs);
    const [approach, touch, first, second] = await world.ledger(id);
    expect(await world.told(id)).toEqual(['approach', 'touch', 'receipt15', 'receipt60']);
    expect(approach!.payload).toMatchObject({ withPicture: true, silent: false, priceUsd: 60_700 });
    expect(approach!.payload.text).toContain(
      'Why: within 0.35 ATR (average daily range); 5 % of open interest',
    );
    expect(touch!.payload).toMatchObject({ repliesTo: approach!.key, withPicture: false });
    expect(first!.payload).toMatchObject({ edits: touch!.key });
    expect(second!.payload).toMatchObject({ edits: touch!.key });
    expect(second!.payload.text).toBe(
      [
        'BTC has reached $400M of longs that would be liquidated',
        'At $59,990, 2 s after the first alert. Band $59,000 to $60,000, mostly 11x',
        'Why: price is in the band; 5 % of open interest',
        'After 15 min: $9M of longs seen liquidated of $400M modelled, up to 9000 times a normal minute; price $59,800 (from $59,200 to $59,990)',
        'After 60 min: $10M of longs seen liquidated of $400M modelled, up to 9000 times a normal minute; price $60,100 (from $59,200 to $60,100)',
        'Model estimate, map 5 s old, 06:00 UTC',
      ].join('\n'),
    );
    expect(world.delivered).toEqual([approach, touch, first, second].map((alert) => alert!.key));
    expect(world.logged).toEqual([]);
  });

  it('says that liquidations were not observed where no feed showed them', async () => {
    const world = await open();
    const id = await world.subscribe();
    world.isWatched = false;
    await world.map([clusterOf()]);
    await world.price(65_000, 60_700, 59_900);
    await world.pass(16 * minuteMs);
    const receipt = (await world.ledger(id)).at(-1)!;
    expect(receipt.stage).toBe('receipt15');
    expect(receipt.payload.text).toContain('After 15 min: liquidations not observed; price $59,900');
  });

  it('is not told twice of a cluster that price trembles around, also one that drifts', async () => {
    const world = await open();
    const id = await world.subscribe();
    for (let step = 0; step < 5; step++) {
      const high = 60_000 + 50 * step;
      await world.map([clusterOf({ high, id: `drifted-${step}` })]);
      await world.price(61_500, 60_700, 61_300, 60_600);
      world.nowMs += minuteMs;
    }
    expect(await world.told(id)).toEqual(['approach']);
  });

  it('tells again after price has left the outer band, but only once the cluster has cooled down', async () => {
    const world = await open();
    const id = await world.subscribe();
    const comeNear = async () => {
      await world.map([clusterOf()]);
      await world.price(65_000, 60_700);
    };
    await comeNear();
    world.nowMs += hourMs;
    await comeNear();
    expect(await world.told(id)).toEqual(['approach']);
    world.nowMs += 4 * hourMs;
    await comeNear();
    expect(await world.told(id)).toEqual(['approach', 'approach']);
  });

  it('tells again of a cluster that went on ahead of the price, once it is a level of its own', async () => {
    const world = await open();
    const id = await world.subscribe();
    for (let step = 0; step <= 13; step++) {
      const high = 60_000 - 300 * step;
      await world.map([clusterOf({ low: high - 1_000, high, peak: high - 500 })], {
        priceUsd: step === 0 ? 65_000 : high + 700,
      });
      await world.price(high + 700);
      world.nowMs += hourMs;
    }
    const texts = (await world.ledger(id)).map(({ stage, payload }) => `${stage} ${payload.cluster?.high}`);
    expect(texts).toEqual(['approach 60000', 'approach 58200', 'approach 56400']);
  });

  it('tells of a cluster that price was near from the beginning, once it has gone on ahead', async () => {
    const world = await open();
    const id = await world.subscribe();
    for (let step = 0; step <= 7; step++) {
      const high = 60_000 - 300 * step;
      await world.map([clusterOf({ low: high - 1_000, high, peak: high - 500 })], { priceUsd: high + 700 });
      await world.price(high + 700);
      world.nowMs += hourMs;
    }
    const texts = (await world.ledger(id)).map(({ stage, payload }) => `${stage} ${payload.cluster?.high}`);
    expect(texts).toEqual(['approach 59100']);
  });

  it('tells of the touch where it said the band begins, though maps are made anew as price eats its way in', async () => {
    const world = await open();
    const id = await world.subscribe();
    await world.map([clusterOf()]);
    await world.price(65_000);
    for (const priceUsd of [60_800, 60_400, 60_150, 60_050, 59_950]) {
      await world.price(priceUsd);
      world.nowMs += minuteMs;
      // The map begins a little below the price, whatever there was.
      const high = Math.min(60_000, priceUsd * 0.997);
      await world.map([clusterOf({ high, id: `made-${world.nowMs}` })], { priceUsd });
    }
    const alerts = await world.ledger(id);
    expect(alerts.map(({ stage, payload }) => [stage, payload.priceUsd, payload.cluster?.high])).toEqual([
      ['approach', 60_800, 60_000],
      ['touch', 59_950, 60_000],
    ]);
    expect(alerts[1]!.payload.repliesTo).toBe(alerts[0]!.key);
  });

  it('answers an approach once: a later touch of another time stands for itself', async () => {
    const world = await open();
    const id = await world.subscribe();
    await world.map([clusterOf()]);
    await world.price(65_000, 60_700, 59_900, 65_000);
    world.nowMs += 5 * hourMs;
    await world.map([clusterOf()]);
    await world.price(65_001, 59_900);
    const answers = (await world.ledger(id)).map(({ stage, payload }) => [
      stage,
      payload.repliesTo !== undefined,
    ]);
    expect(answers).toEqual([
      ['approach', false],
      ['touch', true],
      ['touch', false],
    ]);
  });

  it('spares nobody a repetition of what nobody was told: who subscribes later hears of the next time', async () => {
    const world = await open();
    await world.map([clusterOf()]);
    await world.price(65_000, 60_700, 65_000);
    world.nowMs += 30 * minuteMs;
    await world.map([clusterOf()]);
    const id = await world.subscribe();
    await world.price(60_700, 65_000);
    world.nowMs += 30 * minuteMs;
    await world.map([clusterOf()]);
    await world.price(60_700);
    expect(await world.told(id)).toEqual(['approach']);
  });

  it('counts prices, what they came to, and what was not told of it, by the reason', async () => {
    const world = await open();
    const id = await world.subscribe();
    await world.subscribe({ mutedUntilMs: world.nowMs + hourMs }, 'c2');
    await world.map([clusterOf()]);
    await world.price(65_000, 60_700, 65_000);
    await world.map([clusterOf()], { unknownAgeShare: 0.9 });
    await world.price(60_700, 59_900);
    expect(await world.told(id)).toEqual(['approach']);
    expect(world.counts.ticks).toBe(5);
    expect(world.counts.fired).toEqual({ approach: 2, touch: 1, frozen: 1 });
    expect(world.counts.untold).toEqual({ 'muted by people': 1, 'unknown age': 2 });
    // Near and touch of one cluster, and the band across the price, which price has not come to.
    expect(world.engine.triggers).toBe(3);
  });

  it('tells nothing again after a restart, and finds what it missed meanwhile', async () => {
    const path = join(folder, 'restart.db');
    const world = await open({ path });
    const id = await world.subscribe();
    await world.map([clusterOf()]);
    await world.price(65_000, 60_700);
    const second = await restarted(world, path);
    await second.engine.sweep();
    await second.map([clusterOf()], { priceUsd: 59_950 });
    await second.price(59_951);
    expect(await second.told(id)).toEqual(['approach', 'touch']);
    const third = await restarted(second, path);
    await third.pass(16 * minuteMs);
    await third.map([clusterOf()], { priceUsd: 59_950 });
    await third.price(59_951);
    await third.pass(minuteMs);
    expect(await third.told(id)).toEqual(['approach', 'touch', 'receipt15']);
  });

  it('takes up again what an interruption cut off, without a second message', async () => {
    const path = join(folder, 'interrupted.db');
    const world = await open({ path });
    const [one, two] = [await world.subscribe({}, 'c1'), await world.subscribe({}, 'c2')];
    await world.map([clusterOf()]);
    const before = await world.store.armings.of('BTC');
    await world.price(65_000, 60_700);
    // As if it had ended before the firing itself was written down.
    await world.store.armings.put(before);
    const next = await restarted(world, path);
    await next.engine.sweep();
    await next.map([clusterOf()], { priceUsd: 60_700 });
    await next.price(60_701);
    expect(await next.told(one)).toEqual(['approach']);
    expect(await next.told(two)).toEqual(['approach']);
  });

  it('tries again while the store is away, and tells nobody twice for it', async () => {
    const world = await open();
    const id = await world.subscribe();
    await world.map([clusterOf()]);
    world.failures = 3;
    await world.price(65_000, 60_700);
    expect(await world.told(id)).toEqual(['approach']);
    expect(world.logged).toHaveLength(3);
    const stored = (await world.store.armings.of('BTC')).find(({ name }) => name === '0.35atr');
    expect(stored).toMatchObject({ armed: false, firedMs: expect.any(Number) });
  });

  it('does not take a cluster for gone that others have outgrown', async () => {
    const world = await open();
    const id = await world.subscribe({ kinds: { dissolved: 'on' } });
    const others = [1, 2, 3].map((rank) =>
      clusterOf({ id: `c${rank}`, low: 50_000 + rank * 1_000, high: 50_900 + rank * 1_000, rank }),
    );
    await world.map([clusterOf()]);
    for (let minutes = 0; minutes < 40; minutes += 10) {
      world.nowMs += 10 * minuteMs;
      await world.price(65_000 + minutes);
      await world.map([...others, clusterOf({ rank: 4 })]);
    }
    await world.price(60_700);
    expect(await world.told(id)).toEqual([]);
    expect(await world.store.largeClusters.since(0)).toHaveLength(4);
    expect((await world.store.largeClusters.standing('BTC')).map(({ id: cluster }) => cluster)).toContain(
      'long-1',
    );
  });

  it('hears those who call another distance near, each at theirs', async () => {
    const world = await open();
    const [far, near, usual] = [
      await world.subscribe({ distancePct: 5 }, 'c1'),
      await world.subscribe({ distanceAtr: 0.05 }, 'c2'),
      await world.subscribe({}, 'c3'),
    ];
    await world.map([clusterOf()]);
    await world.price(65_000, 63_000);
    expect([await world.told(far), await world.told(usual), await world.told(near)]).toEqual([
      ['approach'],
      [],
      [],
    ]);
    await world.price(60_800);
    expect([await world.told(usual), await world.told(near)]).toEqual([['approach'], []]);
    await world.price(60_100);
    expect(await world.told(near)).toEqual(['approach']);
  });

  it('takes a subscription that comes while the engine runs', async () => {
    const world = await open();
    await world.map([clusterOf()]);
    await world.price(65_000);
    const id = await world.subscribe({ distancePct: 3 });
    await world.price(61_500);
    expect(await world.told(id)).toEqual(['approach']);
  });

  it('goes by the map that came before anybody was known to listen', async () => {
    const world = await open({ symbols: [] });
    await world.map([clusterOf()]);
    const id = await world.subscribe();
    await world.engine.readSheets();
    await world.engine.settled();
    await world.price(65_000, 60_700);
    expect(await world.told(id)).toEqual(['approach']);
  });

  it('keeps to the side, size and cluster that are asked for', async () => {
    const world = await open();
    const ids = [
      await world.subscribe({ side: 'short' }, 'c1'),
      await world.subscribe({ minUsd: 5e8 }, 'c2'),
      await world.subscribe({ clusterId: 'long-2' }, 'c3'),
      await world.subscribe({ clusterId: 'long-1', minUsd: 5e8 }, 'c4'),
    ];
    await world.map([clusterOf()]);
    await world.price(65_000, 60_700);
    expect(await Promise.all(ids.map((id) => world.told(id)))).toEqual([[], [], [], ['approach']]);
  });

  it('says one thing when price leaps over the whole way, and that in silence where touches are silent', async () => {
    const world = await open();
    const id = await world.subscribe({ kinds: { touch: 'silent' } });
    await world.map([clusterOf()]);
    await world.price(65_000, 59_500);
    const [touch] = await world.ledger(id);
    expect(await world.told(id)).toEqual(['touch']);
    expect(touch!.payload).toMatchObject({ silent: true, priceUsd: 59_500 });
    expect(touch!.payload).not.toHaveProperty('repliesTo');
    expect((await world.stages()).map(({ stage }) => stage).sort()).toEqual([
      'approach',
      'case',
      'reached',
      'touch',
    ]);
  });

  it('leaves out what goes beyond a burst, and tells how much in one line when it is over', async () => {
    const world = await open();
    const id = await world.subscribe();
    const clusters = [60_000, 59_000, 58_000, 57_000, 56_000].map((high, i) =>
      clusterOf({ id: `c${i}`, low: high - 200, high, peak: high - 100, rank: i < 3 ? i + 1 : 3 }),
    );
    await world.map(clusters);
    await world.price(65_000, 55_900);
    expect(await world.told(id)).toEqual(['touch', 'touch', 'touch', '(touch)', '(touch)']);
    expect((await world.ledger(id)).map(({ payload }) => payload.withPicture)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    for (let minutes = 0; minutes < 26 * 60; minutes += 10) await world.pass(10 * minuteMs);
    const digests = (await world.ledger(id)).filter(({ stage }) => stage === 'left-out');
    expect(digests).toHaveLength(1);
    expect(digests[0]!.payload.text).toBe(
      '2 more alerts were left out: BTC 2 touch\nWhy: more than three in ten minutes, 06:00 UTC to 06:10 UTC',
    );
  });

  it('holds alerts back while it is quiet, or sends them without a sound', async () => {
    const world = await open();
    const quiet = { from: 5 * 60, to: 8 * 60, timeZone: 'UTC', weekends: false } as const;
    const held = await world.subscribe({ quiet: { ...quiet, during: 'hold' } }, 'c1');
    const silent = await world.subscribe({ quiet: { ...quiet, during: 'silent' } }, 'c2');
    await world.map([clusterOf()]);
    await world.price(65_000, 60_700, 59_900);
    await world.pass(16 * minuteMs);
    const endMs = Date.UTC(2026, 1, 4, 8);
    expect((await world.ledger(held)).map(({ stage, payload }) => [stage, payload.notBeforeMs])).toEqual([
      ['approach', endMs],
      ['touch', endMs],
      ['receipt15', endMs],
    ]);
    expect((await world.ledger(silent)).map(({ payload }) => [payload.silent, payload.notBeforeMs])).toEqual([
      [true, undefined],
      [true, undefined],
      [true, undefined],
    ]);
    expect((await world.ledger(held))[0]!.payload.expiresMs).toBeGreaterThan(endMs);
  });

  it('tells nobody who is muted, or has switched the kind off', async () => {
    const world = await open();
    const muted = await world.subscribe({ mutedUntilMs: world.nowMs + hourMs }, 'c1');
    const off = await world.subscribe({ kinds: { approach: 'off' } }, 'c2');
    await world.map([clusterOf()]);
    await world.price(65_000, 60_700, 59_900);
    expect(await world.told(muted)).toEqual([]);
    expect(await world.told(off)).toEqual(['touch']);
  });

  it('is blocked by an old map, few venues or much of unknown age, says so, and keeps the ledger all the same', async () => {
    const world = await open();
    const id = await world.subscribe();
    await world.map([clusterOf()], { unknownAgeShare: 0.9 });
    await world.price(65_000, 60_700);
    await world.pass(1_000);
    expect(world.status).toMatchObject({
      subscriptions: 1,
      coins: [{ symbol: 'BTC', clusters: 1, verdict: 'unproven', blocked: ['unknown age'] }],
    });
    expect(await world.told(id)).toEqual([]);
    expect((await world.stages()).map(({ stage, alerts }) => [stage, alerts])).toContainEqual([
      'approach',
      0,
    ]);
    await world.pass(21 * minuteMs);
    expect(world.status?.coins[0]?.blocked).toEqual(['old map', 'unknown age', 'old price']);
  });

  it('tells what grew fast, what is gone and which side outweighs, to those who want to know', async () => {
    const world = await open();
    const kinds = { built: 'on', dissolved: 'on', flip: 'on' } as const;
    const [id, usual] = [await world.subscribe({ kinds }, 'c1'), await world.subscribe({}, 'c2')];
    await world.map([clusterOf()]);
    await world.price(65_000);
    world.nowMs += 15 * minuteMs;
    await world.price(65_001);
    await world.map([clusterOf({ usd: 9e8, shareOfOi: 0.1 })], { nearLongUsd: 9e8 });
    world.nowMs += 5 * minuteMs;
    await world.price(65_002);
    await world.map([], { nearShortUsd: 9e8 });
    world.nowMs += 16 * minuteMs;
    await world.price(65_003);
    await world.map([], { nearShortUsd: 9e8 });
    expect(await world.told(id)).toEqual(['built', 'flip', 'dissolved']);
    expect(await world.told(usual)).toEqual([]);
    const texts = (await world.ledger(id)).map(({ payload }) => payload.text.split('\n')[0]);
    expect(texts).toEqual([
      'BTC: a cluster of longs has grown to $900M',
      'BTC: more shorts than longs are now at risk nearby',
      'BTC: the cluster of $900M of longs at $59,000 to $60,000 is gone',
    ]);
  });

  it('tells a burst of liquidations once, to who asked for it', async () => {
    const world = await open();
    const id = await world.subscribe({ kinds: { burst: 'silent' } });
    const unasked = await world.subscribe({}, 'c2');
    await world.map([clusterOf()]);
    await world.price(65_000);
    world.liquidations = [
      liquidation({ timeMs: world.nowMs - 5 * hourMs, usd: 1_440_000 }),
      liquidation({ timeMs: world.nowMs, usd: 4e6, liquidatedSide: 'short' }),
    ];
    await world.pass(30_000);
    await world.pass(15_000);
    const [burst] = await world.ledger(id);
    expect(await world.told(id)).toEqual(['burst']);
    expect(burst!.payload.silent).toBe(true);
    expect(await world.told(unasked)).toEqual([]);
    expect(burst!.payload.text).toContain('BTC: $4M liquidated within a minute, 100 % of it shorts');
  });

  it('tells a digest at its time, once', async () => {
    const world = await open();
    const id = await world.subscribe({ kinds: { digest: 'on' }, digestAt: [6 * 60 + 30] });
    await world.map([clusterOf(), clusterOf({ side: 'short', usd: 3e8 })]);
    await world.pass(29 * minuteMs);
    expect(await world.told(id)).toEqual([]);
    await world.pass(2 * minuteMs);
    await world.pass(minuteMs);
    expect(await world.told(id)).toEqual(['digest']);
    expect((await world.ledger(id))[0]!.payload.text.split('\n')[1]).toBe(
      'BTC $65,000: $400M longs 7.7 % below; $300M shorts 7.7 % above',
    );
  });

  it('writes down every large cluster and its end', async () => {
    const world = await open();
    await world.map([clusterOf()]);
    world.nowMs += 5 * minuteMs;
    await world.map([clusterOf({ usd: 5e8, low: 58_900 })]);
    expect(await world.store.largeClusters.standing('BTC')).toMatchObject([
      { id: 'long-1', mostUsd: 5e8, low: 58_900 },
    ]);
    world.nowMs += 20 * minuteMs;
    await world.map([]);
    expect(await world.store.largeClusters.since(0)).toMatchObject([
      { id: 'long-1', ended: { ending: 'gone' } },
    ]);
  });
});
