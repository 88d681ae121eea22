import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Writes a picture, with the folders it needs; returns its whole path. */
export async function writePicture(path: string, png: Buffer): Promise<string> {
  const whole = resolve(path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, png);
  return whole;
}
