import { badForm } from './refusal.ts';

export type Size = { readonly width: number; readonly height: number };

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const longestSide = 10_000;

/** Width and height in pixels. Refuses what is no PNG or has no picture in it. */
export function sizeOfPng(data: Buffer, place: readonly PropertyKey[]): Size {
  const hasHeader = data.subarray(0, 8).equals(signature) && data.toString('latin1', 12, 16) === 'IHDR';
  if (!hasHeader || data.length < 45) throw badForm(place, 'This file is no PNG', 'FILE_NOT_PNG');
  const size = { width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
  const isDrawn = size.width > 0 && size.height > 0 && Math.max(size.width, size.height) <= longestSide;
  if (!isDrawn) throw badForm(place, `This PNG has ${size.width} x ${size.height} pixels`, 'FILE_PNG_SIZE');
  return size;
}
