import { createHash, randomBytes } from 'node:crypto';
import { pack, unpack } from './blobs.ts';
import { errorText } from './errors.ts';
import type { Log } from './log.ts';
import type { MapAnswer } from './maps.ts';
import type { themeNames } from './settings.ts';
import type { PageRecords } from './store/pages.ts';

/** What somebody was shown. */
export type SharedMap = Pick<MapAnswer, 'map' | 'clusters'> & {
  readonly theme: (typeof themeNames)[number];
};

type Deps = {
  readonly pages: PageRecords;
  readonly keepMs: number;
  /** Where strangers reach the pages; undefined: nowhere. */
  readonly publicUrl?: string | undefined;
  readonly nowMs: () => number;
  readonly log: Log;
};

/** Goes up when what is written changes, so that a new version does not read what an old one wrote. */
const version = 1;
const idLength = 22;

/** Maps that were shown in a chat, each behind an address that nobody can guess. */
export class SharedMaps {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * The address of a page with this map, for people of a chat: a whole one, or only its path in the chat window, which
   * is served from the same place. Undefined where nobody could open it, or if the page cannot be kept.
   */
  async share(shown: SharedMap, platform: string | undefined): Promise<string | undefined> {
    const { publicUrl, log } = this.#deps;
    const base = platform === 'web' ? '' : publicUrl;
    if (base === undefined) return undefined;
    try {
      return `${base}/m/${await this.#keep(shown)}`;
    } catch (error) {
      log.warn('a picture has no page behind it', { reason: errorText(error) });
      return undefined;
    }
  }

  /** What was shared under an id; undefined for any other text, and once it has expired. */
  async find(id: string): Promise<SharedMap | undefined> {
    if (!isPageId(id)) return undefined;
    const found = await this.#deps.pages.find(id, this.#deps.nowMs());
    if (!found) return undefined;
    const { is, shared } = (await unpack(Buffer.from(found.body))) as { is: number; shared: SharedMap };
    return is === version ? shared : undefined;
  }

  /** The same map in the same dress has one page, however often it is shown. */
  async #keep({ map, clusters, theme }: SharedMap): Promise<string> {
    const { pages, keepMs, nowMs } = this.#deps;
    // Only the making of further maps needs them, and they are half of it.
    const { ensemble: _, stress: __, ...told } = map;
    const body = await pack({ is: version, shared: { map: told, clusters, theme } });
    const madeMs = nowMs();
    return pages.put({
      id: randomBytes(16).toString('base64url'),
      fingerprint: createHash('sha256').update(body).digest('base64url'),
      madeMs,
      expiresMs: madeMs + keepMs,
      body,
    });
  }
}

/** 128 bits in base64url. */
function isPageId(text: string): boolean {
  return text.length === idLength && /^[\w-]+$/.test(text);
}
