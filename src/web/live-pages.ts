import type { IncomingMessage, ServerResponse } from 'node:http';
import { UserError } from '../errors.ts';
import type { LiveMaps } from '../live-maps.ts';
import type { MapAnswer } from '../maps.ts';
import { type Answer, plain, send, tooManyRequests } from './answers.ts';
import { openEventStream } from './event-stream.ts';
import { livePathOf, mapAnswers } from './map-answers.ts';
import type { ReaderLimits } from './reader-limits.ts';
import type { WebRoute } from './server.ts';
import type { Visitor } from './visitors.ts';

type Deps = Parameters<typeof mapAnswers>[0] & {
  readonly live: Pick<LiveMaps, 'map' | 'watch'>;
  /** Coins whose maps are kept fresh: strangers see these, and cannot have others made. */
  readonly followed: () => Promise<readonly string[]>;
  readonly limits: ReaderLimits;
};

const path = /^\/live\/([^/]{1,120}?)(\.png|\.json|\.events)?$/;
const mostLetters = 24;
const pictureSeconds = 30;

/**
 * `/live/SYMBOL`: the newest map of a coin, with its picture (`.png`), what its chart is drawn from (`.json`) and a stream
 * of server-sent events (`.events`): `map` when there is a newer one, `beat` now and then with the time of the server.
 */
export function livePagesRoute(deps: Deps): WebRoute {
  const { live, limits, nowMs } = deps;
  const answerFor = mapAnswers(deps);
  return {
    path: '/live',
    below: true,
    audience: 'readers',
    async handle(request, response, visitor) {
      const answer = (made: Answer) => send(request, response, made);
      const waitMs = limits.take(visitor);
      if (waitMs > 0) return answer(tooManyRequests(waitMs));
      const url = new URL(request.url ?? '/', 'http://page');
      const [, name = '', part] = path.exec(url.pathname) ?? [];
      const found = await mapFor(decoded(name), visitor, deps);
      if (!('map' in found)) return answer(found);
      if (part === '.events') return stream(request, response, { visitor, found });
      const asked = { kind: 'live', part, path: livePathOf(found), pictureSeconds } as const;
      answer(await answerFor(request, url, { ...asked, shown: { ...found, theme: 'dark' } }));
    },
  };

  async function stream(
    request: IncomingMessage,
    response: ServerResponse,
    { visitor, found }: { readonly visitor: Visitor; readonly found: MapAnswer },
  ): Promise<void> {
    const rise = limits.sit(visitor);
    if (!rise)
      return send(request, response, plain(503, 'Too many pages are open.', { 'retry-after': '30' }));
    const events = openEventStream(request, response, nowMs);
    const tell = ({ map }: MapAnswer) => events.send('map', { madeMs: map.timeMs, nowMs: nowMs() });
    tell(found);
    const leave = live.watch(found.map.symbol, found.map.timeMs, tell);
    events.onClose(() => {
      leave();
      rise();
    });
  }
}

async function mapFor(
  name: string,
  { isOperator }: Visitor,
  { live, followed }: Deps,
): Promise<MapAnswer | Answer> {
  if (name.length === 0 || name.length > mostLetters) return plain(404, 'There is no such coin.');
  if (!isOperator && !(await followed()).includes(name.toUpperCase())) {
    return plain(404, 'This coin is not followed at the moment. Ask for it in a chat, and it will be.');
  }
  try {
    return await live.map(name);
  } catch (error) {
    if (error instanceof UserError) return plain(404, error.message);
    throw error;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not encoded as it should be: it names nothing.
    return '';
  }
}
