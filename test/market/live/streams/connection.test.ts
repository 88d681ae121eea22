import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { backOffMs } from '../../../../src/market/live/streams/back-off.ts';
import { Connection, type ConnectionOptions } from '../../../../src/market/live/streams/connection.ts';
import { MovedClock, turn } from '../../../support/moved-clock.ts';
import { fakeSockets } from './fake-sockets.ts';

let clock: MovedClock;
let net: ReturnType<typeof fakeSockets>;
let lost: string[];
let opened: number;
beforeEach(() => {
  clock = new MovedClock();
  net = fakeSockets();
  lost = [];
  opened = 0;
});

/** Of a venue whose events are numbers. */
function connect(options: Partial<ConnectionOptions> = {}): Connection {
  return new Connection({
    url: 'wss://venue.test/ws',
    open: net.open,
    clock,
    random: () => 0,
    silenceMs: 30_000,
    signOfLife: 'events',
    opened: () => {
      opened += 1;
    },
    received: (message) => typeof message === 'number',
    lost: (reason) => lost.push(reason),
    ...options,
  });
}

const newest = () => net.sockets.at(-1)!;

describe('a lost connection', () => {
  test('comes back after half a second, with nothing subscribed on it', async () => {
    const connection = connect();
    newest().open();
    newest().drop('closed by the venue (code 1001)');
    expect(connection.status()).toEqual({ isOpen: false, delivers: false, failures: 1, lost: 1 });
    expect(lost).toEqual(['closed by the venue (code 1001)']);
    await clock.advance(499);
    expect(net.sockets).toHaveLength(1);
    await clock.advance(1);
    newest().open();
    expect([net.sockets.length, opened]).toEqual([2, 2]);
    expect(connection.status().isOpen).toBe(true);
  });

  test('is tried later and later, and at once again when it has delivered', async () => {
    const connection = connect();
    const waits: number[] = [];
    for (let failure = 1; failure <= 9; failure += 1) {
      newest().drop();
      const before = net.sockets.length;
      const startMs = clock.steadyMs();
      while (net.sockets.length === before) await clock.advance(250);
      waits.push(clock.steadyMs() - startMs);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    newest().open();
    newest().say(1);
    expect(connection.status()).toMatchObject({ failures: 0, delivers: true, lost: 9 });
    newest().drop();
    await clock.advance(500);
    expect(net.sockets).toHaveLength(11);
  });

  test('that stood for a minute was good, though nothing came', async () => {
    const connection = connect({ silenceMs: 600_000 });
    newest().drop();
    await clock.advance(500);
    newest().open();
    await clock.advance(60_000);
    newest().drop();
    expect(connection.status().failures).toBe(1);
  });

  test('that opens and is dropped at once is not hammered', async () => {
    const connection = connect();
    for (const waitMs of [500, 1000, 2000]) {
      newest().open();
      newest().drop();
      await clock.advance(waitMs);
    }
    expect(connection.status().failures).toBe(3);
    expect(net.sockets).toHaveLength(4);
  });

  test('cannot be opened: that is a failure like any other', async () => {
    net.refuse = true;
    const connection = connect();
    await turn();
    expect(lost).toEqual(['connection refused']);
    net.refuse = false;
    await clock.advance(500);
    newest().open();
    expect(connection.status()).toMatchObject({ isOpen: true, failures: 1 });
  });
});

describe('a silent connection', () => {
  test('is given up after half a minute without an event, whatever else it says', async () => {
    connect();
    newest().open();
    await clock.advance(20_000);
    newest().say(1);
    await clock.advance(20_000);
    newest().say('pong');
    newest().pong();
    expect(lost).toEqual([]);
    await clock.advance(10_000);
    expect(lost).toEqual(['silent for 30 s']);
    expect(newest().isCut).toBe(true);
  });

  test('lives on answered pings where silence is normal', async () => {
    connect({ signOfLife: 'anything' });
    newest().open();
    for (let second = 0; second < 300; second += 20) {
      await clock.advance(20_000);
      if (second % 40 === 0) newest().pong();
      else newest().say('pong');
    }
    expect(lost).toEqual([]);
    await clock.advance(30_000);
    expect(lost).toEqual(['silent for 30 s']);
  });

  test('that never opens is given up too', async () => {
    connect();
    await clock.advance(30_000);
    expect(lost).toEqual(['silent for 30 s']);
    expect(net.sockets[0]!.isCut).toBe(true);
  });

  test('is not taken for one because somebody set the clock', async () => {
    connect();
    newest().open();
    await clock.advance(10_000);
    clock.jump(3_600_000);
    await clock.advance(10_000);
    clock.jump(-7_200_000);
    await clock.advance(9_000);
    expect(lost).toEqual([]);
    expect(net.sockets).toHaveLength(1);
  });
});

test('what a given-up connection still says is not heard', async () => {
  const heard: unknown[] = [];
  const connection = connect({
    received: (message) => {
      heard.push(message);
      return true;
    },
  });
  const first = newest();
  first.open();
  first.drop();
  await clock.advance(500);
  first.say(1);
  first.open();
  first.drop();
  first.pong();
  expect(heard).toEqual([]);
  expect(connection.status()).toMatchObject({ isOpen: false, lost: 1 });
});

test.each(['connecting', 'open', 'waiting'] as const)(
  'closing it while it is %s leaves no timer and no socket, and nothing is heard any more',
  async (state) => {
    const connection = connect();
    if (state !== 'connecting') newest().open();
    if (state === 'waiting') newest().drop();
    const socket = newest();
    await Promise.all([connection.close(), connection.close()]);
    expect(clock.timers).toBe(0);
    expect(socket.isCut).toBe(true);
    const before = lost.length;
    socket.drop();
    await clock.advance(3_600_000);
    expect([net.sockets.length, lost.length]).toEqual([1, before]);
  },
);

test('closing waits for sockets that are still on their way out, or in', async () => {
  let arrive: (() => void) | undefined;
  let leave: (() => void) | undefined;
  const connection = connect({
    open: () =>
      new Promise((resolve) => {
        arrive = () =>
          resolve({
            send: () => undefined,
            close: () =>
              new Promise<void>((gone) => {
                leave = gone;
              }),
          });
      }),
  });
  let isClosed = false;
  const closed = connection.close().then(() => {
    isClosed = true;
  });
  arrive!();
  await turn();
  expect(isClosed).toBe(false);
  leave!();
  await closed;
});

test('waits grow to a minute, and chance takes at most their later half', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (n, random) => {
        const whole = Math.min(60_000, 1000 * 2 ** (n - 1));
        const waitMs = backOffMs(n, random);
        expect(waitMs).toBeGreaterThanOrEqual(whole / 2);
        expect(waitMs).toBeLessThan(whole);
      },
    ),
  );
});
