import { Refusal, type VenueRequest, type VenueView } from '../venue.ts';
import { intervalMs, wholeNumber } from '../wire.ts';
import type { WorldMarket } from '../world.ts';

export type Asked = {
  readonly request: VenueRequest;
  readonly view: VenueView;
  /** Those of the board and settle currency in the path. */
  readonly contracts: readonly WorldMarket[];
};

export function gateRefusal(label: string, message?: string): Refusal {
  return new Refusal({ status: 400, json: message === undefined ? { label } : { label, message } });
}

/** Recorded: this label and no message. */
export function gateMarket(id: string, asked: Pick<Asked, 'view' | 'contracts'>): WorldMarket {
  const listed = asked.contracts.find((market) => market.id === id);
  const market = listed && asked.view.find(listed.id);
  if (market === undefined) throw gateRefusal('CONTRACT_NOT_FOUND');
  return market;
}

export function gateLimit(
  request: VenueRequest,
  bounds: { readonly default: number; readonly max: number },
): number {
  const { limit: text } = request.query;
  const limit = wholeNumber(text);
  if (limit === undefined) return bounds.default;
  if (limit >= 1 && limit <= bounds.max) return limit;
  throw gateRefusal('INVALID_PARAM_VALUE', `Invalid request parameter \`limit\` value: ${text}`);
}

/** `from` and `to`, turned into milliseconds. Milliseconds sent as seconds are far in the future. */
export function gateRange(request: VenueRequest): { fromMs: number | undefined; toMs: number | undefined } {
  const ms = (text: string | undefined) => {
    const seconds = wholeNumber(text);
    return seconds === undefined ? undefined : seconds * 1000;
  };
  return { fromMs: ms(request.query['from']), toMs: ms(request.query['to']) };
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export function gateStep(request: VenueRequest): number {
  const stepMs = intervalMs[request.query['interval'] ?? '5m'];
  if (stepMs !== undefined) return stepMs;
  throw gateRefusal('INVALID_PARAM_VALUE', 'Invalid request parameter `interval`');
}
