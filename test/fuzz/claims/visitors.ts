import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import fc from 'fast-check';
import { isOwnRequest, visitorReader } from '../../../src/web/visitors.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { hostileText } from '../hostile.ts';

const password = 'correct horse battery';
const publicHost = 'maps.example.com';

const peers = [
  '127.0.0.1',
  '127.9.9.9',
  '::1',
  '::ffff:127.0.0.1',
  '192.0.2.7',
  '2001:db8::7',
  '10.0.0.9',
  '',
];
const hosts = [
  'localhost',
  'LOCALHOST:8420',
  '127.0.0.1:8420',
  '[::1]:8420',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'localhost@evil.example',
  'evil.example#localhost',
  '0x7f.1',
  '[::ffff:127.0.0.1]',
  publicHost,
  `${publicHost}:443`,
  `${publicHost}.`,
];
const forwardedWords = [
  '192.0.2.1',
  '192.0.2.1:80',
  '2001:db8::1',
  '[2001:db8::1]',
  '::ffff:192.0.2.3',
  'unknown',
  '_hidden',
  '127.0.0.1',
  '"192.0.2.1"',
  '',
  ' ',
  'for=192.0.2.1',
  '192.0.2.1\t',
  'fe80::1%eth0',
  '999.1.1.1',
];
const proxyHeaders = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'forwarded',
  'via',
  'x-real-ip',
];

const forwarded = fc
  .array(fc.oneof(fc.constantFrom(...forwardedWords), hostileText), { minLength: 1, maxLength: 5 })
  .map((words) => words.join(','));
const knock = fc.oneof(
  fc.constantFrom(password, `${password} `, '', 'correct horse', `x:${password}`).map(basic),
  fc.constantFrom(
    'Basic',
    'Basic !!!',
    `Bearer ${password}`,
    `basic  ${btoa(`:${password}`)}`,
    `BASIC ${btoa(`a:b:${password}`)}`,
    `Basic ${btoa(password)}`,
  ),
  hostileText,
);

const asked = fc.record({
  peer: fc.constantFrom(...peers),
  host: fc.option(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...hosts) }, hostileText), {
    nil: undefined,
  }),
  forwarded: fc.option(forwarded, { nil: undefined }),
  others: fc.subarray(proxyHeaders.slice(1)),
  authorization: fc.option(knock, { nil: undefined }),
  proxies: fc.nat(5),
});
type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never;

/** Who a request is taken for, with headers that anybody can write. */
export const visitors: FuzzArea = {
  name: 'who visits',
  open: async () => ({
    claims: [
      claim('is the operator only at this machine or with the password', 15_000, asked, (one) => {
        const { isOperator, isFromOutside } = readOnce(one);
        const isProxied = one.forwarded !== undefined || one.others.length > 0;
        const isHere = /^(::ffff:)?127\.|^::1$/.test(one.peer) && isNamedLocal(one.host) && !isProxied;
        const isTold = knowsPassword(one.authorization);
        if (isOperator !== (isHere || isTold)) throw new Error(`operator: ${isOperator}`);
        if (isProxied && !isFromOutside) throw new Error('behind a proxy, and not from outside');
        const isPublic = one.host?.toLowerCase().replace(/\.?(:\d*)?$/, '') === publicHost;
        if (isPublic && !isFromOutside) throw new Error('by the public name, and not from outside');
      }),
      claim(
        'counts for one address, whatever is written before what our own proxies say',
        10_000,
        fc.tuple(asked, fc.array(hostileText, { minLength: 1, maxLength: 4 })),
        ([one, lies]) => {
          const { address } = readOnce(one);
          if (address.length > 39) throw new Error(`the address ${address} is long`);
          const said = (one.forwarded ?? '').split(',');
          const isComplete = one.forwarded !== undefined && said.length >= one.proxies;
          if (one.proxies > 0 && !isComplete) return;
          const lied = {
            ...one,
            forwarded: [...lies, ...(one.forwarded === undefined ? [] : said)].join(','),
          };
          const after = readOnce(lied);
          if (after.address !== address) throw new Error(`${after.address} and ${address} are one`);
          if (one.proxies === 0 && isIP(one.peer) === 4 && address !== one.peer)
            throw new Error(`${one.peer} counts as ${address}`);
        },
      ),
      claim(
        'hears nothing of passwords after ten wrong ones, in whatever order they come',
        3_000,
        fc.array(
          fc.record({
            isRight: fc.boolean(),
            from: fc.nat(1),
            passMs: fc.constantFrom(0, 0, 0, 1_000, 30_000),
          }),
          {
            minLength: 5,
            maxLength: 60,
          },
        ),
        guessInTurn,
      ),
      claim(
        'that another site sends is not taken for one of our own pages',
        5_000,
        fc.record({
          origin: fc.oneof(
            fc.constantFrom('null', 'https://evil.example', 'http://localhost', `https://${publicHost}.evil`),
            hostileText,
          ),
          host: fc.constantFrom('localhost:8420', publicHost),
          site: fc.option(fc.constantFrom('cross-site', 'same-site', 'same-origin', 'none', 'x'), {
            nil: undefined,
          }),
        }),
        ({ origin, host, site }) => {
          const headers = { origin, host, ...(site !== undefined && { 'sec-fetch-site': site }) };
          if (!isOwnRequest({ headers } as unknown as IncomingMessage)) return;
          const own = [`http://${host}`, `https://${host}`];
          if (!own.includes(origin.toLowerCase())) throw new Error(`${origin} is taken for ${host}`);
          if (site === 'cross-site' || site === 'same-site')
            throw new Error('another site is taken for ours');
        },
      ),
    ],
  }),
};

function readOnce({ peer, host, forwarded, others, authorization, proxies }: Asked) {
  const headers: IncomingHttpHeaders = {
    ...(host !== undefined && { host }),
    ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }),
    ...Object.fromEntries(others.map((name) => [name, 'x'])),
    ...(authorization !== undefined && { authorization }),
  };
  const read = visitorReader({
    publicUrl: `https://${publicHost}`,
    password,
    trustedProxies: proxies,
    nowMs: () => 0,
  });
  return read({ headers, socket: { remoteAddress: peer } } as unknown as IncomingMessage, true);
}

/** What a browser calls this machine, with a port or without. */
function isNamedLocal(host: string | undefined): boolean {
  if (host === undefined || !/^[a-z0-9.:[\]]+$/i.test(host)) return false;
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '');
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** RFC 7617, read by the platform's own decoder. */
function knowsPassword(authorization: string | undefined): boolean {
  const [scheme = '', ...rest] = (authorization ?? '').split(' ').filter((word) => word !== '');
  if (scheme.toLowerCase() !== 'basic' || rest.length !== 1) return false;
  const told = Buffer.from(rest[0]!, 'base64').toString('utf8');
  return told.includes(':') && told.slice(told.indexOf(':') + 1) === password;
}

type Guess = { readonly isRight: boolean; readonly from: number; readonly passMs: number };

function guessInTurn(guesses: readonly Guess[]): void {
  let nowMs = 0;
  const read = visitorReader({
    publicUrl: `https://${publicHost}`,
    password,
    trustedProxies: 0,
    nowMs: () => nowMs,
  });
  const heard = [[] as number[], [] as number[]];
  for (const { isRight, from, passMs } of guesses) {
    nowMs += passMs;
    const remoteAddress = `192.0.2.${from + 1}`;
    const headers = { host: publicHost, authorization: basic(isRight ? password : 'a guess') };
    const { isOperator, waitMs } = read(
      { headers, socket: { remoteAddress } } as unknown as IncomingMessage,
      true,
    );
    if (isOperator !== (isRight && waitMs === 0)) throw new Error('heard while it has to wait');
    if (!isRight && waitMs === 0) heard[from]!.push(nowMs);
    const most = 10 + nowMs / 30_000;
    if (heard[from]!.length > most) throw new Error(`${heard[from]!.length} wrong ones after ${nowMs} ms`);
  }
}

function basic(told: string): string {
  return `Basic ${Buffer.from(`me:${told}`).toString('base64')}`;
}
