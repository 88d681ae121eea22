import { errorText } from './errors.ts';

type Fields = Readonly<Record<string, unknown>>;

const secretKey = /token|secret|passw|authorization|cookie|credential|signature|api[-_]?key|private[-_]?key/i;
const hidden = '[redacted]';
const maxTextLength = 2_000;
const longestSecret = 500;
const maxDepth = 6;

/** The text without whatever looks like a secret. */
export function redact(text: string): string {
  return secretLooks.reduce((clean, [look, replacement]) => clean.replace(look, replacement), text);
}

const secretLooks: readonly (readonly [look: RegExp, replacement: string])[] = [
  // Password in an address: postgres://user:password@host
  [/(\b[a-z][a-z\d+.-]{1,20}:\/\/)[^\s/]*@/gi, `$1${hidden}@`],
  // Telegram bot token: 123456789:AAE..., also in .../bot123456789:AAE.../sendMessage
  [/(?<!\d)\d{6,12}:[\w-]{30,}/g, hidden],
  // Discord bot token: id, time and signature in base64url
  [/[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,}/g, hidden],
  // Discord webhooks and interaction answers carry a token in the path
  [/(\/(?:webhooks|interactions)\/\d+\/)[\w-]+/g, `$1${hidden}`],
  [/\b(Bearer|Bot|Basic) [\w.~+/=-]{16,}/g, `$1 ${hidden}`],
  [/([?&](?:api_?key|signature|token|secret)=)[^&\s"]+/gi, `$1${hidden}`],
];

/** Fields as JSON can hold them, without secrets and not too long. Never throws. */
export function loggable(fields: Fields): Fields {
  try {
    return plain(fields, []) as Fields;
  } catch (error) {
    // A field whose getter throws must not take the program down with it.
    return { unloggable: redact(errorText(error)) };
  }
}

function plain(value: unknown, ancestors: readonly object[]): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value === 'bigint' || Number.isNaN(value) || Math.abs(Number(value)) === Infinity)
    return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (ancestors.includes(value)) return '[circular]';
  if (ancestors.length >= maxDepth) return '[deep]';
  const inside = [...ancestors, value];
  if (value instanceof Date) return value.toJSON();
  if (value instanceof Map) return plain([...value], inside);
  if (value instanceof Set) return plain([...value], inside);
  if (Array.isArray(value)) return value.map((item) => plain(item, inside));
  const { name, message, stack, cause } = value instanceof Error ? value : ({} as Partial<Error>);
  const entries = Object.entries({ name, message, stack, cause, ...value });
  return Object.fromEntries(
    entries.map(([key, item]) => [
      key,
      secretKey.test(key) && item !== undefined ? hidden : plain(item, inside),
    ]),
  );
}

/** A text for the log, without secrets and not too long. */
export function clean(text: string): string {
  // Looking for secrets in a whole web page takes long; the margin keeps one that lies across the cut in sight.
  const seen = redact(text.slice(0, maxTextLength + longestSecret));
  if (text.length <= maxTextLength) return seen;
  return `${seen.slice(0, maxTextLength)}... (${text.length} characters)`;
}
