import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export type Answer = {
  readonly status?: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

const compress = promisify(gzip);

/** What a page may load: what we serve ourselves, and nothing that stands in the page's own text. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const common = {
  'cache-control': 'no-store',
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
};

/** Headers that every answer of ours carries. */
export function safeHeaders(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { ...common, ...more };
}

/** Answers a request once; what has been answered, or cannot be any more, is left alone. */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const { status = 200, type, body, headers } = answer;
  response.writeHead(status, safeHeaders({ 'content-type': type, ...headers }));
  response.end(request.method === 'HEAD' ? undefined : body);
}

export function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n`, headers };
}

export function json(value: unknown, status = 200): Answer {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

/** JSON of some length: packed for who takes that. */
export async function longJson({ headers }: IncomingMessage, value: unknown): Promise<Answer> {
  const answer = json(value);
  if (!takesGzip(headers)) return answer;
  const more = { 'content-encoding': 'gzip', vary: 'accept-encoding' };
  return { ...answer, body: await compress(answer.body), headers: more };
}

/** Whether who asks unpacks gzip. */
export function takesGzip(headers: IncomingMessage['headers']): boolean {
  return /\bgzip\b/.test(`${headers['accept-encoding'] ?? ''}`);
}

export function html(body: string, status = 200): Answer {
  return { status, type: 'text/html; charset=utf-8', body };
}

/** A picture that other places may show: that of a shared page stands in their previews. */
export function png(body: Buffer, seconds: number): Answer {
  const headers = {
    'cache-control': `public, max-age=${seconds}`,
    'cross-origin-resource-policy': 'cross-origin',
  };
  return { type: 'image/png', body, headers };
}

/** @param waitMs until the next would be answered */
export function tooManyRequests(waitMs: number): Answer {
  return plain(429, 'Too many requests. Please wait a moment.', {
    'retry-after': `${Math.max(1, Math.ceil(waitMs / 1000))}`,
  });
}
