import type { VenueStatus } from '../../src/core/liquidation-map.ts';
import { age } from '../numbers.ts';

/** Which venues a map is made of and which not, in words. */
export type VenueFacts = {
  readonly dataAge?: string;
  /** Venues whose data is too old to trust, with its age: `okx 42 min old`. */
  readonly stale: readonly string[];
  readonly venuesIn: readonly string[];
  /** With the reason: `bybit (geo-blocked)`. */
  readonly venuesOut: readonly string[];
  /** Those of them that are out as a whole, and that a map of a little later may have. */
  readonly loading: readonly string[];
  /** What else there is to know about a venue that is in. */
  readonly venueNotes: readonly string[];
};

export function venueFacts(venues: readonly VenueStatus[]): VenueFacts {
  const included = venues.filter((status) => status.included);
  const venuesIn = distinct(included.map((status) => status.venue));
  const oldestMs = oldestDataMs(venues);
  return {
    ...(oldestMs !== undefined && { dataAge: age(oldestMs) }),
    stale: included
      .filter(({ stale }) => stale === true)
      .map(({ venue, dataAgeMs }) => (dataAgeMs === undefined ? venue : `${venue} ${age(dataAgeMs)}`)),
    venuesIn,
    venuesOut: leftOut(
      venues.filter((status) => !status.included),
      venuesIn,
    ),
    loading: distinct(venues.flatMap(({ venue, loading }) => (loading ? [venue] : []))).filter(
      (venue) => !venuesIn.includes(venue),
    ),
    venueNotes: distinct(included.flatMap(({ venue, note }) => (note ? [`${venue}: ${note}`] : []))),
  };
}

/** Age of the oldest data of the venues that are in; undefined if none tells. */
export function oldestDataMs(venues: readonly VenueStatus[]): number | undefined {
  const ages = venues.flatMap(({ included, dataAgeMs }) => (included ? (dataAgeMs ?? []) : []));
  return ages.length > 0 ? Math.max(...ages) : undefined;
}

/** One reason is given once for all whom it keeps out. */
function leftOut(out: readonly VenueStatus[], venuesIn: readonly string[]): readonly string[] {
  // A venue with one market in and another out is told apart by the market.
  const nameOf = ({ venue, market }: VenueStatus) =>
    venuesIn.includes(venue) ? `${venue} ${market}` : venue;
  const explained = distinct(out.flatMap(({ note }) => note ?? []));
  const known = out.flatMap(({ venue, note }) => (note === undefined ? [] : [venue]));
  // Of a venue that is out as a whole nobody asks for single markets that would have been anyway.
  const others = out.filter(({ venue, note }) => note === undefined && !known.includes(venue));
  return [
    ...explained.map((reason) => {
      const names = distinct(out.filter(({ note }) => note === reason).map(nameOf));
      return `${names.join(', ')} (${reason})`;
    }),
    ...distinct(others.map(nameOf)),
  ];
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
