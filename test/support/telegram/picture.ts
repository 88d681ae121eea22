import { badRequest } from './refusal.ts';

type PictureSize = { readonly width: number; readonly height: number };

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const maxBytes = 10 * 1024 * 1024;
const maxSum = 10_000;
const maxRatio = 20;

/** The size of a PNG in px; refuses what Telegram takes for no photo (limits: Bot API, sendPhoto). */
export function photoSize(bytes: Buffer): PictureSize {
  if (bytes.length === 0) throw badRequest('file must be non-empty');
  if (bytes.length > maxBytes) throw badRequest(`file is too big (${bytes.length} bytes)`);
  if (!bytes.subarray(0, 8).equals(signature) || bytes.subarray(12, 16).toString() !== 'IHDR') {
    throw badRequest('IMAGE_PROCESS_FAILED');
  }
  if (!bytes.subarray(-12).includes('IEND')) throw badRequest('IMAGE_PROCESS_FAILED');
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const ratio = Math.max(width, height) / Math.min(width, height);
  if (!(width + height <= maxSum) || !(ratio <= maxRatio)) throw badRequest('PHOTO_INVALID_DIMENSIONS');
  return { width, height };
}
