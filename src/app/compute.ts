import { RenderPool } from '../../renderers/render-pool.ts';
import { warmUpChart } from '../../renderers/warm-up.ts';
import { alertSheet } from '../alerts/sheet.ts';
import type { Blobs } from '../blobs.ts';
import { weightsFor } from '../core/weights-for.ts';
import { errorText } from '../errors.ts';
import { storedFragility } from '../fragility-history.ts';
import type { FreshMaps } from '../jobs/fresh-maps.ts';
import { mapHandlers, pictureHandler, viewHandler } from '../jobs/map-handlers.ts';
import { type KeyedMap, listMarketsKind, makeMapKind } from '../jobs/map-kinds.ts';
import { RedisAlertSheets } from '../jobs/redis-alert-sheets.ts';
import { VenueBoard } from '../jobs/venue-board.ts';
import { KeptFolds } from '../kept-folds.ts';
import { isPassing } from '../map-age.ts';
import { createLiveVenues } from '../market/live/index.ts';
import { recordingSource } from '../market/recording/source.ts';
import { storedMeasured } from '../measured-markets.ts';
import { MapService } from '../service.ts';
import { type MarketBoard, sharedMarket } from '../shared-market.ts';
import type { Store } from '../store/store.ts';
import { storedFolds } from '../stored-folds.ts';
import { VenueAlarm } from '../venue-alarm.ts';
import { type AnswerCounts, countedAnswers } from '../venue-answers.ts';
import { ViewService } from '../views.ts';
import { isAlertMap } from './alerts.ts';
import type { CollectedVenue } from './collect.ts';
import type { House } from './house.ts';

/** Nobody waits for a slow venue to the end: some page through their history for minutes, the first time. */
const venueDeadlineMs = 180_000;
/** Maps wait for venues most of the time; what they compute shares one core anyway. */
const concurrency = { compute: 4, render: 2 };

/** The venues with a memory: what they tell is written down, and asked for once. */
export function openVenues(
  house: House,
  store: Store,
  given: readonly CollectedVenue[] | undefined,
): readonly CollectedVenue[] {
  const { config, log, nowMs, life, metrics, queue } = house;
  const refused = new Map<string, number>();
  const live: readonly CollectedVenue[] =
    given ??
    createLiveVenues({
      venues: config.venues,
      apiUrl: config.exchangeApiUrl,
      proxyUrl: config.exchangeProxyUrl,
      nowMs,
      onProblem: (venue, problem) => log.warn('trouble with a stream', { venue, problem }),
      onWait: metrics.requestWaited,
      onRefused: (venue, rows) => refused.set(venue, (refused.get(venue) ?? 0) + rows),
    });
  let closed: Promise<unknown> | undefined;
  const close = () => {
    closed ??= Promise.all(live.map(({ source }) => source.close()));
    return closed;
  };
  // As soon as nobody needs them: what is on its way from them would keep us busy to the end.
  life.onClose('venues', close, () => void queue.windDown().then(close));
  const answers = live.map(({ source }) => ({ venue: source.venue, counts: {} as AnswerCounts }));
  countAnswers(house, { answers, refused });
  return live.map(({ source, streams, positions }, i) => ({
    source: recordingSource(countedAnswers(source, answers[i]!.counts), store, { nowMs, log }),
    ...(streams && { streams }),
    ...(positions && { positions }),
  }));
}

function countAnswers(
  { metrics }: House,
  given: {
    readonly answers: readonly { readonly venue: string; readonly counts: AnswerCounts }[];
    readonly refused: ReadonlyMap<string, number>;
  },
): void {
  metrics.counter('liqmap_venue_answers_total', 'Answers of venues, by what became of them', async () =>
    given.answers.flatMap(({ venue, counts }) =>
      Object.entries(counts).map(([outcome, value]) => ({ labels: { venue, outcome }, value })),
    ),
  );
  metrics.counter('liqmap_venue_refused_rows_total', 'Rows of answers that made no sense', async () =>
    [...given.refused].map(([venue, value]) => ({ labels: { venue }, value })),
  );
}

type ComputeParts = {
  readonly venues: readonly CollectedVenue[];
  readonly store: Store;
  readonly board: MarketBoard;
  readonly blobs: Blobs;
  readonly fresh: FreshMaps;
};

/** Makes maps and draws pictures, for whoever asks on this Redis. */
export function startComputing(house: House, { venues, store, board, blobs, fresh }: ComputeParts): void {
  const { log, nowMs, life, queue, redis } = house;
  const pool = new RenderPool({ threads: 1 });
  life.onClose('render threads', () => pool.close());
  const venueBoard = new VenueBoard(redis);
  const alarm = new VenueAlarm(log);
  const sheets = new RedisAlertSheets({ redis, log });
  const maps = mapService(house, { venues, store, board });
  const remake = (keyed: KeyedMap) => {
    queue
      .add(makeMapKind, keyed, { key: keyed.key })
      .catch((error) => log.debug('a map stays without late venues', { reason: errorText(error) }));
  };
  const handlers = [
    ...mapHandlers({
      maps,
      blobs,
      queue,
      nowMs,
      onWhole: remake,
      onMade: async (keyed, made, before) => {
        alarm.note(made.map);
        // Clusters that shrink because a venue is late, and grow again, are no news.
        const isForAlerts = isAlertMap(keyed, made.map.symbol) && !isPassing(made.map, before?.map);
        await Promise.all([
          venueBoard.note(made.map),
          fresh.made(keyed, made, before),
          ...(isForAlerts ? [sheets.put(alertSheet(made))] : []),
        ]);
      },
    }),
    viewHandler(new ViewService({ gather: maps.gather.bind(maps), weights: weightsFor }), blobs),
    pictureHandler((chart) => pool.draw(chart), blobs),
  ];
  queue.work(handlers, concurrency);
  warmUp(house, pool);
  // Before what the handlers work with is closed.
  life.onClose('queue workers', () => queue.stop());
  fresh.start();
  life.onClose('schedules', () => fresh.stop());
}

/** Makes maps from these venues and from what the store remembers of them. */
function mapService(
  house: House,
  { venues, store, board }: Pick<ComputeParts, 'venues' | 'store' | 'board'>,
): MapService {
  const { log, nowMs } = house;
  const onTrouble = (error: unknown) => log.debug('the board cannot be read', { reason: errorText(error) });
  const sources = venues.map(({ source }) => sharedMarket(source, board, { nowMs, onTrouble }));
  const folds = openFolds(house, store);
  const fragility = storedFragility(store.fragility, (error) =>
    log.warn('fragility is not compared', { reason: errorText(error) }),
  );
  const shown = venues.flatMap(({ source, positions }) => (positions ? [source.venue] : []));
  const measured = storedMeasured(store.measuredPositions, shown, (error) =>
    log.warn('real positions are left out', { reason: errorText(error) }),
  );
  return new MapService({
    ...{ sources, weights: weightsFor, nowMs, venueDeadlineMs, fragility, folds, measured },
  });
}

/** Folds that maps go on from; the oldest of knowledge outlives the process. */
function openFolds({ config, log, nowMs, metrics }: House, store: Store): KeptFolds {
  const shelf = storedFolds(store.checkpoints, (error) =>
    log.debug('a stored fold is done without', { reason: errorText(error) }),
  );
  const folds = new KeptFolds({ mostBytes: config.foldMemoryMb * 1e6, nowMs, shelf });
  metrics.gauge('liqmap_kept_fold_bytes', 'Memory of the folds that maps go on from', async () => [
    { labels: {}, value: folds.bytes },
  ]);
  metrics.counter('liqmap_folds_total', 'Folds of markets into maps, by what they began with', async () =>
    [...folds.begins].flatMap(([venue, { kept, anew }]) => [
      { labels: { venue, began: 'kept' }, value: kept },
      { labels: { venue, began: 'anew' }, value: anew },
    ]),
  );
  return folds;
}

/** What the first who asks would wait for: the venues' lists, and what pictures are drawn with. */
function warmUp({ queue, log }: House, pool: RenderPool): void {
  const isCold = (what: string) => (error: unknown) =>
    log.debug('not warmed up', { what, reason: errorText(error) });
  queue.add(listMarketsKind, {}, { key: 'all' }).catch(isCold('lists of markets'));
  pool.draw(warmUpChart()).catch(isCold('pictures'));
}
