import fc from 'fast-check';
import { z } from 'zod';
import { alertPayloadSchema } from '../../../src/alerts/payload.ts';
import { alertSettingsSchema } from '../../../src/alerts/settings.ts';
import type { Blobs } from '../../../src/blobs.ts';
import { jobHandler } from '../../../src/jobs/kind.ts';
import { mapHandlers, viewHandler } from '../../../src/jobs/map-handlers.ts';
import { jobKinds } from '../../../src/jobs/map-kinds.ts';
import type { JobQueue } from '../../../src/jobs/queue.ts';
import { settingsSchema } from '../../../src/settings.ts';
import { storedJson } from '../../../src/store/stored-json.ts';
import { FakeMaps, fakeViews, madeMs } from '../../commands/fakes.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { dirtIn } from '../dirt.ts';
import { mutationOf, wireText } from '../mutated.ts';
import { answerOrRefusal } from '../refusal.ts';

const payloads = [
  { key: 'ETH/7d', request: { symbol: 'ETH', window: '7d', venues: ['okx'], range: 0.2 } },
  { key: 'heatmap/ETH/7d', request: { view: 'heatmap', symbol: 'ETH', span: '7d' } },
  { key: 'changes/ETH/24h', request: { view: 'changes', symbol: 'ETH', span: '24h' } },
  { key: 'a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4' },
  { key: 's1/long-3000-abc/0/approach' },
  {},
];

const cluster = {
  id: 'long-3000-abc',
  side: 'long',
  low: 1,
  high: 2,
  peak: 1.5,
  usd: 1e6,
  shareOfOi: 0.1,
  leverage: 20,
};
const alert = {
  kind: 'approach',
  symbol: 'ETH',
  atMs: madeMs,
  priceUsd: 3000,
  cluster,
  text: 'near',
  silent: false,
  withPicture: true,
  expiresMs: madeMs,
};
const subscription = {
  symbols: ['ETH'],
  side: 'both',
  minUsd: 1e6,
  distancePct: 2,
  kinds: { touch: 'silent' },
  dailyCap: 5,
  digestAt: [480],
  quiet: { from: 1, to: 2, timeZone: 'UTC', weekends: false, during: 'hold' },
};
const chosen = { symbols: 'BTC,ETH', window: '7d', theme: 'dark', timezone: 'UTC', units: 'usd' };

const stored = [
  { schema: alertPayloadSchema, example: alert },
  { schema: alertSettingsSchema, example: subscription },
  { schema: settingsSchema, example: chosen },
] as const;

/** What lies in Redis for workers, and in SQL as JSON. */
export const jobs: FuzzArea = {
  name: 'job payloads and stored JSON',
  async open() {
    const handlers = new Map(handlersOf().map((handler) => [handler.kind.name, handler]));
    const job = fc.record({ kind: fc.constantFrom(...jobKinds), payload: mutationOf(payloads) });
    const row = fc
      .constantFrom(...stored)
      .chain(({ schema, example }) =>
        mutationOf([example]).map((value) => ({ schema: schema as z.ZodType, text: wireText(value) })),
      );
    return {
      claims: [
        claim('a payload is refused by its schema, or done', 10_000, job, async ({ kind, payload }) => {
          const parsed = kind.payload.safeParse(JSON.parse(wireText(payload)));
          const handler = handlers.get(kind.name);
          if (!parsed.success) return void z.prettifyError(parsed.error);
          requireFinite(parsed.data);
          if (!handler) return;
          const run = { signal: AbortSignal.timeout(60_000), attempt: 1 };
          const done = await answerOrRefusal(() => handler.run(parsed.data, run));
          if ('answer' in done) kind.result.parse(done.answer);
        }),
        claim(
          'what is stored as JSON is read as its schema has it, or left aside',
          10_000,
          row,
          ({ schema, text }) => {
            const read = storedJson(schema, undefined).read(text, 'a row');
            if (read === undefined) return;
            requireFinite(read);
            const again = storedJson(schema, undefined).read(JSON.stringify(read), 'a row');
            if (JSON.stringify(again) !== JSON.stringify(read))
              throw new Error(`${text} is read otherwise the second time`);
          },
        ),
      ],
    };
  },
};

function handlersOf() {
  const queue = { add: async () => 'id' } as unknown as JobQueue;
  const maps = new FakeMaps();
  const maker = {
    map: (request: Parameters<FakeMaps['map']>[0]) => maps.map(request),
    markets: async () => ({ markets: [], failed: [] }),
  };
  const heat = fakeViews.heatmap('ETH', '7d');
  const changes = fakeViews.changes('ETH', '24h');
  const blobs = forgetful();
  return [
    ...mapHandlers({ maps: maker, blobs, queue, nowMs: () => madeMs, onMade: async () => undefined }),
    viewHandler({ heatmap: () => heat, changes: () => changes }, blobs),
    ...jobKinds
      .filter(({ name }) => name === 'compact-store')
      .map((kind) => jobHandler(kind, async () => ({ merged: 0, deleted: 0 }))),
  ];
}

/** Packing maps takes long; what is packed is tested elsewhere. */
function forgetful(): Blobs {
  return { get: async () => undefined, put: async () => undefined } as Blobs;
}

function requireFinite(value: unknown): void {
  const found = dirtIn(value);
  if (found && / is /.test(found)) throw new Error(found);
}
