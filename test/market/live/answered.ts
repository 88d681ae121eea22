import { createLiveSources } from '../../../src/market/live/index.ts';
import type { Market } from '../../../src/market/source.ts';

/** A live source whose requests are all answered, as JSON, by one function. */
export async function openAnswered(
  venue: string,
  answer: (url: URL, body: Readonly<Record<string, unknown>>) => unknown,
  atMs = 1_795_000_000_000,
) {
  const [source] = createLiveSources({
    venues: [venue],
    nowMs: () => atMs,
    paced: false,
    sleep: async () => undefined,
    fetch: async (url, request) => {
      const body = request?.body ? (JSON.parse(request.body) as Record<string, unknown>) : {};
      return Response.json(answer(new URL(url), body));
    },
  });
  if (!source) throw new Error(`no source for ${venue}`);
  /** The only market that is listed. */
  const market = async (): Promise<Market> => {
    const [only] = await source.markets();
    if (!only) throw new Error(`${venue} lists nothing`);
    return only;
  };
  return { source, market };
}
