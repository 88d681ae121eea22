import { RESTJSONErrorCodes as Codes } from 'discord-api-types/v10';
import type { z } from 'zod';

export { Codes };

/** What the real service answers when it does not do what it was asked. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: unknown;

  constructor(status: number, code: number, message: string, errors?: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

const statusOf: Readonly<Partial<Record<Codes, readonly [status: number, message: string]>>> = {
  [Codes.UnknownApplication]: [404, 'Unknown Application'],
  [Codes.UnknownChannel]: [404, 'Unknown Channel'],
  [Codes.UnknownMessage]: [404, 'Unknown Message'],
  [Codes.UnknownUser]: [404, 'Unknown User'],
  [Codes.UnknownWebhook]: [404, 'Unknown Webhook'],
  [Codes.UnknownInteraction]: [404, 'Unknown interaction'],
  [Codes.RequestEntityTooLarge]: [413, 'Request entity too large'],
  [Codes.InteractionHasAlreadyBeenAcknowledged]: [400, 'Interaction has already been acknowledged.'],
  [Codes.ThisInteractionHasHitTheMaximumNumberOfFollowUpMessages]: [400, 'Too many follow-up messages'],
  [Codes.MissingAccess]: [403, 'Missing Access'],
  [Codes.CannotSendAnEmptyMessage]: [400, 'Cannot send an empty message'],
  [Codes.CannotSendMessagesToThisUser]: [403, 'Cannot send messages to this user'],
  [Codes.MissingPermissions]: [403, 'Missing Permissions'],
  [Codes.InvalidWebhookToken]: [401, 'Invalid Webhook Token'],
  [Codes.RequestBodyContainsInvalidJSON]: [400, 'The request body contains invalid JSON.'],
};

/** The refusal with this code of Discord's. */
export function refusal(code: Codes): Refusal {
  const [status, message] = statusOf[code] ?? [400, Codes[code]];
  return new Refusal(status, code, message);
}

/** "Invalid Form Body", with the place and what is wrong there. */
export function badForm(path: readonly PropertyKey[], message: string, code = 'BASE_TYPE_BAD'): Refusal {
  const leaf: unknown = { _errors: [{ code, message }] };
  const errors = path.reduceRight((inner, key) => ({ [String(key)]: inner }), leaf);
  return new Refusal(400, Codes.InvalidFormBodyOrContentType, 'Invalid Form Body', errors);
}

/** The body as the schema has it. Throws "Invalid Form Body" at the first thing that is wrong. */
export function check<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw badForm(issue?.path ?? [], issue?.message ?? 'invalid', issue?.code.toUpperCase());
}
