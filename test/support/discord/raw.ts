import type { Discord } from './discord.ts';

export type RawAnswer = {
  readonly status: number;
  readonly code: number | undefined;
  readonly body: unknown;
};

export type RawRequest = {
  readonly json?: unknown;
  /** Bytes by the key of the form, such as `files[0]`. */
  readonly files?: Readonly<Record<string, { readonly name: string; readonly data: Buffer }>>;
  readonly token?: string | undefined;
};

/** Plain HTTP, without any client of Discord's between. */
export async function raw(
  discord: Discord,
  method: string,
  path: string,
  { json, files, token = `Bot ${discord.token}` }: RawRequest = {},
): Promise<RawAnswer> {
  const response = await fetch(`${discord.apiUrl}/v10${path}`, {
    method,
    ...bodyOf(json, files),
    headers: { authorization: token, ...(!files && { 'content-type': 'application/json' }) },
  });
  const text = await response.text();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, code: (body as { code?: number } | undefined)?.code, body };
}

function bodyOf(json: unknown, files: RawRequest['files']): { body?: string | FormData } {
  if (!files)
    return json === undefined ? {} : { body: typeof json === 'string' ? json : JSON.stringify(json) };
  const form = new FormData();
  form.append('payload_json', JSON.stringify(json));
  for (const [key, { name, data }] of Object.entries(files)) {
    form.append(key, new Blob([new Uint8Array(data)]), name);
  }
  return { body: form };
}
