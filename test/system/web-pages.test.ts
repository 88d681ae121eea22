import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic, password, publicUrl, WebStage } from '../support/web/stage.ts';

let stage: WebStage;
let page: string;

beforeAll(async () => {
  stage = await WebStage.open({ publicUrl, webPassword: password });
  page = (JSON.parse((await stage.say('eth')).body) as { page: string }).page;
}, 60_000);
afterAll(() => stage.close());

describe('by the public address', () => {
  it('strangers see shared maps and live ones', async () => {
    expect(page).toMatch(/^\/m\/[\w-]{22}$/);
    const shared = await stage.asStranger(page);
    expect(shared.status).toBe(200);
    expect(shared.body).toContain(`<meta property="og:image" content="${publicUrl}${page}.png">`);
    const picture = await stage.asStranger(`${page}.png`);
    expect([picture.headers['content-type'], picture.body.slice(1, 4)]).toEqual(['image/png', 'PNG']);
    expect((await stage.asStranger('/live/eth')).body).toContain('ETH liquidation map');
    for (const path of [
      `${page}.json`,
      '/live/eth.json',
      '/live/ETH.png',
      '/assets/map.js',
      '/assets/vega.js',
    ]) {
      expect((await stage.asStranger(path)).status).toBe(200);
    }
  });

  it('strangers see nothing else, however they ask', async () => {
    for (const path of [
      '/healthz',
      '/metrics',
      '/board',
      '/nothing',
      '/m',
      '/m/x',
      '/assets/map.html',
      '/assets/../server.ts',
      '/live/',
    ]) {
      expect((await stage.asStranger(path)).status, path).toBe(404);
    }
    for (const path of ['/', '/chat/hello', '/chat/events', '/chat/offers?text=e']) {
      const { status, headers } = await stage.asStranger(path);
      expect([status, headers['www-authenticate']], path).toEqual([
        401,
        'Basic realm="Liqmap", charset="UTF-8"',
      ]);
    }
    expect((await stage.say('eth', { host: 'maps.example.com' })).status).toBe(401);
    // A proxy that hides the public name still shows itself.
    expect((await stage.get('/metrics', { 'x-forwarded-for': '192.0.2.7' })).status).toBe(404);
    expect((await stage.get('/', { 'x-forwarded-for': '192.0.2.7' })).status).toBe(401);
  });

  it('strangers cannot have maps made of coins that nobody follows', async () => {
    expect((await stage.asStranger('/live/btc')).status).toBe(404);
    expect((await stage.get('/live/btc')).status).toBe(200);
  });

  it('one who floods is told to wait, and others are not', async () => {
    const asked = Array.from({ length: 70 }, () => stage.asStranger('/m/x'));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses).toContain(429);
    expect((await stage.get(page)).status).toBe(200);
  });

  it('the chat opens with the password, and with that alone', async () => {
    const told = { host: 'maps.example.com', ...basic(password) };
    expect((await stage.get('/', told)).status).toBe(200);
    expect((await stage.say('/help', told)).status).toBe(200);
    expect((await stage.get('/', { host: 'maps.example.com', ...basic('a guess of mine') })).status).toBe(
      401,
    );
  });
});

describe('at this machine', () => {
  it('the chat answers in the words of the bots', async () => {
    const shown = JSON.parse((await stage.say('/clusters eth')).body) as { text: string };
    expect(shown.text).toMatch(/^ETH clusters/);
    expect(JSON.parse((await stage.get('/chat/offers?text=/liqmap%20e')).body)).toMatchObject([
      { label: 'ETH' },
    ]);
  });

  it('a page of another site can neither ask nor be taken for the operator', async () => {
    const attempts = [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      // Sent by a form, without asking first.
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
    ];
    for (const headers of attempts)
      expect([403, 415]).toContain((await stage.say('/forgetme', headers)).status);
    // A name of theirs that points here.
    expect((await stage.get('/', { host: `evil.example:${stage.port}` })).status).toBe(401);
    expect((await stage.say('eth', { host: `evil.example:${stage.port}` })).status).toBe(401);
  });

  it('what is too long or makes no sense is refused', async () => {
    expect((await stage.say('x'.repeat(5_000))).status).toBe(413);
    expect((await stage.say('x'.repeat(501))).status).toBe(400);
    const headers = { 'content-type': 'application/json' };
    for (const body of ['{', '[]', '{"text":7}', 'null']) {
      expect((await stage.ask('POST', '/chat/say', { headers, body })).status).toBe(400);
    }
    expect((await stage.ask('DELETE', '/chat/say')).status).toBe(404);
  });

  it('health and metrics are where they were', async () => {
    expect((await stage.get('/healthz')).status).toBe(200);
    expect((await stage.get('/metrics')).body).toContain('liqmap_');
  });
});

describe('every answer', () => {
  it('tells the browser to load nothing from elsewhere, to guess nothing and to show it in no frame', async () => {
    for (const path of [
      '/',
      page,
      '/live/eth',
      '/assets/chat.js',
      '/chat/hello',
      '/healthz',
      '/nothing',
      `${page}.json`,
    ]) {
      const { headers } = await stage.get(path);
      const policy = headers['content-security-policy'] as string;
      expect(policy, path).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('gives the password, ids and defects to nobody', async () => {
    const told = JSON.stringify(stage.lines);
    expect(told).not.toContain(password);
    expect(stage.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

it('a live stream tells what time it is and of each new map', async () => {
  const { body } = await fetch(`${stage.url}/live/eth.events`);
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const read = async (wanted: RegExp) => {
    while (!wanted.test(text)) text += (await reader.read()).value ?? '';
    return wanted.exec(text)!;
  };
  const [, first] = await read(/event: map\ndata: \{"madeMs":(\d+)/);
  expect(text).toMatch(/^retry: \d+\n\nevent: beat\ndata: \{"nowMs":\d+\}/);
  stage.wait(3 * 60_000);
  const [, second] = await read(/event: map[\s\S]+event: map\ndata: \{"madeMs":(\d+)/);
  expect(Number(second)).toBeGreaterThan(Number(first));
  await reader.cancel();
});

it('an old page says that it is old, and leads to the live one', async () => {
  stage.wait(60 * 60_000);
  const { body } = await stage.get(page);
  expect(body).toContain('OLD: ');
  expect(body).toContain('href="/live/ETH"');
  stage.wait(8 * 86_400_000);
  expect((await stage.get(page)).status).toBe(404);
});

it('without a public address and a password the port answers nobody but this machine', async () => {
  const closed = await WebStage.open();
  try {
    expect((await closed.get('/')).status).toBe(200);
    for (const path of ['/', '/chat/hello', '/live/eth', '/assets/map.js']) {
      expect((await closed.asStranger(path)).status, path).toBe(404);
    }
    expect((await closed.get('/', basic('any word'))).status).toBe(200);
  } finally {
    await closed.close();
  }
});
