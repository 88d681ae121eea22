import { badRequest } from './refusal.ts';

export type Upload = { readonly fileName: string; readonly bytes: Buffer };

export type Form = {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, Upload>;
};

const lineEnd = '\r\n';

/**
 * Reads a multipart body as node clients write it: header lines with or without a space after the colon, parts with
 * or without a content type, a part with a file name being a file.
 */
export function parseMultipart(body: Buffer, boundary: string): Form {
  const fields = new Map<string, string>();
  const files = new Map<string, Upload>();
  for (const part of partsOf(body, boundary)) {
    const name = parameter(part.disposition, 'name');
    const fileName = parameter(part.disposition, 'filename');
    if (name === undefined) throw badRequest('part of the form without a name');
    if (fields.has(name) || files.has(name)) throw badRequest(`part "${name}" of the form comes twice`);
    if (fileName === undefined) fields.set(name, part.content.toString('utf8'));
    else files.set(name, { fileName, bytes: part.content });
  }
  return { fields, files };
}

function partsOf(body: Buffer, boundary: string): { disposition: string; content: Buffer }[] {
  const mark = `--${boundary}`;
  const starts = occurrences(body, mark);
  if (starts.length < 2 || starts[0] !== 0) throw badRequest('the form does not begin with its boundary');
  const last = starts.at(-1)! + mark.length;
  if (body.subarray(last, last + 2).toString() !== '--') throw badRequest('the form is cut off');
  return starts
    .slice(0, -1)
    .map((start, i) => body.subarray(start + mark.length + lineEnd.length, starts[i + 1]! - lineEnd.length))
    .map(splitPart);
}

function splitPart(part: Buffer): { disposition: string; content: Buffer } {
  const end = part.indexOf(lineEnd + lineEnd);
  if (end < 0) throw badRequest('part of the form without a head');
  const lines = part.subarray(0, end).toString('utf8').split(lineEnd);
  const disposition = lines.find((line) => /^content-disposition:\s*form-data;/i.test(line));
  if (disposition === undefined) throw badRequest('part of the form without a disposition');
  return { disposition, content: part.subarray(end + 2 * lineEnd.length) };
}

function parameter(disposition: string, name: string): string | undefined {
  return new RegExp(`[;\\s]${name}="([^"]*)"`, 'i').exec(disposition)?.[1];
}

function occurrences(body: Buffer, mark: string): number[] {
  const found: number[] = [];
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) found.push(at);
  return found;
}
