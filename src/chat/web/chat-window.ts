import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../../log.ts';
import { RateLimiter } from '../../rate-limit.ts';
import { type Answer, html, json, plain, png, send, tooManyRequests } from '../../web/answers.ts';
import { assetsPath, pagesFolder } from '../../web/assets.ts';
import { openEventStream } from '../../web/event-stream.ts';
import { textOf } from '../../web/files.ts';
import { filled } from '../../web/html.ts';
import { BadBody, readJson } from '../../web/request-body.ts';
import type { WebRoute } from '../../web/server.ts';
import { isOwnRequest } from '../../web/visitors.ts';
import type { ChatBackend } from '../adapter.ts';
import type { AlertLog } from './alert-log.ts';
import { offersFor } from './completion.ts';
import { Conversation, picturesPath } from './conversation.ts';

type Deps = {
  readonly backend: ChatBackend;
  readonly alerts: AlertLog;
  /** Coins that newcomers are offered. */
  readonly symbols: readonly string[];
  /** Stands at the top of the window: `SIMULATED`. */
  readonly notice?: string | undefined;
  readonly nowMs: () => number;
  readonly log: Log;
};

type Part = (request: IncomingMessage, url: URL) => Promise<Answer> | Answer;

/** One window sends a few a second at most; what sends more is no person. */
const requests = { burst: 30, everyMs: 200 } as const;
const mostBytes = 4_000;
const mostLetters = 500;
const said = z.object({ text: z.string().trim().min(1).max(mostLetters) });
const pressed = z.object({ code: z.string().max(200) });

/**
 * The chat window at `/`, for who sits at this machine or knows the password: the commands of all chats, answered in the
 * same words. What it asks for lies below `/chat`.
 */
export function chatWindowRoutes({
  backend,
  alerts,
  symbols,
  notice = '',
  nowMs,
  log,
}: Deps): readonly WebRoute[] {
  const conversation = new Conversation({ backend, log, symbols });
  const limiter = new RateLimiter({ ...requests, nowMs: () => performance.now() });
  const page = filled(textOf(join(pagesFolder, 'chat.html')), { assets: assetsPath, notice });
  const parts: Readonly<Record<string, Part>> = {
    'GET /chat/hello': () => json(conversation.hello()),
    'GET /chat/offers': async (_, { searchParams }) =>
      json(await offersFor((searchParams.get('text') ?? '').slice(0, mostLetters), backend)),
    'POST /chat/say': async (request) =>
      json(await conversation.say(said.parse(await readJson(request, mostBytes)).text)),
    'POST /chat/press': async (request) =>
      json(await conversation.press(pressed.parse(await readJson(request, mostBytes)).code)),
  };

  async function partFor(request: IncomingMessage, url: URL): Promise<Answer> {
    const { pathname } = url;
    if (pathname.startsWith(`${picturesPath}/`))
      return drawn(pathname.slice(picturesPath.length + 1, -'.png'.length));
    const part = parts[`${request.method} ${pathname}`];
    if (!part) return plain(404, 'nothing is here');
    try {
      return await part(request, url);
    } catch (error) {
      if (error instanceof BadBody) return plain(error.status, error.message, { connection: 'close' });
      if (error instanceof z.ZodError) return plain(400, 'that cannot be asked');
      throw error;
    }
  }

  async function drawn(id: string): Promise<Answer> {
    const picture = conversation.picture(id);
    return picture
      ? png(await picture.draw(), 600)
      : plain(404, 'This picture is too old. Ask for a new one.');
  }

  const window: WebRoute = {
    path: '/',
    audience: 'operators',
    handle: async (request, response) => send(request, response, html(page)),
  };
  const below: WebRoute = {
    path: '/chat',
    below: true,
    audience: 'operators',
    async handle(request, response, { address }) {
      if (!isOwnRequest(request)) return send(request, response, plain(403, 'another site asks'));
      const waitMs = limiter.take(address);
      if (waitMs > 0) return send(request, response, tooManyRequests(waitMs));
      const url = new URL(request.url ?? '/', 'http://window');
      if (url.pathname !== '/chat/events') return send(request, response, await partFor(request, url));
      const entries = await alerts.entries();
      const events = openEventStream(request, response, nowMs);
      for (const entry of entries) events.send('alert', entry);
      events.onClose(alerts.listen((entry) => events.send('alert', entry)));
    },
  };
  return [window, below];
}
