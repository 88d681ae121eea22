import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { killingClaims } from '../store/claims/killing.ts';
import { storeClaims } from '../store/claims.ts';
import { listeningLog, storeOpener } from '../store/places.ts';
import { ask, postgresPlaces } from '../store/postgres-place.ts';

/** Set it to the address of a database whose user may create schemas; without it these tests are skipped. */
const url = process.env['LIQMAP_TEST_POSTGRES'];
const why = url === undefined ? ' (skipped: LIQMAP_TEST_POSTGRES names no database)' : '';
const key = { venue: 'one', symbol: 'ETH' };
const always = { fromMs: 0, toMs: 1e13 };

describe.skipIf(url === undefined)(`a store in PostgreSQL${why}`, () => {
  const newPlace = postgresPlaces(url ?? '');
  storeClaims(newPlace);
  killingClaims(newPlace);
});

describe.skipIf(url === undefined)(`a store whose PostgreSQL goes away${why}`, () => {
  const newPlace = postgresPlaces(url ?? '');
  const open = storeOpener();

  it('says so, loses nothing, and works again by itself', async () => {
    const wire = await cuttableWire(await newPlace());
    const store = await open({ url: wire.url });
    await store.funding.write(key, [{ timeMs: 1, rate: 0.1 }]);
    wire.cut();
    const outage = { name: 'StoreUnavailable', trouble: 'unreachable' };
    await expect(store.funding.write(key, [{ timeMs: 2, rate: 0.1 }])).rejects.toMatchObject(outage);
    await expect(store.check()).rejects.toMatchObject(outage);
    wire.mend();
    await store.funding.write(key, [{ timeMs: 3, rate: 0.1 }]);
    expect((await store.funding.read(key, always)).rows.map(({ timeMs }) => timeMs)).toEqual([1, 3]);
  });

  it('in the middle of a write keeps nothing of it', async () => {
    const wire = await cuttableWire(await newPlace());
    const store = await open({ url: wire.url });
    await store.funding.write(key, [{ timeMs: 1, rate: 0.1 }]);
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ timeMs: 10 + i, rate: 0.1 }));
    const writing = store.funding.write(key, rows);
    wire.cutAfter(300_000);
    await expect(writing).rejects.toMatchObject({ trouble: 'unreachable' });
    wire.mend();
    expect((await store.funding.read(key, always)).rows).toHaveLength(1);
  });

  it('outlives the server ending all its connections', async () => {
    const { url: place } = await newPlace();
    const store = await open({ url: place });
    await Promise.all(Array.from({ length: 5 }, () => store.check()));
    await ask(
      place,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'liqmap' and pid <> pg_backend_pid()",
    );
    await pause(50);
    await store.check();
  });

  it('is waited for at the start', async () => {
    const wire = await cuttableWire(await newPlace());
    wire.cut();
    const { log, lines } = listeningLog();
    const sleep = async () => {
      if (lines.length >= 3) wire.mend();
    };
    const store = await open({ url: wire.url, log, waitMs: 60_000, sleep });
    await store.check();
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(3);
  });

  it('does not hold up the close', async () => {
    const wire = await cuttableWire(await newPlace());
    const store = await openStore({ url: wire.url });
    await store.check();
    wire.cut();
    await store.close();
    await expect(store.check()).rejects.toThrow();
  });
});

it('gives up in time on a server that takes the call and says nothing', async () => {
  const server = createServer(() => undefined);
  const port = await listening(server);
  onTestFinished(() => void server.close());
  await expect(openStore({ url: `postgres://u@127.0.0.1:${port}/x` })).rejects.toMatchObject({
    trouble: 'unreachable',
  });
});

/** A way to the database that can be cut: what goes over it is reset, who comes is turned away. */
async function cuttableWire(place: { readonly url: string }) {
  const address = new URL(place.url);
  const [host, databasePort] = [address.hostname, Number(address.port || 5432)];
  const sockets = new Set<Socket>();
  let isCut = false;
  let bytesLeft = Number.POSITIVE_INFINITY;
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.resetAndDestroy();
    sockets.clear();
  };
  const server = createServer((near) => {
    if (isCut) return near.resetAndDestroy();
    const far = connect(databasePort, host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    near.on('data', (data) => {
      far.write(data);
      bytesLeft -= data.length;
      if (bytesLeft <= 0) cut();
    });
    far.pipe(near);
    return undefined;
  });
  address.hostname = '127.0.0.1';
  address.port = String(await listening(server));
  onTestFinished(() => {
    cut();
    server.close();
  });
  const mend = () => {
    isCut = false;
    bytesLeft = Number.POSITIVE_INFINITY;
  };
  const cutAfter = (bytes: number) => {
    bytesLeft = bytes;
  };
  return { url: address.href, cut, mend, cutAfter };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as { readonly port: number }).port;
}
