import { describe, expect, it } from 'vitest';
import type { LogLevel } from '../src/config.ts';
import { createLog, type Log } from '../src/log.ts';
import { redact } from '../src/redaction.ts';

function recording(level: LogLevel = 'debug'): { log: Log; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const log = createLog({ level, write: (line) => written.push(line), now: () => Date.UTC(2026, 0, 2) });
  return { log, lines: () => written.map((line) => JSON.parse(line)) };
}

/** What a field looks like in the log. */
function logged(value: unknown): unknown {
  const { log, lines } = recording();
  log.info('x', { value });
  return lines()[0]!['value'];
}

describe('the log', () => {
  it('writes one JSON object per line: level, time, fields, message', () => {
    const written: string[] = [];
    const log = createLog({ level: 'info', write: (line) => written.push(line), now: () => 0 });
    log.warn('venue\nskipped', { venue: 'okx', tries: 3 });
    expect(written).toEqual([
      '{"level":"warn","time":"1970-01-01T00:00:00.000Z","venue":"okx","tries":3,"msg":"venue\\nskipped"}\n',
    ]);
  });

  it('leaves out what is less serious than its level', () => {
    const { log, lines } = recording('warn');
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](level);
    expect(lines().map(({ level }) => level)).toEqual(['warn', 'error']);
  });

  it('carries fields along, without letting any field replace time, level or message', () => {
    const { log, lines } = recording();
    log.with({ venue: 'okx', job: 1 }).with({ job: 2 }).info('done', { msg: 'forged', level: 'debug' });
    expect(lines()).toEqual([
      { time: '2026-01-02T00:00:00.000Z', level: 'info', msg: 'done', venue: 'okx', job: 2 },
    ]);
  });

  it('writes an error with its stack, its cause and what else it carries', () => {
    const error = Object.assign(new Error('outer', { cause: new RangeError('inner') }), { code: 'E_OUT' });
    expect(logged(error)).toMatchObject({
      name: 'Error',
      message: 'outer',
      code: 'E_OUT',
      stack: expect.stringContaining('log.test.ts'),
      cause: { name: 'RangeError', message: 'inner' },
    });
  });

  it('writes what JSON cannot', () => {
    const loop: Record<string, unknown> = { a: 1 };
    loop['self'] = loop;
    expect(logged(loop)).toEqual({ a: 1, self: '[circular]' });
    expect(logged([10n, Number.NaN, -Infinity, null, true])).toEqual(['10', 'NaN', '-Infinity', null, true]);
    expect(logged(new Map([['a', new Set([1])]]))).toEqual([['a', [1]]]);
    expect(logged(new Date(Number.NaN))).toBeNull();
    const ring = new Map<string, unknown>();
    ring.set('self', ring);
    expect(logged(ring)).toEqual([['self', '[circular]']]);
  });

  it('cuts what is too long or too deep, but repeats what is shared', () => {
    expect(logged('x'.repeat(5000))).toBe(`${'x'.repeat(2000)}... (5000 characters)`);
    let deep: unknown = 'bottom';
    for (let i = 0; i < 50; i++) deep = [deep];
    expect(JSON.stringify(logged(deep))).toContain('[deep]');
    const shared = { a: 1 };
    expect(logged([shared, shared])).toEqual([shared, shared]);
  });

  it('does not throw when a field does', () => {
    const { log, lines } = recording();
    const trap = {
      get price(): number {
        throw new Error('trapped');
      },
    };
    log.error('kept', { trap });
    expect(lines()[0]).toMatchObject({ msg: 'kept', unloggable: 'trapped' });
  });
});

describe('a secret does not reach the log', () => {
  // Made up, in the shape of the real ones.
  const telegram = `1234567890:${'AAE-x_9'.repeat(5)}`;
  const discord = `${'MTIz'.repeat(6)}.GaBcDe.${'x_9-'.repeat(8)}`;

  it('even where the text is cut', () => {
    expect(logged(`${'x '.repeat(990)}${telegram}${' x'.repeat(500)}`)).not.toContain(telegram.slice(0, 12));
  });

  it('and looking for it in a long text takes no time', () => {
    const started = performance.now();
    for (const piece of ['a', 'a.', '1', 'x://', '-_']) logged(piece.repeat(1_000_000));
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it.each([
    ['a Telegram address', `https://api.telegram.org/bot${telegram}/sendMessage failed`, telegram],
    ['a Discord token', `login with ${discord} refused`, discord],
    ['a password in an address', 'cannot reach postgres://liqmap:p@ss:w0rd@db:5432/map', 'w0rd'],
    ['a proxy without user name', 'via http://:hunter2@proxy.example', 'hunter2'],
    ['a webhook', 'POST https://discord.com/api/webhooks/123456/aBc-dEf_9 404', 'aBc-dEf_9'],
    ['a header', 'sent Authorization: Bot abcdefghijklmnopqrstuvwx', 'abcdefghijklmnopqrstuvwx'],
    ['a query', 'GET /v1/order?symbol=ETH&signature=deadbeef&apiKey=k1', 'deadbeef'],
  ])('from %s', (_, text, secret) => {
    const { log, lines } = recording();
    log.error(text, { text, nested: [{ text }], error: new Error(text, { cause: new Error(text) }) });
    expect(JSON.stringify(lines())).not.toContain(secret);
    expect(redact(text)).toContain('[redacted]');
  });

  it.each([
    'token',
    'botToken',
    'DISCORD_TOKEN',
    'password',
    'apiKey',
    'api_key',
    'Authorization',
    'Cookie',
    'clientSecret',
  ])('from a field named %s', (name) => {
    expect(logged({ [name]: 'plain', deep: { [name]: ['plain'] } })).toEqual({
      [name]: '[redacted]',
      deep: { [name]: '[redacted]' },
    });
  });

  it('while everything else stays as it is', () => {
    const text =
      'Bot started at 12:30:15, 1700000000000: BTC/USDT:USDT, mail me@example.org, https://api.example/v5?x=1@2';
    expect(redact(text)).toBe(text);
    expect(logged({ key: 'liqmap:eth', author: 'x' })).toEqual({ key: 'liqmap:eth', author: 'x' });
  });
});
