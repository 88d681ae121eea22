import type { Message } from 'telegraf/types';
import type { AlertPayload } from '../../../src/alerts/payload.ts';
import type { Alert } from '../../../src/store/alert-ledger.ts';
import type { AlertStage } from '../alert-stage.ts';
import type { Subscribed } from './crowd.ts';

type Row = Alert<AlertPayload>;

/** Where what stands in the channels of both emulators differs from what the ledger says was sent there, in words. */
export function delivered(
  stage: AlertStage,
  crowd: readonly Subscribed[],
  rows: readonly Row[],
): readonly string[] {
  const sent = rows.filter(({ state }) => state === 'sent');
  const edits = new Map<string, Row>();
  for (const row of sent.toSorted((a, b) => a.createdMs - b.createdMs))
    if (row.payload.edits !== undefined) edits.set(row.payload.edits, row);
  const textOf = (row: Row) => (edits.get(row.key) ?? row).payload.text;
  return crowd.flatMap((one) => {
    const own = sent.filter(
      ({ subscriptionId, payload }) => subscriptionId === one.id && payload.edits === undefined,
    );
    const wanted = new Map(own.map((row) => [row.messageRef?.split('/')[1] ?? '', textOf(row)]));
    const stands = messagesOf(stage, one);
    const place = `${one.platform} ${one.chatId}`;
    return [
      ...(wanted.size === own.length ? [] : [`${place}: two alerts are one message`]),
      ...[...wanted].flatMap(([id, text]) => {
        const is = stands.get(id);
        if (is === undefined) return [`${place}: no message ${id}`];
        return plain(is) === plain(text)
          ? []
          : [`${place}: ${id} says ${JSON.stringify(is)}, not ${JSON.stringify(text)}`];
      }),
      ...[...stands.keys()]
        .filter((id) => !wanted.has(id))
        .map((id) => `${place}: message ${id} is of no alert`),
    ];
  });
}

/** What we have said in a place, by id of the message. */
function messagesOf(
  { discord, telegram }: AlertStage,
  { platform, chatId }: Subscribed,
): ReadonlyMap<string, string> {
  if (platform === 'discord') {
    const { messages } = discord.world.channel(chatId);
    return new Map(messages.map(({ id, content }) => [id, content]));
  }
  const chat = telegram.world.chats.get(Number(chatId))!;
  const said = telegram.saidIn(chat) as (Message.TextMessage & Message.PhotoMessage)[];
  return new Map(said.map(({ message_id, text, caption }) => [`${message_id}`, text ?? caption ?? '']));
}

/** Discord's text has its signs escaped. */
function plain(text: string): string {
  return text.replaceAll('\\', '').trim();
}
