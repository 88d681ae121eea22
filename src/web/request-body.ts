import type { IncomingMessage } from 'node:http';

/** The body was longer than allowed, or no JSON. */
export class BadBody extends Error {
  override readonly name = 'BadBody';
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The JSON that a request carries. Only `application/json` is read: what a form of another site can send is something
 * else.
 *
 * @throws BadBody
 */
export async function readJson(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new BadBody(415, 'JSON is wanted');
  const body = await readBody(request, mostBytes);
  if (body === undefined) throw new BadBody(413, `more than ${mostBytes} bytes`);
  try {
    return JSON.parse(body);
  } catch {
    throw new BadBody(400, 'that is no JSON');
  }
}

/** The text that a request carries; undefined, with the rest of it unread, if it is longer than that. */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
