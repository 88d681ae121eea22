import { describe, expect, test } from 'vitest';
import { namesBlockedLocation, onlyAnswers } from '../../../src/market/live/http-answer.ts';

function answered(status: number, body: string, headers: Record<string, string> = {}) {
  return onlyAnswers(async () => new Response(body, { status, headers }), 'venue')('https://venue.test/');
}

test('JSON passes, also that of a refusal', async () => {
  expect(await (await answered(200, '[1]')).json()).toEqual([1]);
  const refusal = await answered(400, '{"code":-1121}');
  expect([refusal.status, await refusal.json()]).toEqual([400, { code: -1121 }]);
});

describe('what is no answer has a reason', () => {
  test.each([
    [451, '{}', 'geo-blocked'],
    [403, 'configured to block access from your country.', 'geo-blocked'],
    [403, '{"retMsg":"access too frequent"}', 'rate-limited'],
    [403, 'Forbidden', 'unavailable'],
    [429, 'null', 'rate-limited'],
    [418, '{}', 'rate-limited'],
    [503, '<html>', 'unavailable'],
    [200, '<html>Just a moment...', 'bad-answer'],
    [200, '{"cut":', 'bad-answer'],
    [200, '', 'bad-answer'],
  ] as const)('%i %s is %s', async (status, body, reason) => {
    await expect(answered(status, body)).rejects.toMatchObject({ name: 'MarketError', reason });
  });

  test('a rest is as long as the venue says, two minutes for a ban that says nothing', async () => {
    await expect(answered(429, '{}', { 'retry-after': '7' })).rejects.toMatchObject({ retryAfterMs: 7000 });
    await expect(answered(418, '{}')).rejects.toMatchObject({ retryAfterMs: 120_000 });
    await expect(answered(429, '{}')).rejects.toMatchObject({ retryAfterMs: undefined });
  });
});

test.each([
  ['The service is not available in your region', true],
  ['Your location is restricted', true],
  ['Parameter instId does not exist', false],
  ['Symbol is not available', false],
])('"%s" names a blocked location: %s', (message, blocked) => {
  expect(namesBlockedLocation(message)).toBe(blocked);
});
