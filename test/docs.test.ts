import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const top = fileURLToPath(new URL('..', import.meta.url));
const pages = [
  'README.md',
  ...readdirSync(`${top}/docs`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path.replaceAll('\\', '/')}`),
];
const decisions = readdirSync(`${top}/docs/decisions`).filter((name) => /^\d/.test(name));

function read(path: string): string {
  return readFileSync(`${top}/${path}`, 'utf8');
}

/** What a heading is linked by. */
function anchors(page: string): readonly string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinks(page: string): readonly string[] {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : posix.join(posix.dirname(page), path);
    if (!existsSync(`${top}/${target}`)) return true;
    return anchor !== undefined && !anchors(target).includes(anchor);
  });
}

/** Files and folders of ours that a page names from the top: `src/core/book.ts`, `test/system/`. */
function lostPaths(page: string): readonly string[] {
  const named = /`((?:src|commands|renderers|test|bench|docs|deploy)\/[\w./-]*)`/g;
  return [...read(page).matchAll(named)]
    .map(([, path]) => path!)
    .filter((path) => !existsSync(`${top}/${path}`));
}

describe.each(pages)('%s', (page) => {
  it('links to what is there', () => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('names files that are there', () => {
    expect(lostPaths(page)).toEqual([]);
  });
});

it('decisions are numbered without gaps, each by the number of its file', () => {
  expect(decisions.map((name) => Number(name.slice(0, 4)))).toEqual(decisions.map((_, index) => index + 1));
  for (const name of decisions) expect(read(`docs/decisions/${name}`)).toMatch(`# ${name.slice(0, 4)}: `);
});

it('the index of decisions names each, with its title', () => {
  const rows = decisions.map((name) => {
    const [title = ''] = read(`docs/decisions/${name}`).split('\n');
    return `| [${name.slice(0, 4)}](${name}) | ${title.replace(/^# \d+: /, '')} |`;
  });
  expect(read('docs/decisions/README.md').match(/^\| \[.*$/gm)).toEqual(rows);
});
