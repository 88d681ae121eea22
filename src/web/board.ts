import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { within } from '../deadline.ts';
import type { Queue } from '../jobs/bullmq.ts';
import { send, tooManyRequests } from './answers.ts';
import { filledPage, pathReader } from './board-pages.ts';
import { filesOf, textOf } from './files.ts';
import { type PasswordAttempt, passwordGate } from './password.ts';
import type { WebRoute } from './server.ts';

const nothingTold: PasswordAttempt = { isRight: false, waitMs: 0 };

type ServerAdapter = Parameters<typeof createBullBoard>[0]['serverAdapter'];
type Parts = { [Name in keyof ServerAdapter]: Parameters<ServerAdapter[Name]> };
type Answer = { readonly status: number; readonly type: string; readonly body: string | Buffer };

/** While Redis is away its commands wait; whoever looks must not. */
const timeLimitMs = 5_000;

const headers = {
  'cache-control': 'no-store',
  // The page names a font of another host: who looks at a queue need not tell anybody so.
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/**
 * Bull Board at a path and below it, for those who know the password. It shows and changes nothing: a page of
 * another site could make a browser that knows the password send whatever it likes.
 */
export function boardRoute(options: {
  readonly path: string;
  readonly password: string;
  readonly queues: readonly Queue[];
}): WebRoute {
  const attempt = passwordGate(options.password, () => performance.now());
  const answer = boardAnswers(options);
  return {
    path: options.path,
    below: true,
    async handle(request, response, { address }) {
      const { authorization } = request.headers;
      const { isRight, waitMs } = authorization === undefined ? nothingTold : attempt(authorization, address);
      if (waitMs > 0) return send(request, response, tooManyRequests(waitMs));
      if (!isRight) return refuse(response);
      const { status, type, body } = await answer(request);
      response.writeHead(status, { ...headers, 'content-type': type });
      response.end(request.method === 'HEAD' ? undefined : body);
    },
  };
}

function refuse(response: ServerResponse): void {
  response.writeHead(401, { ...headers, 'www-authenticate': 'Basic realm="Liqmap", charset="UTF-8"' });
  response.end('a password is needed\n');
}

type Board = { readonly path: string; readonly queues: readonly Queue[] };
/** Undefined for a path that is not theirs. */
type Answers = (path: string, query: URLSearchParams) => Promise<Answer> | undefined;

function boardAnswers(board: Board): (request: IncomingMessage) => Promise<Answer> {
  const parts = partsOfBoard(board);
  const asked = [pageAnswers(parts, board.path), fileAnswers(parts), apiAnswers(parts)];
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'only to be looked at\n');
    const url = new URL(request.url ?? '/', 'http://board');
    const path = url.pathname.slice(board.path.length) || '/';
    for (const answers of asked) {
      const answer = answers(path, url.searchParams);
      if (answer) return answer;
    }
    return plain(404, 'no such page\n');
  };
}

/** The same page for all paths that it reads itself. */
function pageAnswers({ setEntryRoute, setUIConfig, setViewsPath }: Parts, basePath: string): Answers {
  const [{ handler, route }] = setEntryRoute;
  const { name, params } = handler({ basePath, uiConfig: setUIConfig[0] });
  const body = filledPage(textOf(join(setViewsPath[0], name)), params);
  const routes = [route].flat().map(pathReader);
  const page = { status: 200, type: 'text/html; charset=utf-8', body };
  return (path) => (routes.some((read) => read(path)) ? Promise.resolve(page) : undefined);
}

function fileAnswers({ setStaticPath: [route, folder] }: Parts): Answers {
  const files = filesOf(folder);
  return (path) => {
    const file = path.startsWith(`${route}/`) ? files.get(path.slice(route.length + 1)) : undefined;
    return file?.read().then((body) => ({ status: 200, type: file.type, body }));
  };
}

function apiAnswers({ setApiRoutes: [all], setQueues: [queues], setUIConfig: [uiConfig] }: Parts): Answers {
  const routes = all
    .filter(({ method }) => [method].flat().includes('get'))
    .flatMap(({ route, handler }) => [route].flat().map((each) => ({ read: pathReader(each), handler })));
  const answer = async (asked: ReturnType<(typeof routes)[number]['handler']>): Promise<Answer> => {
    const { status = 200, body } = await within(Promise.resolve(asked), timeLimitMs, 'Redis is away');
    return { status, type: 'application/json', body: JSON.stringify(body) };
  };
  return (path, params) => {
    for (const { read, handler } of routes) {
      const named = read(path);
      const query = Object.fromEntries(params);
      if (named) return answer(handler({ queues, uiConfig, params: named, query, body: {}, headers: {} }));
    }
    return undefined;
  };
}

function plain(status: number, body: string): Answer {
  return { status, type: 'text/plain', body };
}

/** Bull Board hands its parts to an adapter for a web framework; ours keeps them. */
function partsOfBoard({ queues }: Board): Parts {
  const parts: Partial<Parts> = {};
  const keep =
    <Name extends keyof Parts>(name: Name) =>
    (...given: Parts[Name]) => {
      parts[name] = given;
      return serverAdapter;
    };
  const serverAdapter: ServerAdapter = {
    setQueues: keep('setQueues'),
    setViewsPath: keep('setViewsPath'),
    setStaticPath: keep('setStaticPath'),
    setEntryRoute: keep('setEntryRoute'),
    setErrorHandler: keep('setErrorHandler'),
    setApiRoutes: keep('setApiRoutes'),
    setUIConfig: keep('setUIConfig'),
  };
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Liqmap', hideDocsLink: true } },
  });
  return parts as Parts;
}
