import type { IncomingMessage, ServerResponse } from 'node:http';
import { badForm, Codes, refusal } from './refusal.ts';

export type UploadedFile = { readonly key: string; readonly name: string; readonly data: Buffer };

/** A request as it came in. */
export type Incoming = {
  readonly method: string;
  /** Below the version: `/channels/123/messages`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
};

export type Outgoing = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

const prefix = '/api/v10';

/** Reads a request whole: JSON, or a form with `payload_json` and files. */
export async function readRequest(request: IncomingMessage): Promise<Incoming> {
  const url = new URL(request.url ?? '/', 'http://discord.test');
  const path = decodeURIComponent(url.pathname);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return {
    method: request.method ?? 'GET',
    path: path.startsWith(prefix) ? path.slice(prefix.length) : path,
    query: url.searchParams,
    headers: request.headers,
    ...(await readBody(Buffer.concat(chunks), request.headers['content-type'] ?? '')),
  };
}

export function answer(response: ServerResponse, { status, body, headers = {} }: Outgoing): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // The real service sends no content type with an empty answer, and clients would try to parse one.
  if (body === undefined) return void response.writeHead(status).end();
  if (Buffer.isBuffer(body))
    return void response.writeHead(status, { 'content-type': 'image/png' }).end(body);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readBody(body: Buffer, type: string): Promise<Pick<Incoming, 'json' | 'files'>> {
  if (body.length === 0) return { json: undefined, files: [] };
  if (type.startsWith('application/json')) return { json: parse(body.toString()), files: [] };
  if (!type.startsWith('multipart/form-data'))
    throw badForm([], `Expected "Content-Type" header to be JSON or a form`);
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const payload = form.get('payload_json');
  const files: UploadedFile[] = [];
  for (const [key, value] of form) {
    if (key === 'payload_json') continue;
    if (typeof value === 'string' || !/^files\[\d\]$/.test(key))
      throw badForm([key], 'This is no field of the form');
    files.push({ key, name: value.name, data: Buffer.from(await value.arrayBuffer()) });
  }
  return { json: typeof payload === 'string' ? parse(payload) : undefined, files };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(Codes.RequestBodyContainsInvalidJSON);
  }
}
