import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { multipart } from '../../../src/chat/discord/multipart.ts';

test('a form is read back as its JSON and its files, byte by byte', async () => {
  const files = [
    { name: 'eth.png', data: randomBytes(5_000) },
    { name: 'a "quoted"\r\nname.png', data: Buffer.from('\r\n--other--\r\n') },
  ];
  const { contentType, data } = multipart({ content: 'ł "quoted"' }, files, 'boundary-1');
  const form = await new Response(new Uint8Array(data), {
    headers: { 'content-type': contentType },
  }).formData();
  expect([...form.keys()]).toEqual(['payload_json', 'files[0]', 'files[1]']);
  expect(JSON.parse(String(form.get('payload_json')))).toEqual({ content: 'ł "quoted"' });
  for (const [i, file] of files.entries()) {
    const sent = form.get(`files[${i}]`) as File;
    expect(sent.name).toBe(file.name.replace(/["\r\n]/g, '_'));
    expect(Buffer.from(await sent.arrayBuffer())).toEqual(file.data);
  }
});
