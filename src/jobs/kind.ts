import type { z } from 'zod';

/** Each queue has workers of its own, so that a slow sort of work never holds up another. */
export const queueNames = [
  'collect',
  'compute',
  'render',
  'deliver-discord',
  'deliver-telegram',
  'deliver-web',
] as const;
export type QueueName = (typeof queueNames)[number];

/** A sort of job: what it is told and what it answers, both checked on both ends, and how it is tried. */
export type JobKind<Payload, Result> = {
  readonly name: string;
  readonly queue: QueueName;
  readonly payload: z.ZodType<Payload>;
  readonly result: z.ZodType<Result>;
  /** Tries in all. */
  readonly attempts: number;
  /** Pause before the second try; it doubles with each, and up to half of it is taken off at random. */
  readonly backOffMs: number;
  /** A try that takes longer has failed. */
  readonly timeLimitMs: number;
};

export type JobRun = {
  /** Aborted when the time limit has passed or the process is about to stop. */
  readonly signal: AbortSignal;
  /** 1 for the first. */
  readonly attempt: number;
};

/** Does the jobs of one kind. A UserError is an answer and not tried again; whatever else it throws is. */
export type JobHandler = {
  readonly kind: AnyJobKind;
  run(payload: unknown, run: JobRun): Promise<unknown>;
};

export type AnyJobKind = JobKind<unknown, unknown>;

/** A kind among others: the queue parses what goes in and what comes out. */
export function anyKind<Payload, Result>(kind: JobKind<Payload, Result>): AnyJobKind {
  return kind as unknown as AnyJobKind;
}

/** A handler whose payload and result have the types of its kind. */
export function jobHandler<Payload, Result>(
  kind: JobKind<Payload, Result>,
  run: (payload: Payload, run: JobRun) => Promise<Result>,
): JobHandler {
  // The queue parses every payload by the kind's schema before it is handed over.
  return { kind: anyKind(kind), run: (payload, how) => run(payload as Payload, how) };
}

/** The handlers by name of their kind. @throws Error when a kind has none or two, or two kinds share a name. */
export function matchHandlers(
  kinds: readonly AnyJobKind[],
  handlers: readonly JobHandler[],
): ReadonlyMap<string, JobHandler> {
  const problems = [
    ...repeated(kinds.map(({ name }) => name)).map((name) => `two kinds of job are named ${name}`),
    ...repeated(handlers.map(({ kind }) => kind.name)).map((name) => `${name} has two handlers`),
    ...kinds
      .filter((kind) => !handlers.some((handler) => handler.kind === kind))
      .map(({ name }) => `${name} has no handler`),
    ...handlers
      .filter(({ kind }) => !kinds.includes(kind))
      .map(({ kind }) => `${kind.name} is handled but not listed`),
  ];
  if (problems.length > 0) throw new Error(`kinds of job: ${problems.join('; ')}`);
  return new Map(handlers.map((handler) => [handler.kind.name, handler]));
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}
