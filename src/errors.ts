/** An error meant for the person who asked: shown as written, with a next step in its message. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** The text of whatever was thrown, for logs and for statuses such as "venue left out: ...". */
export function errorText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
