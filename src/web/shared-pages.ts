import type { SharedMaps } from '../shared-maps.ts';
import { type Answer, plain, send, tooManyRequests } from './answers.ts';
import { mapAnswers } from './map-answers.ts';
import type { ReaderLimits } from './reader-limits.ts';
import type { WebRoute } from './server.ts';

type Deps = Parameters<typeof mapAnswers>[0] & {
  readonly shared: Pick<SharedMaps, 'find'>;
  readonly limits: ReaderLimits;
};

const path = /^\/m\/([\w-]{22})(\.png|\.json)?$/;
/** The picture of a page never changes. */
const pictureSeconds = 86_400;

/** `/m/ID`: the page behind a picture that was shared, with the picture (`.png`) and what its chart is drawn from (`.json`). */
export function sharedPagesRoute({ shared, limits, ...pages }: Deps): WebRoute {
  const gone = plain(404, 'There is no such page. Shared maps are kept for some days.');
  const answerFor = mapAnswers(pages);
  return {
    path: '/m',
    below: true,
    audience: 'readers',
    async handle(request, response, visitor) {
      const answer = (made: Answer) => send(request, response, made);
      const waitMs = limits.take(visitor);
      if (waitMs > 0) return answer(tooManyRequests(waitMs));
      const url = new URL(request.url ?? '/', 'http://page');
      const [, id, part] = path.exec(url.pathname) ?? [];
      const shown = id === undefined ? undefined : await shared.find(id);
      if (!shown) return answer(gone);
      answer(
        await answerFor(request, url, { kind: 'shared', shown, part, path: `/m/${id}`, pictureSeconds }),
      );
    },
  };
}
