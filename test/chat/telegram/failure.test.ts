import { describe, expect, it } from 'vitest';
import { BotApiError } from '../../../src/chat/telegram/bot-api.ts';
import { failureOf } from '../../../src/chat/telegram/failure.ts';

function refused(code: number, description: string, more: object = {}) {
  return failureOf(new BotApiError('sendMessage', description, { reach: 'refused', code, ...more }));
}

describe('a refusal of Telegram', () => {
  it.each([
    [403, 'Forbidden: bot was blocked by the user'],
    [403, 'Forbidden: bot was kicked from the group chat'],
    [403, 'Forbidden: bot was kicked from the supergroup chat'],
    [403, 'Forbidden: bot was kicked from the channel chat'],
    [403, 'Forbidden: bot is not a member of the channel chat'],
    [403, 'Forbidden: user is deactivated'],
    [403, "Forbidden: bot can't initiate conversation with a user"],
    [403, "Forbidden: bot can't send messages to bots"],
    [400, 'Bad Request: chat not found'],
    [400, 'Bad Request: need administrator rights in the channel chat'],
    [400, 'Bad Request: not enough rights to send text messages to the chat'],
    [400, 'Bad Request: have no rights to send a message'],
    [400, 'Bad Request: CHAT_WRITE_FORBIDDEN'],
  ])('%d %s means a dead chat', (code, description) => {
    expect(refused(code, description)).toEqual({ kind: 'dead', what: 'chat', reason: description });
  });

  it.each([
    ['dead', 400, 'Bad Request: message thread not found'],
    ['dead', 400, 'Bad Request: TOPIC_CLOSED'],
    ['no-photos', 400, 'Bad Request: not enough rights to send photos to the chat'],
    ['no-photos', 403, 'Forbidden: not enough rights to send photos to the chat'],
    ['lost-file', 400, 'Bad Request: wrong file identifier/HTTP URL specified'],
    ['lost-file', 400, "Bad Request: wrong remote file identifier specified: can't unserialize it"],
    [
      'unchanged',
      400,
      'Bad Request: message is not modified: specified new message content and reply markup are',
    ],
    ['uneditable', 400, 'Bad Request: message to edit not found'],
    ['uneditable', 400, "Bad Request: message can't be edited"],
    ['uneditable', 400, 'Bad Request: there is no media in the message to edit'],
    ['refused', 400, 'Bad Request: message is too long'],
    ['refused', 400, 'Bad Request: BUTTON_DATA_INVALID'],
    ['refused', 401, 'Unauthorized'],
    ['later', 500, 'Internal Server Error'],
    ['later', 502, 'Bad Gateway'],
    ['unknown', 504, 'Gateway Timeout'],
  ])('means %s by %d %s', (kind, code, description) => {
    expect(refused(code, description).kind).toBe(kind);
  });

  it('says how long to wait, and where a group has gone', () => {
    expect(refused(429, 'Too Many Requests', { retryAfterS: 7 })).toEqual({ kind: 'flood', waitMs: 7_000 });
    expect(refused(429, 'Too Many Requests')).toEqual({ kind: 'flood', waitMs: 5_000 });
    expect(refused(400, 'Bad Request: group chat was upgraded', { migrateToChatId: '-100' })).toEqual({
      kind: 'moved',
      toChatId: '-100',
    });
  });
});

describe('a request without an answer', () => {
  it('is tried again only if it cannot have arrived', () => {
    const lost = (reach: 'not-sent' | 'unknown') =>
      failureOf(new BotApiError('sendMessage', 'gone', { reach }));
    expect(lost('not-sent').kind).toBe('later');
    expect(lost('unknown').kind).toBe('unknown');
  });

  it('is not made of a defect of ours', () => {
    expect(() => failureOf(new TypeError('x is not y'))).toThrow(TypeError);
  });
});
