import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Listing } from '../../../../src/market/live/listing.ts';
import { type Channel, eventsOf, other } from '../../../../src/market/live/streams/channel.ts';
import { SocketPool } from '../../../../src/market/live/streams/socket-pool.ts';
import { MovedClock } from '../../../support/moved-clock.ts';
import { fakeSockets } from './fake-sockets.ts';

/** A venue with two addresses that takes three topics to a request and seven to a socket. */
const channel: Channel<string> = {
  address: ({ id }) => ({ client: 'bybit', url: `wss://venue.test/${id.startsWith('a') ? 'a' : 'b'}` }),
  topic: ({ id }) => `topic.${id}`,
  idOf: ({ id }) => id,
  topicsPerRequest: 3,
  topicsPerSocket: 7,
  request: (op, topics, { number }) => ({ op, topics, number }),
  read: (message) => {
    const { ids, no } = message as { ids?: string[]; no?: string };
    if (no !== undefined) return { kind: 'refused', text: 'no', request: no };
    return ids ? eventsOf(ids.map((id) => ({ id, event: () => id }))) : other;
  },
};

const listing = (id: string) => ({ id }) as Listing;

function openPool() {
  const net = fakeSockets();
  const heard: string[] = [];
  const problems: string[] = [];
  const pool = new SocketPool({
    channel,
    openSocket: () => net.open,
    clock: new MovedClock(),
    random: () => 0,
    silenceMs: 30_000,
    signOfLife: 'events',
    onEvent: (_, event) => heard.push(event),
    onProblem: (problem) => problems.push(problem),
  });
  return { net, heard, problems, pool };
}

/** What a venue has subscribed for a socket after its requests. */
function subscribed(sent: readonly unknown[]): Set<string> {
  const topics = new Set<string>();
  for (const { op, topics: some } of sent as { op: 'subscribe' | 'unsubscribe'; topics: string[] }[]) {
    expect(some.length).toBeLessThanOrEqual(3);
    for (const topic of some) topics[op === 'subscribe' ? 'add' : 'delete'](topic);
  }
  return topics;
}

test('whatever lists follow each other, every market of the last is subscribed once and no other', async () => {
  const ids = fc.uniqueArray(
    fc.tuple(fc.constantFrom('a', 'b'), fc.nat(20)).map(([side, number]) => `${side}${number}`),
    { maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(ids, { minLength: 1, maxLength: 6 }), async (lists) => {
      const { net, pool } = openPool();
      for (const list of lists) {
        pool.watch(list.map(listing));
        for (const socket of net.sockets.filter(({ sent }) => sent.length === 0)) socket.open();
      }
      const open = net.sockets.filter(({ isCut }) => !isCut);
      const topics = open.flatMap(({ url, sent }) => [...subscribed(sent)].map((topic) => `${url} ${topic}`));
      const wanted = lists.at(-1)!.map((id) => `wss://venue.test/${id[0]} topic.${id}`);
      expect(topics.sort()).toEqual(wanted.sort());
      for (const { sent } of open) expect(subscribed(sent).size).toBeLessThanOrEqual(7);
      await pool.close();
      expect(net.sockets.every(({ isCut }) => isCut)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('a request that is refused is asked again topic by topic, once', () => {
  const { net, problems, pool } = openPool();
  pool.watch(['a1', 'a2', 'a3', 'a4'].map(listing));
  const [socket] = net.sockets;
  socket!.open();
  const sent = () => (socket!.sent as { topics: string[] }[]).map(({ topics }) => topics.join());
  expect(sent()).toEqual(['topic.a1,topic.a2,topic.a3', 'topic.a4']);
  for (const no of ['1', '2', '3', '4', '5', '1', '99']) socket!.say({ no });
  expect(sent().slice(2)).toEqual(['topic.a1', 'topic.a2', 'topic.a3']);
  expect(problems).toEqual(Array(7).fill('no'));
});

test('events of markets that were taken off the list are not told', () => {
  const { net, heard, pool } = openPool();
  pool.watch(['a1', 'a2'].map(listing));
  const [socket] = net.sockets;
  socket!.open();
  socket!.say({ ids: ['a1'] });
  pool.watch([listing('a2')]);
  socket!.say({ ids: ['a1'] });
  socket!.say({ ids: ['b1', 'a1', 'a2', 'a3', 'a2'] });
  expect(heard).toEqual(['a1', 'a2', 'a2']);
});
