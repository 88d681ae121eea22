import { join } from 'node:path';
import type { Reply } from '../../commands/command.ts';
import type { Output } from './command.ts';
import { writePicture } from './picture-file.ts';

/** Options of every command that prints a reply. */
export const replyOptions = {
  out: { type: 'string' },
  scale: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Prints a reply, or its data, and writes its picture if there is one: of data only where a file is named. */
export async function printReply(
  { text, data, picture }: Reply,
  { out, json }: { readonly out?: string | undefined; readonly json?: boolean | undefined },
  output: Output,
): Promise<void> {
  output.out(json && data !== undefined ? JSON.stringify(data) : text);
  if (!picture || (json && !out)) return;
  const path = out ?? join('out', picture.fileName);
  output.note(`picture: ${await writePicture(path, await picture.draw())}`);
}
