import { escaped } from './html.ts';

/** A path such as `/queue/:name` as what finds its named parts; undefined when it is another path. */
export function pathReader(route: string): (path: string) => Readonly<Record<string, string>> | undefined {
  const names = [...route.matchAll(/:(\w+)/g)].map((match) => match[1]!);
  const pattern = new RegExp(`^${route.replace(/:\w+/g, '([^/]+)')}$`);
  return (path) => {
    const parts = pattern.exec(path);
    return parts ? Object.fromEntries(names.map((name, i) => [name, decoded(parts[i + 1]!)])) : undefined;
  };
}

/** Fills a page's `<%= name %>` with text and `<%- name %>` with what is HTML already. */
export function filledPage(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/<%([=-]) *(\w+) *%>/g, (_, kind: string, name: string) => {
    const value = values[name] ?? '';
    return kind === '-' ? value : escaped(value);
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Not encoded as it should be: it names nothing.
    return part;
  }
}
