import { queueNames } from '../jobs/kind.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { VenueBoard } from '../jobs/venue-board.ts';
import type { HealthCheck } from '../web/health.ts';
import { startWebServer, type WebRoute } from '../web/server.ts';
import { visitorReader } from '../web/visitors.ts';
import type { House } from './house.ts';

/** A venue whose newest data are older is not well. */
const oldDataMs = 20 * 60_000;
const boardPath = '/board';
const aliveKey = 'liqmap:alive';
const aliveMs = 60_000;

export type Watch = {
  readonly url: string;
  add(check: HealthCheck): void;
  /** Takes the place of a route of the same path. */
  route(route: WebRoute): void;
};

type Watched = Pick<
  House,
  'config' | 'log' | 'connections' | 'redis' | 'queue' | 'metrics' | 'life' | 'nowMs'
>;

/** Serves health and metrics from the start on, so that one sees what is being waited for. */
export async function watchHouse(house: Watched): Promise<Watch> {
  const { config, log, redis, queue, metrics, life } = house;
  const board = new VenueBoard(redis);
  const routes = new Map<string, WebRoute>();
  const checks = [...ownChecks(house, board)];
  watchQueueAndVenues(house, board);
  if (config.bullBoardPassword !== undefined) {
    // Only who wants it pays for loading it.
    const { boardRoute } = await import('../web/board.ts');
    const route = boardRoute({ path: boardPath, password: config.bullBoardPassword, queues: queue.queues });
    routes.set(route.path, route);
  }
  const server = await startWebServer({
    host: config.httpHost,
    port: config.httpPort,
    checks,
    metrics,
    routes,
    visitorOf: visitorReader({
      publicUrl: config.publicUrl,
      password: config.webPassword,
      trustedProxies: config.trustedProxies,
      // Whoever guesses waits by a clock that nobody sets.
      nowMs: () => performance.now(),
    }),
    hasPassword: config.webPassword !== undefined,
    log,
  });
  life.onClose('web', () => server.close());
  return {
    url: server.url,
    add: (check) => void checks.push(check),
    route: (route) => void routes.set(route.path, route),
  };
}

function ownChecks({ connections, redis, queue, nowMs }: Watched, board: VenueBoard): readonly HealthCheck[] {
  return [
    {
      part: 'redis',
      read: async () => {
        const { ok, detail, sinceMs } = connections.health();
        // One whose disk is full answers, and takes nothing.
        if (ok) await redis.set(aliveKey, nowMs(), 'PX', aliveMs);
        return { ok, detail, ageMs: nowMs() - sinceMs };
      },
    },
    { part: 'venues', read: async () => venueHealth(board, nowMs()) },
    { part: 'queue', read: async () => queueHealth(queue) },
  ];
}

function watchQueueAndVenues({ metrics, queue, nowMs }: Watched, board: VenueBoard): void {
  metrics.gauge('liqmap_queue_jobs', 'Jobs in the queues, by state', async () => {
    return (await depthsOf(queue)).flatMap(([name, depth]) =>
      Object.entries(depth).map(([state, value]) => ({ labels: { queue: name, state }, value })),
    );
  });
  metrics.gauge('liqmap_venue_data_age_seconds', 'Age of the newest data of a venue', async () => {
    const entries = await board.read();
    return entries.flatMap(({ venue, dataMs }) =>
      dataMs === undefined ? [] : [{ labels: { venue }, value: (nowMs() - dataMs) / 1000 }],
    );
  });
}

async function venueHealth(board: VenueBoard, nowMs: number) {
  const entries = await board.read();
  const fresh = entries.filter(({ dataMs }) => dataMs !== undefined && Math.abs(nowMs - dataMs) < oldDataMs);
  const words = entries.map(({ venue, dataMs, note }) => {
    const age = dataMs === undefined ? 'no data' : `${Math.round((nowMs - dataMs) / 1000)} s old`;
    return `${venue} ${age}${note ? ` (${note})` : ''}`;
  });
  return { ok: entries.length === 0 || fresh.length > 0, detail: words.join(', ') || 'no map was made yet' };
}

async function queueHealth(queue: JobQueue) {
  const words = (await depthsOf(queue)).map(
    ([name, { waiting, active, failed }]) =>
      `${name}: ${waiting} waiting, ${active} active, ${failed} failed`,
  );
  return { ok: true, detail: words.join('; ') };
}

function depthsOf(queue: JobQueue) {
  return Promise.all(queueNames.map(async (name) => [name, await queue.depth(name)] as const));
}
