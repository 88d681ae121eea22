import { describe, expect, test } from 'vitest';
import { nonceWindowMs, Outbox, type OutboxDeps } from '../../../src/chat/discord/outbox.ts';
import { ApiError, type ApiRequest } from '../../../src/chat/discord/rest.ts';
import { createLog } from '../../../src/log.ts';
import { mapReply, memoryStore, testCommands } from '../../support/discord/backend.ts';

const channelId = '100000000000000001';
const message = { channelId, reply: { text: 'hello' }, nonce: 'n1' };

/** An outbox on an HTTP interface that does what the test says. */
function outboxOn(asBot: (request: ApiRequest) => Promise<unknown>, more: Partial<OutboxDeps> = {}) {
  const requests: ApiRequest[] = [];
  const refuse = () => Promise.reject(new Error('not expected'));
  const send = (request: ApiRequest) => {
    requests.push(request);
    return asBot(request);
  };
  const outbox = new Outbox({
    rest: { acknowledge: refuse, asInteraction: refuse, asBot: send },
    store: memoryStore(),
    commands: testCommands,
    log: createLog({ level: 'error', write: () => undefined }),
    nowMs: () => 0,
    onDead: () => undefined,
    perSecond: 1_000,
    repeatAfterMs: [0, 0],
    ...more,
  });
  return { outbox, requests };
}

const refusing = (code: number) => () =>
  Promise.reject(new ApiError('refused', `${code}`, { status: 403, code }));
const losing = () => Promise.reject(new ApiError('lost', 'no answer'));

describe('a channel', () => {
  test.each([10003, 10004, 50001, 50007, 50013, 50278])('that answers %i is dead', async (code) => {
    const dead: number[] = [];
    const { outbox, requests } = outboxOn(refusing(code), { onDead: (one) => dead.push(one.code) });
    expect(await outbox.send(message)).toEqual({ dead: code });
    expect(await outbox.send({ ...message, nonce: 'n2' })).toEqual({ dead: code });
    expect(requests).toHaveLength(1);
    expect(dead).toEqual([code]);
  });

  test.each([50035, 40005, 20028])(
    'that answers %i is not, for that is our own fault or will pass',
    async (code) => {
      const { outbox, requests } = outboxOn(refusing(code));
      await expect(outbox.send(message)).rejects.toThrow(ApiError);
      await expect(outbox.send(message)).rejects.toThrow(ApiError);
      expect(requests).toHaveLength(2);
    },
  );
});

describe('a message whose answer gets lost', () => {
  test('is sent again as the very same', async () => {
    const answers = [losing, losing, async () => ({ id: '5' })];
    const { outbox, requests } = outboxOn(() => answers.shift()!());
    expect(await outbox.send(message)).toEqual({ messageId: '5' });
    expect(new Set(requests.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(requests[0]!.body).toMatchObject({ nonce: 'n1', enforce_nonce: true });
  });

  test('is not sent again when Discord may have forgotten its nonce', async () => {
    let nowMs = 0;
    const slow = () => {
      nowMs += nonceWindowMs / 2;
      return losing();
    };
    const { outbox, requests } = outboxOn(slow, { nowMs: () => nowMs, repeatAfterMs: [0, 0, 0, 0] });
    expect(await outbox.send(message)).toEqual({ unknown: 'no answer' });
    expect(requests).toHaveLength(2);
  });
});

describe('a picture', () => {
  test('is drawn once for many channels, and again after it had failed', async () => {
    let draws = 0;
    const { outbox } = outboxOn(async () => ({ id: '5' }));
    const { picture, text } = mapReply({ symbol: 'eth' });
    const draw = async () => {
      draws += 1;
      if (draws === 1) throw new Error('no canvas');
      return Buffer.from('drawn');
    };
    const reply = { text, picture: { ...picture!, draw } };
    const send = (n: number) => outbox.send({ channelId: `10000000000000000${n}`, reply, nonce: `${n}` });
    await expect(send(0)).rejects.toThrow('no canvas');
    await Promise.all([1, 2, 3, 4].map(send));
    expect(draws).toBe(2);
  });
});

describe('what is sent', () => {
  test.each([
    [{ channelId: '1/../users' }],
    [{ channelId: '' }],
    [{ pingRole: 'everyone' }],
    [{ nonce: '' }],
    [{ nonce: 'n'.repeat(26) }],
  ])('is refused with %j', async (wrong) => {
    const { outbox, requests } = outboxOn(async () => ({ id: '5' }));
    await expect(outbox.send({ ...message, ...wrong })).rejects.toThrow(RangeError);
    expect(requests).toEqual([]);
  });

  test('waits for what was sent to the same channel before, and for nothing else', async () => {
    const order: string[] = [];
    const ends = new Map<string, () => void>();
    const { outbox } = outboxOn(({ path, body }) => {
      const name = `${path.at(-10)} ${(body as { content: string }).content}`;
      order.push(name);
      return new Promise((resolve) => ends.set(name, () => resolve({ id: '5' })));
    });
    const send = (channel: number, text: string) =>
      outbox.send({ channelId: `10000000000000000${channel}`, reply: { text }, nonce: text });
    const sends = [send(1, 'a'), send(1, 'b'), send(2, 'c')];
    await expect.poll(() => order).toEqual(['1 a', '2 c']);
    ends.get('1 a')!();
    await expect.poll(() => order).toEqual(['1 a', '2 c', '1 b']);
    for (const end of ends.values()) end();
    await Promise.all(sends);
  });
});
