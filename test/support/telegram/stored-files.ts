import type { PhotoSize } from 'telegraf/types';
import { photoSize } from './picture.ts';
import { badRequest } from './refusal.ts';

type StoredFile = { readonly bytes: Buffer; readonly sizes: readonly PhotoSize[] };

/** Telegram keeps a photo in several sizes, the largest last; it never enlarges. */
const longestSides = [90, 320, 800, 1280];

/** Photos that were uploaded, each known to the bot that sent it by ids of its own. */
export class StoredFiles {
  readonly #files: StoredFile[] = [];
  #firstValid = 0;

  store(botId: number, bytes: Buffer): readonly PhotoSize[] {
    const { width, height } = photoSize(bytes);
    const number = this.#files.length;
    const longest = Math.max(width, height);
    const sides = [...longestSides.filter((side) => side < longest), Math.min(longest, 1280)];
    const sizes = sides.map((side) => ({
      file_id: Buffer.from(`photo:${botId}:${number}:${side}`).toString('base64url'),
      file_unique_id: `u${number}s${side}`,
      width: Math.round((width * side) / longest),
      height: Math.round((height * side) / longest),
      file_size: bytes.length,
    }));
    this.#files.push({ bytes, sizes });
    return sizes;
  }

  /** The photo a bot means by a file id; refuses another bot's, a forgotten one and what was never issued. */
  find(botId: number, fileId: string): readonly PhotoSize[] {
    if (/^https?:/.test(fileId)) throw badRequest('failed to get HTTP URL content');
    const [kind, owner, number] = Buffer.from(fileId, 'base64url').toString().split(':');
    const file = this.#files[Number(number)];
    if (kind !== 'photo' || file === undefined) {
      throw badRequest("wrong remote file identifier specified: can't unserialize it. Wrong last symbol");
    }
    if (Number(owner) !== botId || Number(number) < this.#firstValid) {
      throw badRequest('wrong file identifier/HTTP URL specified');
    }
    return file.sizes;
  }

  /** What was uploaded as this photo. */
  bytesOf(photo: readonly PhotoSize[]): Buffer {
    const file = this.#files.find(
      ({ sizes }) => sizes.at(-1)!.file_unique_id === photo.at(-1)!.file_unique_id,
    );
    if (file === undefined) throw new Error('no such photo was ever uploaded');
    return file.bytes;
  }

  get uploads(): number {
    return this.#files.length;
  }

  /** Makes every id issued so far worthless, as it happens when a bot's token moves to another account. */
  forget(): void {
    this.#firstValid = this.#files.length;
  }
}
