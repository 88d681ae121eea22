import { join } from 'node:path';
import { assetsPath, pagesFolder } from './assets.ts';
import { textOf } from './files.ts';
import { elements, escaped, filled } from './html.ts';
import { ageWords, clusterColumns, type PageFacts } from './page-facts.ts';

/** A shared map older than this is introduced as an old one; a live one, as one that should have been replaced. */
const oldAfterMs = { shared: 15 * 60_000, live: 5 * 60_000 } as const;

export type MapPageOptions = {
  readonly kind: keyof typeof oldAfterMs;
  readonly facts: PageFacts;
  /** Of this page, from the root; its data and picture are beside it. */
  readonly path: string;
  /** Before the path, where others have to find it: `https://maps.example.com`. */
  readonly base: string;
  /** Where the coin's newest map is. */
  readonly livePath: string;
  readonly nowMs: number;
};

const template = textOf(join(pagesFolder, 'map.html'));

/** The page of one map, whole without any script: picture, words, table, assumptions. */
export function mapPage({ kind, facts, path, base, livePath, nowMs }: MapPageOptions): string {
  const { text, isOld } = ageWords(facts.madeMs, nowMs, oldAfterMs[kind]);
  return filled(template, {
    assets: assetsPath,
    kind,
    title: facts.title,
    stamp: facts.stamp,
    description: facts.lines.slice(0, 3).join('. '),
    alt: facts.alt,
    url: `${base}${path}`,
    image: `${base}${path}.png`,
    picture: `${path}.png`,
    data: `${path}.json`,
    events: kind === 'live' ? `${path}.events` : '',
    toLive: kind === 'live' ? '' : `<a href="${escaped(livePath)}">${escaped(facts.symbol)} live</a>`,
    made: facts.made,
    madeMs: `${facts.madeMs}`,
    madeIso: new Date(facts.madeMs).toISOString(),
    nowMs: `${nowMs}`,
    oldMs: `${oldAfterMs[kind]}`,
    age: text,
    ageClass: isOld ? 'age old' : 'age',
    oldWord: isOld ? 'OLD: ' : '',
    lines: elements(facts.lines, 'li'),
    columns: elements(clusterColumns, 'th', ' scope="col"'),
    clusters: facts.clusters.map((row) => `<tr>${elements(row, 'td')}</tr>`).join(''),
    assumptions: elements(
      facts.assumptions.map((line) => line.replace(/^- /, '')),
      'li',
    ),
  });
}
