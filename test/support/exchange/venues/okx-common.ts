import { Refusal, type VenueRequest, type VenueView } from '../venue.ts';
import { wholeNumber } from '../wire.ts';
import type { WorldMarket } from '../world.ts';

export function okxRefusal(code: string, msg: string, status = 200): Refusal {
  return new Refusal({ status, json: { code, data: [], msg } });
}

/** Measured: status 200 and 51001 for an id that is not listed, or listed under another type. */
export function okxMarket(request: VenueRequest, view: VenueView): WorldMarket {
  const { instId } = request.query;
  if (!instId) throw okxRefusal('50014', 'Parameter instId can not be empty.', 400);
  const market = view.find(instId);
  if (market !== undefined) return market;
  throw okxRefusal('51001', "Instrument ID, Instrument ID code, or Spread ID doesn't exist.");
}

export function okxLimit(
  request: VenueRequest,
  name: string,
  bounds: { default: number; max: number },
): number {
  const limit = wholeNumber(request.query[name]);
  if (limit === undefined) return bounds.default;
  if (limit >= 1 && limit <= bounds.max) return limit;
  throw okxRefusal('51000', `Parameter ${name} error.`, 400);
}
