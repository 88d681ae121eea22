/** Plain decimal notation without exponent, as venues write numbers; NaN and infinities as JavaScript does. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const text = value.toFixed(Math.min(30, Math.max(0, 14 - magnitude)));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Count of decimals in a step such as 0.001. */
export function decimalsOf(step: number): number {
  return decimal(step).split('.')[1]?.length ?? 0;
}

/** A whole number from a query; undefined when absent, NaN when it is not one. */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  return /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
}

const minute = 60_000;
const hour = 60 * minute;

/** Lengths of the intervals that venues name in the same way; months and weeks are not served. */
export const intervalMs: Readonly<Record<string, number>> = {
  '1m': minute,
  '3m': 3 * minute,
  '5m': 5 * minute,
  '15m': 15 * minute,
  '30m': 30 * minute,
  '1h': hour,
  '2h': 2 * hour,
  '4h': 4 * hour,
  '6h': 6 * hour,
  '8h': 8 * hour,
  '12h': 12 * hour,
  '1d': 24 * hour,
};

/** `2026-12-25T08:00Z` as `261225`. */
export function yymmdd(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(2, 10).replaceAll('-', '');
}
