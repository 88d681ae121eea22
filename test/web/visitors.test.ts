import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isOwnRequest, visitorReader } from '../../src/web/visitors.ts';

const password = 'correct horse battery';
const basic = (word: string) => `Basic ${Buffer.from(`me:${word}`).toString('base64')}`;
const publicUrl = 'https://maps.example.com';

function from(remoteAddress: string, headers: IncomingHttpHeaders): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

function reader(options: Partial<Parameters<typeof visitorReader>[0]> = {}, nowMs = () => 0) {
  const read = visitorReader({ trustedProxies: 0, nowMs, ...options });
  return (address: string, headers: IncomingHttpHeaders) => read(from(address, headers), true);
}

describe('the operator', () => {
  it.each(['127.0.0.1:8420', 'localhost:8420', '[::1]:8420', 'LOCALHOST'])(
    'sits at this machine and asks for %s',
    (host) => {
      for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
        expect(reader()(address, { host })).toMatchObject({ isOperator: true, isFromOutside: false });
      }
    },
  );

  it.each([
    ['a name that was pointed at this machine', '127.0.0.1', { host: 'evil.example:8420' }],
    ['no host at all', '127.0.0.1', {}],
    ['a name that begins like ours', '127.0.0.1', { host: '127.0.0.1.evil.example' }],
    ['another machine that claims to ask for this one', '192.0.2.7', { host: 'localhost:8420' }],
    [
      'a proxy on this machine that hides the host',
      '127.0.0.1',
      { host: '127.0.0.1:8420', 'x-forwarded-for': '192.0.2.7' },
    ],
    ['a proxy that says so in another way', '127.0.0.1', { host: 'localhost', forwarded: 'for=192.0.2.7' }],
  ])('is not %s', (_, address, headers) => {
    for (const options of [{}, { publicUrl }]) {
      expect(reader(options)(address, headers).isOperator).toBe(false);
    }
  });

  it('may be anywhere with the password, and only with that', () => {
    const read = reader({ publicUrl, password });
    const at = (authorization?: string) =>
      read('192.0.2.7', { host: 'maps.example.com', ...(authorization && { authorization }) }).isOperator;
    expect(at(basic(password))).toBe(true);
    for (const wrong of [undefined, basic('correct horse'), basic(''), 'Basic !', `Bearer ${password}`]) {
      expect(at(wrong)).toBe(false);
    }
    expect(
      reader({ publicUrl })('192.0.2.7', { host: 'maps.example.com', authorization: basic('') }).isOperator,
    ).toBe(false);
  });

  it('has to wait after ten wrong passwords, also for the right one, and nobody else has', () => {
    let nowMs = 0;
    const read = reader({ publicUrl, password }, () => nowMs);
    const wrong = (address: string) => read(address, { host: 'maps.example.com', authorization: basic('x') });
    for (let i = 0; i < 10; i += 1) expect(wrong('192.0.2.7').waitMs).toBe(0);
    expect(wrong('192.0.2.7').waitMs).toBeGreaterThan(0);
    const right = () => read('192.0.2.7', { host: 'maps.example.com', authorization: basic(password) });
    // Whoever could tell the right one from wrong ones all the same would go on guessing.
    expect(right()).toMatchObject({ isOperator: false, waitMs: 30_000 });
    expect(wrong('192.0.2.8').waitMs).toBe(0);
    nowMs = 30_000;
    expect(right()).toMatchObject({ isOperator: true, waitMs: 0 });
    // A right one takes no chance away.
    expect(wrong('192.0.2.7').waitMs).toBe(0);
  });
});

describe('a stranger', () => {
  it('comes by the public address, or through a proxy', () => {
    const read = reader({ publicUrl });
    const seen = (headers: IncomingHttpHeaders) => read('127.0.0.1', headers).isFromOutside;
    for (const host of [
      'MAPS.example.com',
      'maps.example.com:443',
      'maps.example.com.',
      'maps.example.com.:8420',
    ])
      expect(seen({ host }), host).toBe(true);
    expect(seen({ host: '127.0.0.1:8420', via: '1.1 proxy' })).toBe(true);
    expect(seen({ host: '127.0.0.1:8420' })).toBe(false);
    expect(reader()('127.0.0.1', { host: 'maps.example.com' }).isFromOutside).toBe(false);
  });

  it('is who connects, unless proxies of ours say otherwise, and those count from the end', () => {
    const headers = { host: 'maps.example.com', 'x-forwarded-for': '198.51.100.1, 203.0.113.5, 192.0.2.9' };
    const address = (trustedProxies: number) =>
      reader({ publicUrl, trustedProxies })('127.0.0.1', headers).address;
    expect(address(0)).toBe('127.0.0.1');
    expect(address(1)).toBe('192.0.2.9');
    expect(address(2)).toBe('203.0.113.5');
    const odd = { ...headers, 'x-forwarded-for': 'unknown' };
    expect(reader({ publicUrl, trustedProxies: 1 })('127.0.0.1', odd).address).toBe('127.0.0.1');
  });

  it('is counted by the network of IPv6, not by one of its many addresses', () => {
    const read = reader({ publicUrl });
    const headers = { host: 'maps.example.com' };
    expect(read('2001:db8:1:2:aaaa::1', headers).address).toBe(read('2001:db8:1:2:bbbb::2', headers).address);
    expect(read('2001:db8::1', headers).address).toBe(read('2001:db8::2:0:0:1', headers).address);
    expect(read('2001:db8:1:3:aaaa::1', headers).address).not.toBe(
      read('2001:db8:1:2:aaaa::1', headers).address,
    );
  });
});

describe('a request that does something', () => {
  const own = (headers: IncomingHttpHeaders) =>
    isOwnRequest(from('127.0.0.1', { host: '127.0.0.1:8420', ...headers }));

  it('comes from our own page, or from a program', () => {
    expect(own({ 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:8420' })).toBe(true);
    expect(own({})).toBe(true);
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:9000' },
  ])('does not with %j', (headers) => {
    expect(own(headers)).toBe(false);
  });
});
