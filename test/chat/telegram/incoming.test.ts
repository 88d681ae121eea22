import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incomingOf, updateIdOf } from '../../../src/chat/telegram/incoming.ts';

const group = { id: -5, type: 'supergroup', title: 'Traders' };
const ada = { id: 7, is_bot: false, first_name: 'Ada' };
const said = (more: object) => ({
  update_id: 1,
  message: { message_id: 3, date: 1_000, chat: group, from: ada, ...more },
});

describe('an update means', () => {
  it.each([
    ['/liqmap eth 24h', 'liqmap', undefined, 'eth 24h'],
    ['/LiqMap@Liqmap_Bot  eth', 'liqmap', 'liqmap_bot', 'eth'],
    ['/help', 'help', undefined, ''],
    ['/liqmap\neth', 'liqmap', undefined, 'eth'],
  ])('a command by "%s"', (text, name, addressee, words) => {
    expect(incomingOf(said({ text }))).toEqual({
      kind: 'command',
      asker: { userId: '7', chatId: '-5', isPrivate: false },
      name,
      ...(addressee && { addressee }),
      words,
      messageId: '3',
      sentMs: 1_000_000,
    });
  });

  it.each(['hello', 'say /liqmap eth', '/', '/liqmap!eth', '//liqmap', `/${'x'.repeat(33)}`])(
    'nothing by "%s"',
    (text) => {
      expect(incomingOf(said({ text }))).toBeUndefined();
    },
  );

  it('a topic only where the message lies in one', () => {
    const threads = [{ message_thread_id: 4, is_topic_message: true }, { message_thread_id: 4 }];
    const found = threads.map((more) => incomingOf(said({ text: '/help', ...more })));
    expect(found.map((incoming) => incoming?.kind === 'command' && incoming.asker.threadId)).toEqual([
      '4',
      undefined,
    ]);
  });

  it('the chat itself, where somebody writes in its name', () => {
    const asker = { userId: '-5', chatId: '-5', isPrivate: false, mayManage: true };
    expect(incomingOf(said({ text: '/help', sender_chat: group }))).toMatchObject({ asker });
    const linked = { id: -6, type: 'channel', title: 'Linked' };
    expect(incomingOf(said({ text: '/help', sender_chat: linked }))).toMatchObject({
      asker: { userId: '7' },
    });
  });

  it('a press by who pressed, not by who sent the message', () => {
    const bot = { id: 9, is_bot: true, first_name: 'Bot' };
    const message = { message_id: 3, date: 1_000, chat: group, from: bot, sender_chat: group, photo: [{}] };
    const callback_query = { id: 'c', from: ada, chat_instance: '1', data: 'x', message };
    expect(incomingOf({ update_id: 1, callback_query })).toEqual({
      kind: 'press',
      asker: { userId: '7', chatId: '-5', isPrivate: false },
      id: 'c',
      code: 'x',
      message: { messageId: '3', hasPhoto: true },
    });
  });

  it.each([
    ['left', {}, false],
    ['kicked', {}, false],
    ['restricted', { is_member: false }, false],
    ['restricted', { is_member: true }, true],
    ['administrator', {}, true],
  ])('being in or out by "%s" %j', (status, more, isIn) => {
    const my_chat_member = { chat: group, new_chat_member: { status, ...more } };
    expect(incomingOf({ update_id: 1, my_chat_member })).toEqual({ kind: 'standing', chatId: '-5', isIn });
  });

  it('a topic that is open again', () => {
    const more = { message_thread_id: 4, is_topic_message: true, forum_topic_reopened: {} };
    expect(incomingOf(said(more))).toEqual({ kind: 'standing', chatId: '-5', threadId: '4', isIn: true });
    const general = { is_topic_message: true, forum_topic_reopened: {} };
    expect(incomingOf(said(general))).toEqual({ kind: 'standing', chatId: '-5', isIn: true });
  });

  it('a moved group by its service message', () => {
    expect(incomingOf(said({ migrate_to_chat_id: -100 }))).toEqual({
      kind: 'moved',
      fromChatId: '-5',
      toChatId: '-100',
    });
    expect(incomingOf(said({ migrate_from_chat_id: -4 }))).toBeUndefined();
  });

  it('nothing where it is of a kind that we did not ask for', () => {
    expect(incomingOf({ update_id: 1, poll: { id: 'p' } })).toBeUndefined();
  });

  it('is refused where it is no update', () => {
    fc.assert(
      fc.property(fc.anything(), (payload) => {
        if (updateIdOf(payload) === undefined) expect(() => incomingOf(payload)).toThrow();
      }),
    );
  });
});
