import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { passwordGate } from './password.ts';

/** Who asks, as far as a page needs to know. */
export type Visitor = {
  /** Sits at this machine, or knows the password. */
  readonly isOperator: boolean;
  /** Came by the public address, or through a proxy: a stranger, unless an operator too. */
  readonly isFromOutside: boolean;
  /** For limits: of IPv6 the network, since one visitor has as many addresses as they like. */
  readonly address: string;
  /** Has tried too many passwords; how long until the next. */
  readonly waitMs: number;
};

/** Reads who asks; `knocks` where our password would open, as other pages have passwords of their own. */
export type ReadVisitor = (request: IncomingMessage, knocks: boolean) => Visitor;

type Options = {
  readonly publicUrl?: string | undefined;
  readonly password?: string | undefined;
  readonly trustedProxies: number;
  readonly nowMs: () => number;
};

/** What proxies put into a request: whoever sits behind one is not at this machine, however near the proxy is. */
const proxyHeaders = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'forwarded',
  'via',
  'x-real-ip',
];

/**
 * Tells who asks by where the connection comes from and which host it asks for. The name of a host is what the browser
 * shows in its address line: a page of another site that points its own name at this machine (DNS rebinding) is not
 * taken for the operator.
 */
export function visitorReader(options: Options): ReadVisitor {
  const { publicUrl, password, trustedProxies, nowMs } = options;
  const publicName = publicUrl === undefined ? undefined : new URL(publicUrl).hostname;
  const attempt = password === undefined ? undefined : passwordGate(password, nowMs);
  return (request, knocks) => {
    const { headers, socket } = request;
    const peer = socket.remoteAddress ?? '';
    const isProxied = proxyHeaders.some((name) => headers[name] !== undefined);
    const isPublicHost = publicName !== undefined && nameIn(headers.host) === publicName;
    const isLocal = !isProxied && !isPublicHost && isLoopback(peer) && isLocalHost(headers.host);
    const address = limitKey(addressOf(peer, headers['x-forwarded-for'], trustedProxies));
    const { authorization } = headers;
    const isKnocking = knocks && authorization !== undefined;
    const attempted = isKnocking ? attempt?.(authorization, address) : undefined;
    return {
      isOperator: isLocal || attempted?.isRight === true,
      isFromOutside: publicName !== undefined && (isPublicHost || isProxied),
      address,
      waitMs: attempted?.waitMs ?? 0,
    };
  };
}

/**
 * Whether a request that does something comes from one of our own pages, or from a program: browsers say where a request
 * comes from, and a page of another site cannot keep them from it.
 */
export function isOwnRequest({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin, host } = headers;
  return origin === undefined || hostOf(origin) === host?.toLowerCase();
}

function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1];
}

/** Each proxy adds at the end whom it speaks for; what stands further left anybody can write. */
function addressOf(peer: string, forwarded: string | string[] | undefined, proxies: number): string {
  if (proxies === 0 || forwarded === undefined) return peer;
  const named = [forwarded].flat().join(',').split(',');
  const address = named.at(-Math.min(proxies, named.length))?.trim() ?? '';
  return isIP(address) ? address : peer;
}

/** The same place, however it is written: with a port that needs not be said, or the dot of the root of all names. */
function nameIn(host: string | undefined): string | undefined {
  return host?.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\./.test(address) || address === '::1';
}

function isLocalHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

function limitKey(address: string): string {
  const plain = address.replace(/^::ffff:/, '');
  if (!plain.includes(':')) return plain;
  const [head = [], tail] = plain.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - (tail?.length ?? 0) }, () => '0');
  return [...head, ...(tail === undefined ? [] : [...zeros, ...tail])].slice(0, 4).join(':');
}
