/** A file that goes with a request. */
export type NamedFile = { readonly name: string; readonly data: Buffer };

export type ApiRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the version, such as `/channels/123/messages`. */
  readonly path: `/${string}`;
  readonly body?: unknown;
  readonly files?: readonly NamedFile[];
};

/** Discord's HTTP interface. Every way answers with the parsed body and throws ApiError. */
export interface DiscordRest {
  /** The first answer to an interaction: sent once, never repeated, given up in time. */
  acknowledge(request: ApiRequest): Promise<unknown>;
  /** With the token of an interaction in its path. Does not wait behind what goes to channels. */
  asInteraction(request: ApiRequest): Promise<unknown>;
  /** With the bot's token, below the limits of Discord, repeated where that is safe. */
  asBot(request: ApiRequest): Promise<unknown>;
}

/**
 * What became of a request: `refused` was not done and never will be; `failed` (a server error) and `lost` (no answer
 * came) may or may not have been done.
 */
export type Outcome = 'refused' | 'failed' | 'lost';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly outcome: Outcome;
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** Discord's own code of a refusal, such as 10003 for an unknown channel. */
  readonly code: number | undefined;

  constructor(
    outcome: Outcome,
    message: string,
    answer: { readonly status?: number; readonly code?: number } = {},
  ) {
    super(message);
    this.outcome = outcome;
    this.status = answer.status;
    this.code = answer.code;
  }
}

/** The id, fit for a path. Throws RangeError for anything that is no id of Discord's. */
export function snowflake(id: string): string {
  if (!/^\d{17,20}$/.test(id)) throw new RangeError(`"${id}" is no id of Discord's`);
  return id;
}
