import { join } from 'node:path';
import type { z } from 'zod';
import { pause } from '../deadline.ts';
import type { Log } from '../log.ts';
import { type AlertLedger, alertLedger } from './alert-ledger.ts';
import { type Armings, armings } from './armings.ts';
import { type BookCheckpoints, bookCheckpoints } from './book-checkpoints.ts';
import { type CandleRecords, candleRecords } from './candles.ts';
import { type ForgetReport, forget, leaveCommunity, moveChat } from './chats.ts';
import { type ClusterStages, clusterStageRecords } from './cluster-stages.ts';
import { type CompactionOptions, type CompactionReport, compact } from './compaction.ts';
import { connectDatabase, type Database, sql } from './database.ts';
import type { SqlEngine } from './engine.ts';
import { type FragilityRecords, fragilityRecords } from './fragility.ts';
import { type FundingRecords, fundingRecords } from './funding.ts';
import { type InstallationNotes, installationNotes } from './installation.ts';
import { type LargeClusters, largeClusters } from './large-clusters.ts';
import { type LiquidationRecords, liquidationRecords } from './liquidations.ts';
import { type MeasuredPositions, measuredPositions } from './measured-positions.ts';
import { migrate } from './migrate.ts';
import { type OpenInterestRecords, openInterestRecords } from './open-interest.ts';
import { type PageRecords, pageRecords } from './pages.ts';
import { openPostgres } from './postgres-engine.ts';
import { type SettingsRecords, settingsRecords } from './settings.ts';
import { openSqlite } from './sqlite-engine.ts';
import { StoreUnavailable } from './store-error.ts';
import { storedJson } from './stored-json.ts';
import { type Subscriptions, subscriptions } from './subscriptions.ts';
import { type SweepList, sweepList } from './sweep-list.ts';
import { WriteAlarm } from './write-alarm.ts';

/**
 * What must not be lost, in an SQLite file or PostgreSQL. Every method rejects with `StoreUnavailable` when the store
 * cannot do it; what was asked for then has not happened at all, unless it was lost on the way of its confirmation.
 */
export interface Store {
  readonly kind: SqlEngine['kind'];
  /** For messages: "SQLite file data/liqmap.db". */
  readonly name: string;
  readonly candles: CandleRecords;
  readonly openInterest: OpenInterestRecords;
  readonly funding: FundingRecords;
  readonly liquidations: LiquidationRecords;
  readonly checkpoints: BookCheckpoints;
  readonly fragility: FragilityRecords;
  subscriptions<Settings>(schema: z.ZodType<Settings>): Subscriptions<Settings>;
  settings<Settings>(schema: z.ZodType<Settings>): SettingsRecords<Settings>;
  alerts<Payload>(schema: z.ZodType<Payload>): AlertLedger<Payload>;
  readonly largeClusters: LargeClusters;
  clusterStages<Receipt>(schema: z.ZodType<Receipt>): ClusterStages<Receipt>;
  readonly armings: Armings;
  readonly sweepList: SweepList;
  readonly measuredPositions: MeasuredPositions;
  readonly installation: InstallationNotes;
  readonly pages: PageRecords;
  /** See `chats.ts`. */
  moveChat(platform: string, fromChatId: string, toChatId: string): Promise<void>;
  leaveCommunity(platform: string, communityId: string): Promise<number>;
  forget(platform: string, userId: string): Promise<ForgetReport>;
  compact(options: CompactionOptions): Promise<CompactionReport>;
  /** Resolves if the store can be written and no write has failed of late. */
  check(): Promise<void>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

export type StoreOptions = {
  /** Address of a PostgreSQL database. */
  readonly url?: string | undefined;
  /** SQLite file, made if it is not there; used if there is no `url`. */
  readonly path?: string | undefined;
  readonly log?: Log;
  readonly nowMs?: () => number;
  /** How long to wait for a database that does not answer; 0, not at all, if absent. */
  readonly waitMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Waits between attempts; tests pass one that does not wait. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
};

/** The SQLite file in the folder of our data. */
export function databasePath(dataFolder: string): string {
  return join(dataFolder, 'liqmap.db');
}

/**
 * Opens the store and brings its tables up to date. While a database does not answer, tries again ever more rarely, and
 * says so in the log.
 *
 * @throws StoreUnavailable if the store cannot be used, or did not answer within `waitMs`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url, path, log, nowMs = Date.now } = options;
  if (url === undefined && path === undefined) throw new TypeError('a store needs a url or a path');
  const alarm = new WriteAlarm(log);
  const engine = alarm.over(
    url === undefined ? openSqlite(path!) : openPostgres({ url, ...(log && { log }) }),
  );
  const db = connectDatabase(engine);
  try {
    await untilItAnswers(() => migrate(db, engine, nowMs()), options);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return storeOver(db, engine, { alarm, log, nowMs });
}

async function untilItAnswers(attempt: () => Promise<void>, options: StoreOptions): Promise<void> {
  const { log, waitMs = 0, signal, sleep = pause } = options;
  let leftMs = waitMs;
  for (let pauseMs = 250; ; pauseMs = Math.min(10_000, pauseMs * 2)) {
    const startMs = performance.now();
    try {
      return await attempt();
    } catch (error) {
      leftMs -= performance.now() - startMs;
      const passes = error instanceof StoreUnavailable && error.passes;
      if (!passes || leftMs <= 0 || signal?.aborted) throw error;
      const nextMs = Math.min(pauseMs, leftMs);
      log?.warn(`waiting for the store: ${error.message}`, { nextAttemptInMs: Math.round(nextMs) });
      await sleep(nextMs, signal);
      leftMs -= nextMs;
      if (signal?.aborted) throw error;
    }
  }
}

function storeOver(
  db: Database,
  { kind, name }: SqlEngine,
  given: { readonly alarm: WriteAlarm; readonly log: Log | undefined; readonly nowMs: () => number },
): Store {
  const { alarm, log, nowMs } = given;
  const json = <T>(schema: z.ZodType<T>) => ({ json: storedJson(schema, log), nowMs });
  return {
    kind,
    name,
    candles: candleRecords(db),
    openInterest: openInterestRecords(db),
    funding: fundingRecords(db),
    liquidations: liquidationRecords(db),
    checkpoints: bookCheckpoints(db),
    fragility: fragilityRecords(db),
    subscriptions: (schema) => subscriptions(db, json(schema)),
    settings: (schema) => settingsRecords(db, json(schema)),
    alerts: (schema) => alertLedger(db, json(schema)),
    largeClusters: largeClusters(db),
    clusterStages: (schema) => clusterStageRecords(db, json(schema)),
    armings: armings(db),
    sweepList: sweepList(db),
    measuredPositions: measuredPositions(db),
    installation: installationNotes(db),
    pages: pageRecords(db),
    moveChat: (platform, fromChatId, toChatId) => moveChat(db, platform, { fromChatId, toChatId }),
    leaveCommunity: (platform, communityId) => leaveCommunity(db, { platform, communityId }),
    forget: (platform, userId) => forget(db, { platform, userId }),
    compact: (options) => compact(db, options),
    check: async () => {
      // Changes nothing, and yet has to be written.
      await sql`update migrations set applied_ms = applied_ms`.execute(db);
      alarm.check();
    },
    close: () => db.destroy(),
  };
}
