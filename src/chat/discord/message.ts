import type { Button, Command, Reply } from '../../../commands/command.ts';
import { texts } from '../../../commands/texts.ts';
import { pressedCode } from '../pressed-code.ts';
import { clip, escapeMarkdown } from './markdown.ts';
import type { NamedFile } from './rest.ts';

export type MessageBody = {
  readonly content: string;
  readonly allowed_mentions: { readonly parse: readonly never[]; readonly roles?: readonly string[] };
  readonly attachments: readonly {
    readonly id: number;
    readonly filename: string;
    readonly description: string;
  }[];
  readonly components: readonly unknown[];
  readonly flags?: number;
  readonly message_reference?: { readonly message_id: string; readonly fail_if_not_exists: false };
};

export type Message = { readonly body: MessageBody; readonly files: readonly NamedFile[] };

export type Drawn = { readonly fileName: string; readonly alt: string; readonly data: Buffer };

type Dress = {
  readonly commands: readonly Command[];
  readonly picture?: Drawn | undefined;
  /** Address of the page behind the picture. */
  readonly page?: string | undefined;
  /** A role that is told of the message; nobody else ever is. */
  readonly pingRole?: string | undefined;
  /** No sound and no push notification. */
  readonly silent?: boolean | undefined;
  /** Message of the same channel that this one answers. */
  readonly replyTo?: string | undefined;
};

/** https://docs.discord.com/developers/resources/message: limits of content, alt text and labels, in characters. */
const maxContent = 2000;
const maxAlt = 1024;
const maxLabel = 80;
const maxRows = 5;
const maxInRow = 5;
/** Flag of a message that only one person sees. */
export const ephemeral = 1 << 6;
const suppressNotifications = 1 << 12;
const types = { row: 1, button: 2 } as const;
const secondaryStyle = 2;
const linkStyle = 5;

/** A reply as a message of Discord's. Built anew for every sending, since senders may write into it. */
export function messageOf(
  { text, buttons = [] }: Reply,
  { commands, picture, page, pingRole, silent, replyTo }: Dress,
): Message {
  const ping = pingRole === undefined ? '' : `<@&${pingRole}>\n`;
  return {
    body: {
      content: `${ping}${clip(escapeMarkdown(text), maxContent - ping.length)}`,
      allowed_mentions: { parse: [], ...(pingRole !== undefined && { roles: [pingRole] }) },
      attachments: picture
        ? [{ id: 0, filename: fileNameOf(picture), description: clip(picture.alt, maxAlt) }]
        : [],
      components: withLink(rowsOf(buttons, commands), page),
      ...(silent && { flags: suppressNotifications }),
      ...(replyTo !== undefined && { message_reference: { message_id: replyTo, fail_if_not_exists: false } }),
    },
    files: picture ? [{ name: fileNameOf(picture), data: picture.data }] : [],
  };
}

/** A text that only the one who asked can see. */
export function whisperOf(text: string): MessageBody {
  const { body } = messageOf({ text }, { commands: [] });
  return { ...body, flags: ephemeral };
}

/** The words of a button from its custom id. */
export function codeOf(customId: string): string {
  return customId.replace(/#\d+$/, '');
}

type Row = { readonly type: number; readonly components: readonly object[] };

/** The link stands where there is room for it: at the end of the last row, or in one of its own. */
function withLink(rows: readonly Row[], url: string | undefined): readonly Row[] {
  if (url === undefined) return rows;
  const link = { type: types.button, style: linkStyle, label: texts.chat.page, url };
  if (rows.length < maxRows) return [...rows, { type: types.row, components: [link] }];
  const free = rows.findLastIndex(({ components }) => components.length < maxInRow);
  return rows.map((row, y) => (y === free ? { ...row, components: [...row.components, link] } : row));
}

function rowsOf(rows: readonly (readonly Button[])[], commands: readonly Command[]): readonly Row[] {
  if (rows.length > maxRows || rows.some((row) => row.length > maxInRow)) {
    throw new RangeError(
      `buttons fit in ${maxRows} rows of ${maxInRow}, not in ${rows.map((row) => row.length)}`,
    );
  }
  return rows
    .filter((row) => row.length > 0)
    .map((row, y) => ({
      type: types.row,
      components: row.map((button, x) => ({
        type: types.button,
        style: secondaryStyle,
        label: clip(button.label, maxLabel),
        // Two buttons may ask for the same, but Discord wants each id once in a message.
        custom_id: `${pressedCode(button, commands)}#${y * maxInRow + x}`,
      })),
    }));
}

function fileNameOf({ fileName }: Drawn): string {
  return fileName.replace(/[^\w.-]/g, '_');
}
