import type { IncomingMessage } from 'node:http';
import type { Draw } from '../../renderers/chart.ts';
import { drawMap } from '../../renderers/map/chart.ts';
import type { SharedMap } from '../shared-maps.ts';
import { type Answer, html, longJson, png } from './answers.ts';
import { type MapPageOptions, mapPage } from './map-page.ts';
import { pageData, pageFacts } from './page-facts.ts';
import { themeOf } from './page-theme.ts';

type Deps = {
  readonly draw: Draw;
  /** Stands at the foot of pictures. */
  readonly brand?: string | undefined;
  /** Before paths in previews. */
  readonly base: () => string;
  readonly nowMs: () => number;
};

type Asked = Pick<MapPageOptions, 'kind' | 'path'> & {
  readonly shown: SharedMap;
  /** `.png` or `.json`; the page itself if absent. */
  readonly part: string | undefined;
  /** How long others may keep the picture. */
  readonly pictureSeconds: number;
};

/** Where the newest map of a coin is. */
export function livePathOf({ map }: Pick<SharedMap, 'map'>): string {
  return `/live/${encodeURIComponent(map.symbol)}`;
}

/** Answers for a map with its page, its picture (`.png`), or what the page's chart is drawn from (`.json`). */
export function mapAnswers({ draw, brand, base, nowMs }: Deps) {
  return async (request: IncomingMessage, url: URL, asked: Asked): Promise<Answer> => {
    const { shown, part, kind, path, pictureSeconds } = asked;
    if (part === '.png') {
      const picture = await drawMap({ ...shown, ...(brand !== undefined && { brand }) }, draw);
      return png(picture, pictureSeconds);
    }
    if (part === '.json') return longJson(request, pageData(shown, themeOf(url), nowMs()));
    const facts = pageFacts(shown, nowMs());
    const livePath = livePathOf(shown);
    return html(mapPage({ kind, facts, path, base: base(), livePath, nowMs: nowMs() }));
  };
}
