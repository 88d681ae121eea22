import type { AlertsStatus } from './alerts/status.ts';

/** How the running service does, for people. */
export type ServiceStatus = {
  readonly version: string;
  /** When it was started, UTC milliseconds. */
  readonly startedMs?: number;
  readonly venues: readonly {
    readonly venue: string;
    /** Of when its newest data are; absent when it never gave any. */
    readonly dataMs?: number;
    /** Why it was left out last. */
    readonly note?: string;
  }[];
  readonly queues: readonly {
    readonly name: string;
    readonly waiting: number;
    readonly active: number;
    readonly failed: number;
  }[];
  /** What became of the alerts of the last day; absent while the store is away. */
  readonly alerts?: Readonly<Record<'pending' | 'sent' | 'unknown' | 'dropped' | 'failed', number>>;
  /** Which coins are watched for alerts, and why some are silent; absent while nobody watches. */
  readonly alerting?: AlertsStatus;
};
