import type { BotApi } from './bot-api.ts';

type Known = { readonly atMs: number; readonly ids: Promise<readonly string[]> };

const keepMs = 60_000;
const sweepAt = 1_000;

/** Who may change a group's settings, remembered for a minute. */
export class Administrators {
  readonly #api: BotApi;
  readonly #nowMs: () => number;
  readonly #known = new Map<string, Known>();

  constructor(api: BotApi, nowMs: () => number) {
    this.#api = api;
    this.#nowMs = nowMs;
  }

  /** Rejects if Telegram does not say. */
  async includes(chatId: string, userId: string): Promise<boolean> {
    return (await this.#of(chatId)).includes(userId);
  }

  #of(chatId: string): Promise<readonly string[]> {
    const nowMs = this.#nowMs();
    const known = this.#known.get(chatId);
    if (known !== undefined && Math.abs(nowMs - known.atMs) < keepMs) return known.ids;
    if (this.#known.size >= sweepAt) this.#known.clear();
    const ids = this.#api.administrators(chatId);
    this.#known.set(chatId, { atMs: nowMs, ids });
    ids.catch(() => this.#known.delete(chatId));
    return ids;
  }
}
