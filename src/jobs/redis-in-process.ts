import { randomBytes } from 'node:crypto';

export type InProcessRedis = { readonly url: string; stop(): Promise<void> };

/** A Redis written in JavaScript, in this process and its memory alone: nothing to install, nothing kept, slow. */
export async function startInProcessRedis(): Promise<InProcessRedis> {
  // Who has another Redis never loads it.
  const { createRedisServer } = await import('js-redis-server');
  const server = await createRedisServer();
  const password = randomBytes(24).toString('hex');
  // It has the check but no option for it: the port is open to every user of this machine.
  Object.assign(server.state, { requirepass: password });
  return {
    url: `redis://:${password}@127.0.0.1:${server.port}`,
    stop: () => server.close(),
  };
}
