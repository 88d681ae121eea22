import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What somebody received, as their client would show it. */
export type Received = {
  readonly text: string;
  readonly picture?: { readonly png: Buffer; readonly alt?: string | undefined };
  readonly buttons: readonly (readonly string[])[];
  /** Nobody else sees it. */
  readonly isPrivate?: boolean;
};

/** A transcript in Markdown, with the pictures beside it. */
export class Notes {
  readonly #folder: string;
  readonly #lines: string[] = [];
  #pictures = 0;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  title(text: string, level = 1): void {
    this.#lines.push(`${'#'.repeat(level)} ${text}`, '');
  }

  did(what: string): void {
    this.#lines.push(`**${what}**`, '');
  }

  note(what: string): void {
    this.#lines.push(`*${what}*`, '');
  }

  /** @param tookMs from what was done to the message standing there */
  received(name: string, { text, picture, buttons, isPrivate }: Received, tookMs: number): void {
    const toWhom = isPrivate ? ', to the asker alone' : '';
    this.#lines.push(`After ${Math.round(tookMs)} ms${toWhom}:`, '', '```text', text, '```', '');
    if (picture) {
      this.#pictures += 1;
      const file = `${String(this.#pictures).padStart(2, '0')}-${name}.png`;
      writeFileSync(join(this.#folder, file), picture.png);
      this.#lines.push(`![${name}](${file})`, '');
      if (picture.alt !== undefined) this.#lines.push(`Alt text: ${picture.alt}`, '');
    }
    const rows = buttons.map((row) => row.map((label) => `[${label}]`).join(' '));
    if (rows.length > 0) this.#lines.push(`Buttons: ${rows.join(' / ')}`, '');
  }

  write(): string {
    const file = join(this.#folder, 'transcript.md');
    writeFileSync(file, `${this.#lines.join('\n').trim()}\n`);
    return file;
  }
}
