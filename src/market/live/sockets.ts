import { redirectHeaders, redirectSocketUrl } from '../exchange-fetch.ts';

/** ccxt's `urls.api.ws`: one address, or addresses under any depth of keys. */
export type SocketUrls = string | { readonly [key: string]: SocketUrls };

/** Where a venue's streams connect to, and with which headers. */
export type SocketSettings = {
  readonly urls: SocketUrls;
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * Sends a venue's streams where its HTTP requests go. One instance has one set of headers but may know several hosts;
 * `mainPath` names the address whose host the header tells, the one our streams use.
 */
export function redirectSockets(
  urls: SocketUrls,
  options: { readonly apiUrl: string; readonly hostname: string; readonly mainPath: readonly string[] },
): SocketSettings {
  const { apiUrl, hostname, mainPath } = options;
  const whole = (url: string) => url.replaceAll('{hostname}', hostname);
  return {
    urls: mapUrls(urls, (url) => redirectSocketUrl(whole(url), apiUrl)),
    headers: redirectHeaders(new URL(whole(urlAt(urls, mainPath))), apiUrl),
  };
}

function mapUrls(urls: SocketUrls, change: (url: string) => string): SocketUrls {
  if (typeof urls === 'string') return change(urls);
  return Object.fromEntries(Object.entries(urls).map(([key, inner]) => [key, mapUrls(inner, change)]));
}

function urlAt(urls: SocketUrls, path: readonly string[]): string {
  const found = path.reduce<SocketUrls | undefined>(
    (inner, key) => (typeof inner === 'object' ? inner[key] : undefined),
    urls,
  );
  if (typeof found !== 'string') throw new TypeError(`no socket address at ${JSON.stringify(path)}`);
  return found;
}
