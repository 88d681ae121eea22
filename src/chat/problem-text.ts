import { randomUUID } from 'node:crypto';
import { texts } from '../../commands/texts.ts';
import { errorText, UserError } from '../errors.ts';
import type { Log } from '../log.ts';

type Deps = { readonly log: Log; readonly newId?: () => string };

/** By which people and log lines name the same defect. */
export function newDefectId(): string {
  return randomUUID().slice(0, 8);
}

/** What to tell who asked when a command failed: a UserError as it is written, else where the log has what broke. */
export function problemText(error: unknown, command: string, deps: Deps): string {
  return error instanceof UserError ? error.message : texts.chat.broke(reportDefect(error, command, deps));
}

/** Logs what broke in a command; returns the number by which the line is found. */
export function reportDefect(error: unknown, command: string, { log, newId = newDefectId }: Deps): string {
  const id = newId();
  log.error(`/${command} broke: ${errorText(error)}`, { id, command, error });
  return id;
}
