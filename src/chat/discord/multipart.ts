import type { NamedFile } from './rest.ts';

export type Form = { readonly contentType: string; readonly data: Buffer };

/**
 * A JSON body and its files as one form: https://docs.discord.com/developers/reference#uploading-files. Made by hand
 * because FormData holds every picture in Blobs, whose memory the garbage collector does not see.
 *
 * @param boundary must not occur in any file.
 */
export function multipart(json: unknown, files: readonly NamedFile[], boundary: string): Form {
  const head = (disposition: string, type: string) =>
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: ${type}\r\n\r\n`,
    );
  const lineEnd = Buffer.from('\r\n');
  const parts = files.flatMap(({ name, data }, index) => [
    head(`name="files[${index}]"; filename="${name.replace(/["\r\n]/g, '_')}"`, 'application/octet-stream'),
    data,
    lineEnd,
  ]);
  const payload = [
    head('name="payload_json"', 'application/json'),
    Buffer.from(JSON.stringify(json)),
    lineEnd,
  ];
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    data: Buffer.concat([...payload, ...parts, Buffer.from(`--${boundary}--\r\n`)]),
  };
}
