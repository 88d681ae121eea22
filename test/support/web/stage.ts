import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { type App, startApp } from '../../../src/app.ts';
import { type Config, loadConfig, roles } from '../../../src/config.ts';
import { createSimulatedSources } from '../../../src/market/simulated/market.ts';
import { keptLog, type LogLine, temporaryFolder } from '../jobs/redis.ts';

const endMs = Date.UTC(2026, 0, 31, 12);
export const publicUrl = 'https://maps.example.com';
export const password = 'correct horse battery';

export type Got = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };

/** The service with its pages, on a simulated market whose time goes on when told to. */
export class WebStage {
  readonly url: string;
  readonly lines: readonly LogLine[];
  readonly #app: App;
  readonly #folder: string;
  readonly #advance: (ms: number) => void;

  private constructor(given: {
    readonly url: string;
    readonly lines: readonly LogLine[];
    readonly app: App;
    readonly folder: string;
    readonly advance: (ms: number) => void;
  }) {
    this.url = given.url;
    this.lines = given.lines;
    this.#app = given.app;
    this.#folder = given.folder;
    this.#advance = given.advance;
  }

  static async open(config: Partial<Config> = {}): Promise<WebStage> {
    const market = createSimulatedSources({ seed: 3, startMs: endMs - 8 * 86_400_000, endMs, warmUpDays: 2 });
    let nowMs = endMs;
    const { log, lines } = keptLog();
    const folder = temporaryFolder();
    const app = startApp({
      config: { ...loadConfig({}), dataFolder: folder, httpPort: 0, symbols: ['ETH'], ...config },
      roles,
      log,
      sources: market.sources,
      nowMs: () => nowMs,
    });
    const { webUrl } = await app.started;
    const advance = (ms: number) => {
      nowMs += ms;
      market.advance(nowMs);
    };
    return new WebStage({ url: webUrl!, lines, app, folder, advance });
  }

  /** Lets time go by. */
  wait(ms: number): void {
    this.#advance(ms);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async close(): Promise<void> {
    await this.#app.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
    return this.ask('GET', path, { headers });
  }

  /** What somebody gets who asks by the public address. */
  asStranger(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
    return this.get(path, { host: new URL(publicUrl).host, ...headers });
  }

  say(text: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
    const body = JSON.stringify({ text });
    return this.ask('POST', '/chat/say', {
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  }

  async ask(
    method: string,
    path: string,
    {
      headers = {},
      body,
    }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {},
  ): Promise<Got> {
    const asked = request({ host: '127.0.0.1', port: this.port, path, method, headers });
    asked.end(body);
    const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    return {
      status: response.statusCode!,
      headers: response.headers,
      body: Buffer.concat(chunks).toString('latin1'),
    };
  }
}

export function basic(word: string): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`me:${word}`).toString('base64')}` };
}
