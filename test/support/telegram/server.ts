import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Fault, Faults } from './faults.ts';
import { methods } from './methods.ts';
import { parseMultipart, type Upload } from './multipart.ts';
import { isUpload, type Method, methodNamed, parameters, parseArguments } from './parameters.ts';
import { badRequest, Refusal } from './refusal.ts';
import type { World } from './world.ts';

export type RecordedCall = {
  readonly method: string;
  readonly encoding: 'json' | 'form' | 'none';
  /** As sent: text only where it was a form; a file stands in the place of its field. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly botId: number | undefined;
  readonly atMs: number;
  /** `ok`, or the description of the refusal, or the kind of the fault. */
  readonly outcome: string;
};

type Received = Pick<RecordedCall, 'encoding' | 'given'> & {
  readonly attachments: ReadonlyMap<string, Upload>;
};
type Answer = { readonly status: number; readonly body: string };

/** The Bot API over HTTP: reads requests, lets faults befall them, answers as Telegram does, records everything. */
export class BotApiServer {
  readonly calls: RecordedCall[] = [];
  readonly faults = new Faults();
  readonly #world: World;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  /** Called after each request has been answered, or not. */
  onCall: () => void = () => undefined;

  constructor(world: World) {
    this.#world = world;
    this.#server.keepAliveTimeout = 30_000;
  }

  /** @returns the root of the addresses. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const atMs = this.#world.nowMs();
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const [, token = '', method = ''] = /^\/bot([^/]+)\/([^/?]*)/.exec(request.url ?? '') ?? [];
    const bot = this.#world.bots.get(token);
    let received: Received = { encoding: 'none', given: {}, attachments: new Map() };
    let outcome = 'ok';
    try {
      received = await receive(request);
      if (token === '' || !token.includes(':')) throw new Refusal(404, 'Not Found');
      if (bot === undefined) throw new Refusal(401, 'Unauthorized');
      const fault = this.faults.next(method, received.given['chat_id']);
      if (fault !== undefined) outcome = fault.kind;
      const perform = () => this.#perform(methodNamed(method), received, token, gone.signal);
      await respond({ response, request, fault, perform });
    } catch (error) {
      const refusal = error instanceof Refusal ? error : undefined;
      outcome = refusal?.message ?? `defect of the emulator: ${String(error)}`;
      // 599: nothing that a client could take for Telegram's answer.
      send(response, refusal ? refused(refusal) : { status: 599, body: outcome });
    }
    const { encoding, given } = received;
    this.calls.push({ method, encoding, given, botId: bot?.id, atMs, outcome });
    this.onCall();
  }

  async #perform(method: Method, received: Received, token: string, gone: AbortSignal): Promise<string> {
    const given = parseArguments(method, withAttachments(method, received));
    const play = methods[method] as (call: object) => unknown;
    const result = await play({ world: this.#world, bot: this.#world.bots.get(token)!, given, gone });
    return JSON.stringify({ ok: true, result });
  }
}

async function respond(options: {
  readonly response: ServerResponse;
  readonly request: IncomingMessage;
  readonly fault: Fault | undefined;
  readonly perform: () => Promise<string>;
}): Promise<void> {
  const { response, request, fault, perform } = options;
  if (fault === undefined) return send(response, { status: 200, body: await perform() });
  if (fault.kind === 'delay') {
    await fault.until;
    return send(response, { status: 200, body: await perform() });
  }
  if ('performed' in fault && fault.performed === true) await perform();
  if (fault.kind === 'hang') return;
  if (fault.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  send(response, faultAnswer(fault));
}

function faultAnswer(fault: Exclude<Fault, { kind: 'hang' | 'reset' | 'delay' }>): Answer {
  switch (fault.kind) {
    case 'flood':
      return refused(
        fault.retryAfterS === undefined
          ? new Refusal(429, 'Too Many Requests')
          : new Refusal(429, `Too Many Requests: retry after ${fault.retryAfterS}`, {
              retry_after: fault.retryAfterS,
            }),
      );
    case 'status':
      return {
        status: fault.code,
        body: '<html><body>Something is broken in front of Telegram</body></html>',
      };
    case 'refusal':
      return refused(new Refusal(fault.code, fault.description));
    case 'bad-json':
      return { status: 200, body: '{"ok":true,"result":{"message_' };
  }
}

function refused({ code, message, parameters: more }: Refusal): Answer {
  const body = { ok: false, error_code: code, description: message, ...(more && { parameters: more }) };
  return { status: code, body: JSON.stringify(body) };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': body.startsWith('<') ? 'text/html' : 'application/json' });
  response.end(body);
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  const [, boundary] = /^multipart\/form-data;\s*boundary="?([^";]+)"?/.exec(type) ?? [];
  if (boundary !== undefined) {
    const { fields, files } = parseMultipart(body, boundary);
    // telegraf repeats the method as a field of its forms.
    const { method: _, ...given } = Object.fromEntries(fields);
    return { encoding: 'form', given: { ...given, ...Object.fromEntries(files) }, attachments: files };
  }
  if (body.length === 0) return { encoding: 'none', given: {}, attachments: new Map() };
  if (!type.startsWith('application/json')) throw badRequest(`content type "${type}" is not emulated`);
  return { encoding: 'json', given: jsonObject(body), attachments: new Map() };
}

function jsonObject(body: Buffer): Record<string, unknown> {
  try {
    const given: unknown = JSON.parse(body.toString('utf8'));
    if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
      return given as Record<string, unknown>;
    }
  } catch (error) {
    throw badRequest(`can't parse JSON object: ${String(error)}`);
  }
  throw badRequest('object expected as request');
}

/** Puts each attached file where `attach://NAME` names it; a file that nothing names is refused. */
function withAttachments(method: Method, { given, attachments }: Received): object {
  const named = [...attachments.keys()].filter((name) => !Object.hasOwn(parameters[method], name));
  if (named.length === 0) return given;
  const used = new Set<string>();
  const replace = (_: string, value: unknown): unknown => {
    const name = typeof value === 'string' && value.startsWith('attach://') ? value.slice(9) : undefined;
    if (name === undefined) return value;
    used.add(name);
    return attachments.get(name) ?? value;
  };
  const fields = Object.entries(given).filter(([name]) => !named.includes(name));
  const filled = fields.map(([name, value]) => [name, isUpload(value) ? value : attached(value, replace)]);
  const unused = named.find((name) => !used.has(name));
  if (unused !== undefined) throw badRequest(`file "${unused}" is attached but not used`);
  return Object.fromEntries(filled);
}

function attached(value: unknown, replace: (key: string, value: unknown) => unknown): unknown {
  if (typeof value !== 'string' || !value.includes('attach://')) return value;
  return walk(JSON.parse(value), replace);
}

function walk(value: unknown, replace: (key: string, value: unknown) => unknown): unknown {
  const replaced = replace('', value);
  if (replaced !== value || typeof value !== 'object' || value === null) return replaced;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, replace)]));
}
