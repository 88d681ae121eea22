/** What may go wrong with a request. `performed` says whether Telegram does what was asked before things go wrong. */
export type Fault =
  /** Telegram does not always say how long to wait. */
  | { readonly kind: 'flood'; readonly retryAfterS?: number }
  | { readonly kind: 'status'; readonly code: number; readonly performed?: boolean }
  | { readonly kind: 'refusal'; readonly code: number; readonly description: string }
  | { readonly kind: 'bad-json'; readonly performed?: boolean }
  | { readonly kind: 'reset'; readonly performed?: boolean }
  | { readonly kind: 'hang'; readonly performed?: boolean }
  /** Does it, but not before the promise has resolved. */
  | { readonly kind: 'delay'; readonly until: Promise<unknown> };

export type FaultRule = {
  readonly fault: Fault;
  /** Only this method; every one when undefined. */
  readonly method?: string;
  /** Only requests to this chat. */
  readonly chatId?: number;
  /** How many requests it befalls; all until it is ended, when undefined. */
  readonly times?: number;
};

/** Faults that wait for a request they concern; the oldest is used first. */
export class Faults {
  readonly #rules: { readonly rule: FaultRule; left: number }[] = [];

  /** @returns what ends the fault. */
  add(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#rules.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  next(method: string, chatId: unknown): Fault | undefined {
    const concerns = ({ rule }: { rule: FaultRule }) =>
      (rule.method === undefined || rule.method.toLowerCase() === method.toLowerCase()) &&
      (rule.chatId === undefined || rule.chatId === Number(chatId));
    const entry = this.#rules.find((one) => one.left > 0 && concerns(one));
    if (entry === undefined) return undefined;
    entry.left -= 1;
    return entry.rule.fault;
  }
}
