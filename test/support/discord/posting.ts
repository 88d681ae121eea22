import { MessageFlags } from 'discord-api-types/v10';
import { sizeOfPng } from './png.ts';
import { badForm, Codes, refusal } from './refusal.ts';
import type { MessageEdit, MessageParts } from './schemas.ts';
import type { UploadedFile } from './wire.ts';
import { type Attachment, type Channel, type Message, Permissions, type User, type World } from './world.ts';

type Parts = Omit<MessageParts, 'nonce' | 'enforce_nonce' | 'message_reference'> &
  Pick<MessageParts, 'nonce' | 'message_reference'>;

const maxFileBytes = 10 * 2 ** 20;
const maxRequestBytes = 25 * 2 ** 20;
const maxEmbedCharacters = 6000;

/** Puts a new message into a channel. */
export function post(world: World, { channel, parts, files, onlyFor }: Posting): Message {
  const attachments = newAttachments(world, { described: parts.attachments, files });
  const message: Message = {
    id: world.nextId(),
    channel,
    content: parts.content ?? '',
    attachments,
    rows: rowsOf(parts),
    flags: parts.flags ?? 0,
    onlyFor,
    nonce: parts.nonce,
    answers: answeredBy(world, channel, parts.message_reference),
    allowedMentions: parts.allowed_mentions,
    isLoading: false,
    edits: 0,
  };
  checkContent(message, parts);
  channel.messages.push(message);
  return message;
}

/** A reply needs the right to read what it answers; what is gone is answered by no reply, if that was allowed. */
function answeredBy(
  world: World,
  channel: Channel,
  reference: MessageParts['message_reference'],
): Message | undefined {
  if (reference === undefined) return undefined;
  const own = world.botPermissionsIn(channel) ?? 0n;
  if (channel.server && (own & Permissions.ReadMessageHistory) === 0n) {
    throw refusal(Codes.CannotReplyWithoutPermissionToReadMessageHistory);
  }
  const found = channel.messages.find(({ id }) => id === reference.message_id);
  if (found === undefined && reference.fail_if_not_exists !== false) {
    throw badForm(['message_reference'], 'Unknown message');
  }
  return found;
}

export type Posting = {
  readonly channel: Channel;
  readonly parts: Parts;
  readonly files: readonly UploadedFile[];
  readonly onlyFor?: User | undefined;
};

/** Changes a message; what is not named stays. */
export function edit(
  world: World,
  message: Message,
  parts: MessageEdit,
  files: readonly UploadedFile[],
): void {
  const before = { ...message };
  const fresh = newAttachments(world, { described: parts.attachments?.filter(isNew), files });
  const kept = (parts.attachments ?? message.attachments).flatMap(
    ({ id }) => message.attachments.find((one) => one.id === id) ?? [],
  );
  const missing = parts.attachments?.find((one) => !isNew(one) && !kept.some(({ id }) => id === one.id));
  if (missing !== undefined) throw badForm(['attachments'], `There is no attachment ${missing.id}`);
  message.attachments = [...kept, ...fresh];
  if (parts.content !== undefined) message.content = parts.content ?? '';
  if (parts.allowed_mentions !== undefined) message.allowedMentions = parts.allowed_mentions;
  if (parts.components !== undefined) message.rows = rowsOf(parts);
  if (parts.flags !== undefined)
    message.flags = (message.flags & ~MessageFlags.SuppressEmbeds) | (parts.flags ?? 0);
  try {
    checkContent(message, parts);
  } catch (error) {
    Object.assign(message, before);
    throw error;
  }
  if (!message.isLoading) message.edits += 1;
  message.isLoading = false;
}

/** Ids of new attachments are the n of files[n]; those of old ones are long. */
function isNew({ id }: { readonly id: string }): boolean {
  return id.length < 3;
}

function newAttachments(
  world: World,
  {
    described,
    files,
  }: { readonly described: MessageParts['attachments']; readonly files: readonly UploadedFile[] },
): Attachment[] {
  if (files.reduce((sum, { data }) => sum + data.length, 0) > maxRequestBytes)
    throw refusal(Codes.RequestEntityTooLarge);
  const ids = files.map(({ key }) => key.slice('files['.length, -1));
  const unmatched = described?.find(({ id }) => !ids.includes(id));
  if (unmatched !== undefined)
    throw badForm(['attachments'], `Attachment ${unmatched.id} has no files[${unmatched.id}]`);
  if (described && (described.length !== files.length || new Set(ids).size !== ids.length)) {
    throw badForm(['attachments'], 'attachments and files do not match');
  }
  return files.map(({ key, name, data }, index) => {
    if (data.length > maxFileBytes) throw refusal(Codes.RequestEntityTooLarge);
    const about = described?.find(({ id }) => id === ids[index]);
    const filename = about?.filename ?? name;
    const size = filename.endsWith('.png') ? sizeOfPng(data, [key]) : {};
    return { id: world.nextId(), filename, description: about?.description, data, ...size };
  });
}

function rowsOf({ components }: Pick<MessageEdit, 'components'>): Message['rows'] {
  return (components ?? []).map((row) =>
    row.components.map((each) => ('url' in each ? { custom_id: '', ...each } : each)),
  );
}

function checkContent(message: Message, { embeds }: Pick<MessageEdit, 'embeds'>): void {
  const texts = (embeds ?? []).flatMap(({ title, description, footer }) => [
    title,
    description,
    footer?.text,
  ]);
  if (texts.join('').length > maxEmbedCharacters)
    throw badForm(['embeds'], 'Embeds are over 6000 characters');
  const isEmpty =
    message.content.trim() === '' && message.attachments.length === 0 && (embeds ?? []).length === 0;
  if (isEmpty) throw refusal(Codes.CannotSendAnEmptyMessage);
}
