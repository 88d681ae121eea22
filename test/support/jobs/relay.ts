import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be shut: what lies behind it seems to be away while it runs on. */
export type Relay = {
  readonly port: number;
  /** Lets everything through again, what was held back too. */
  open(): void;
  /** Cuts every connection and each new one. */
  cut(): void;
  /** Takes connections and what is said on them, and passes nothing on, as when a network swallows everything. */
  hold(): void;
  close(): Promise<void>;
};

/** Listens on the loopback address. */
export async function startRelay(target: { readonly host: string; readonly port: number }): Promise<Relay> {
  let mode: 'open' | 'cut' | 'held' = 'open';
  const pairs = new Set<{ readonly near: Socket; far?: Socket }>();
  const server = createServer((near) => {
    const pair: { readonly near: Socket; far?: Socket } = { near };
    pairs.add(pair);
    near.on('error', () => near.destroy());
    near.on('close', () => {
      pairs.delete(pair);
      pair.far?.destroy();
    });
    near.pause();
    if (mode === 'cut') near.resetAndDestroy();
    if (mode === 'open') join(pair);
  });

  function join(pair: { readonly near: Socket; far?: Socket }): void {
    const far = connect(target);
    pair.far = far;
    far.on('error', () => far.destroy());
    far.on('close', () => pair.near.destroy());
    pair.near.pipe(far);
    far.pipe(pair.near);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    open() {
      mode = 'open';
      for (const pair of pairs) {
        if (pair.far) pair.near.pipe(pair.far).pipe(pair.near);
        else join(pair);
      }
    },
    cut() {
      mode = 'cut';
      for (const { near, far } of pairs) {
        near.resetAndDestroy();
        far?.destroy();
      }
    },
    hold() {
      mode = 'held';
      for (const { near, far } of pairs) {
        if (far) {
          near.unpipe(far);
          far.unpipe(near);
        }
        near.pause();
        far?.pause();
      }
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const { near } of pairs) near.destroy();
      await closed;
    },
  };
}
