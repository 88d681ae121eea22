import { pino } from 'pino';
import type { LogLevel } from './config.ts';
import { clean, loggable } from './redaction.ts';

export type LogFields = Readonly<Record<string, unknown>>;

type Write = (message: string, fields?: LogFields) => void;

export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  /** The same log with fields that every line carries. */
  with(fields: LogFields): Log;
}

export type LogOptions = {
  /** The least serious level that is written. */
  readonly level: LogLevel;
  readonly write?: (line: string) => void;
  readonly now?: () => number;
};

/**
 * One JSON object per line on stderr: `level`, `time`, then the fields (which cannot replace those two or the message),
 * then `msg`. Secrets are taken out, see `redaction.ts`; errors are written with stack and
 * cause. Logging never throws.
 */
export function createLog({ level, write = toStderr, now = Date.now }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
  const logWith = (context: LogFields): Log => {
    const writer = (at: LogLevel): Write => {
      if (!logger.isLevelEnabled(at)) return () => undefined;
      return (message, fields) => {
        const { time, level: _, msg, ...own } = loggable({ ...context, ...fields });
        logger[at](own, clean(message));
      };
    };
    return {
      debug: writer('debug'),
      info: writer('info'),
      warn: writer('warn'),
      error: writer('error'),
      with: (fields) => logWith({ ...context, ...fields }),
    };
  };
  return logWith({});
}

let isGuarded = false;

function toStderr(line: string): void {
  // Whoever read the log may be gone: an error that is not heard would end the process, and telling of it make the next.
  // Threads pipe into stderr and so have listeners of their own there for a while, which do not help.
  if (!isGuarded) process.stderr.on('error', () => undefined);
  isGuarded = true;
  process.stderr.write(line);
}
