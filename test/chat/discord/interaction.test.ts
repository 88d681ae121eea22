import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInteraction } from '../../../src/chat/discord/interaction.ts';

const [id, user, channel, server] = [
  '100000000000000001',
  '100000000000000002',
  '100000000000000003',
  '100000000000000004',
];
const sent = { id, application_id: '100000000000000009', token: 'tok/en', channel_id: channel, version: 1 };
const inServer = {
  ...sent,
  guild_id: server,
  member: { user: { id: user }, permissions: '2048' },
  context: 0,
  authorizing_integration_owners: { 0: server },
};
const about = { type: 2, data: { type: 1, name: 'about' } };

describe('an interaction', () => {
  test('of a command has its words as text', () => {
    const options = [
      { name: 'symbol', type: 3, value: 'eth' },
      { name: 'count', type: 4, value: 3 },
      { name: 'all', type: 5, value: true },
    ];
    expect(parseInteraction({ ...inServer, type: 2, data: { type: 1, name: 'liqmap', options } })).toEqual({
      kind: 'command',
      command: 'liqmap',
      words: { symbol: 'eth', count: '3', all: 'true' },
      ticket: { id, applicationId: sent.application_id, token: 'tok/en' },
      caller: { platform: 'discord', userId: user, chatId: channel, communityId: server, mayManage: false },
    });
  });

  test('of a button has its code, of typing what is being typed', () => {
    const press = { ...inServer, type: 3, data: { component_type: 2, custom_id: 'a#1' } };
    expect(parseInteraction(press)).toMatchObject({ kind: 'press', customId: 'a#1' });
    const options = [{ name: 'symbol', value: 'et', focused: true }];
    const typing = { ...inServer, type: 4, data: { type: 1, name: 'liqmap', options } };
    expect(parseInteraction(typing)).toMatchObject({
      kind: 'typing',
      command: 'liqmap',
      parameter: 'symbol',
      typed: 'et',
    });
  });

  test.each([
    ['a member', { member: { user: { id: user }, permissions: '2048' } }, false],
    ['one who manages the server', { member: { user: { id: user }, permissions: `${1 << 5}` } }, true],
    ['an administrator', { member: { user: { id: user }, permissions: `${1 << 3}` } }, true],
    [
      'an administrator of a server that we are not in',
      { member: { user: { id: user }, permissions: '8' }, authorizing_integration_owners: { 1: user } },
      false,
    ],
  ])('lets %s manage or not', (_, more, mayManage) => {
    expect(parseInteraction({ ...inServer, ...more, ...about }).caller.mayManage).toBe(mayManage);
  });

  test.each([
    ['with the bot', 1, true],
    ['between others', 2, false],
  ])('in a private chat %s has no server', (_, context, mayManage) => {
    const { caller } = parseInteraction({ ...sent, ...about, user: { id: user }, context });
    expect(caller).toEqual({ platform: 'discord', userId: user, chatId: channel, mayManage });
  });

  test.each([
    ['of a select menu', { type: 3, data: { component_type: 3, custom_id: 'a', values: [] } }],
    ['of a context menu', { type: 2, data: { type: 2, name: 'about' } }],
    ['of a kind that is not offered', { type: 5, data: { custom_id: 'a' } }],
    ['with an id that would lead elsewhere', { ...about, id: '../../users/@me' }],
    ['without a sender', { ...about, member: undefined }],
    ['with permissions that are no number', { ...about, member: { user: { id: user }, permissions: 'all' } }],
  ])('%s is refused', (_, more) => {
    expect(() => parseInteraction({ ...inServer, ...more })).toThrow(/unreadable interaction/);
  });

  test('that is anything at all is refused in the same words, without its token', () => {
    const payload = fc.oneof(
      fc.anything(),
      fc.record({ type: fc.nat(6), data: fc.anything(), token: fc.constant('s3cret') }),
    );
    fc.assert(
      fc.property(payload, (anything) => {
        expect(() => parseInteraction(anything)).toThrow(/^unreadable interaction(?!.*s3cret)/s);
      }),
    );
  });
});
