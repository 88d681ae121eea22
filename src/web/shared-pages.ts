import type { Draw } from '../../renderers/chart.ts';
import { drawMap } from '../../renderers/map/chart.ts';
import type { SharedMap, SharedMaps } from '../shared-maps.ts';
import { html, longJson, plain, png, send, tooManyRequests } from './answers.ts';
import { mapPage } from './map-page.ts';
import { pageData, pageFacts } from './page-facts.ts';
import { themeOf } from './page-theme.ts';
import type { ReaderLimits } from './reader-limits.ts';
import type { WebRoute } from './server.ts';

type Deps = {
  readonly shared: Pick<SharedMaps, 'find'>;
  readonly draw: Draw;
  /** Stands at the foot of pictures. */
  readonly brand?: string | undefined;
  readonly limits: ReaderLimits;
  /** Before paths in previews. */
  readonly base: () => string;
  readonly nowMs: () => number;
};

const path = /^\/m\/([\w-]{22})(\.png|\.json)?$/;
/** The picture of a page never changes. */
const pictureSeconds = 86_400;

/** `/m/ID`: the page behind a picture that was shared, with the picture (`.png`) and what its chart is drawn from (`.json`). */
export function sharedPagesRoute({ shared, draw, brand, limits, base, nowMs }: Deps): WebRoute {
  const gone = plain(404, 'There is no such page. Shared maps are kept for some days.');
  return {
    path: '/m',
    below: true,
    audience: 'readers',
    async handle(request, response, visitor) {
      const answer = (made: Parameters<typeof send>[2]) => send(request, response, made);
      const waitMs = limits.take(visitor);
      if (waitMs > 0) return answer(tooManyRequests(waitMs));
      const url = new URL(request.url ?? '/', 'http://page');
      const [, id, part] = path.exec(url.pathname) ?? [];
      const found = id === undefined ? undefined : await shared.find(id);
      if (!found) return answer(gone);
      if (part === '.png')
        return answer(
          png(await drawMap({ ...found, ...(brand !== undefined && { brand }) }, draw), pictureSeconds),
        );
      if (part === '.json') return answer(await longJson(request, pageData(found, themeOf(url), nowMs())));
      answer(html(page(found, `/m/${id}`)));
    },
  };

  function page(found: SharedMap, own: string): string {
    const facts = pageFacts(found, nowMs());
    const livePath = `/live/${encodeURIComponent(facts.symbol)}`;
    return mapPage({ kind: 'shared', facts, path: own, base: base(), livePath, nowMs: nowMs() });
  }
}
