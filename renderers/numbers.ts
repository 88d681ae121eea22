/**
 * Numbers in the words of a trader: `$1.2B`, `64,210`, `-3.2 %`, `12 s old`. Picture, caption and alt text
 * all take them from here, so they can never differ. Every function throws a RangeError on NaN and infinity.
 */
const usdUnits = ['', 'K', 'M', 'B', 'T'] as const;

/** USD with at most three digits before the unit and one after the point: `$340M`, `$64.2K`, `<$1`. */
export function usd(amount: number): string {
  requireFinite('amount', amount);
  if (amount < 0) return `-${usd(-amount)}`;
  if (amount === 0) return '$0';
  if (amount < 1) return '<$1';
  for (const [power, unit] of usdUnits.entries()) {
    const scaled = amount / 1000 ** power;
    const digits = trimZeros(scaled.toFixed(unit === '' || scaled >= 99.95 ? 0 : 1));
    if (Number(digits) < 1000) return `$${digits}${unit}`;
  }
  return `$${grouped((amount / 1e12).toFixed(0))}T`;
}

/** A price with five significant digits, four below one: `64,210`, `3,012.5`, `0.00001234`. */
export function price(priceUsd: number): string {
  requireFinite('price', priceUsd);
  if (priceUsd === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(priceUsd)));
  const decimals = Math.max(0, (exponent < 0 ? 3 : 4) - exponent);
  return grouped(trimZeros(priceUsd.toFixed(Math.min(decimals, 100))));
}

/** A price on an axis whose ticks are `stepUsd` apart: as many decimals as the step has. */
export function tickPrice(priceUsd: number, stepUsd: number): string {
  requireFinite('price', priceUsd);
  // The added millionth keeps log10(0.001), a hair below -3, from asking for a fourth decimal.
  const decimals = Math.max(0, -Math.floor(Math.log10(stepUsd) + 1e-6));
  return grouped(priceUsd.toFixed(Math.min(decimals, 100)));
}

/** A size in percent: `3.2 %`. */
export function percent(value: number): string {
  return signedPercent(value).replace('+', '');
}

/** A signed change in percent: `-3.2 %`, `+0.04 %`, `+150 %`. */
export function signedPercent(change: number): string {
  requireFinite('percent', change);
  const size = Math.abs(change);
  return signed(change, size < 0.095 ? 2 : size < 99.95 ? 1 : 0);
}

/** A signed change in whole percent, for places with little room: `-20 %`. */
export function roundPercent(change: number): string {
  requireFinite('percent', change);
  return signed(change, Math.abs(change) < 1.95 ? 1 : 0);
}

/** A part of the whole, given as a fraction: `14 %`, `<1 %`. */
export function share(fraction: number): string {
  requireFinite('share', fraction);
  if (fraction > 0 && fraction < 0.01) return '<1 %';
  return `${Math.round(fraction * 100)} %`;
}

/** A ratio with two significant digits: `0.42`, `1.3`, `12`. */
export function ratio(value: number): string {
  requireFinite('ratio', value);
  if (value === 0) return '0';
  if (value > 0 && value < 0.005) return '<0.01';
  return value.toFixed(value < 0.995 ? 2 : value < 9.95 ? 1 : 0);
}

/** A funding rate, given as a fraction: `+0.0100 %`. */
export function fundingRate(rate: number): string {
  requireFinite('funding rate', rate);
  return signed(rate * 100, 4);
}

/** `25x`, `7.5x`. */
export function leverage(times: number): string {
  requireFinite('leverage', times);
  return `${trimZeros(times.toFixed(times < 9.95 ? 1 : 0))}x`;
}

/** `12 s`, `3 min`, `5 h`, `3 d`: rounded down, so data is never called younger than a whole unit. */
export function duration(ms: number): string {
  requireFinite('duration', ms);
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `12 s old`. */
export function age(ms: number): string {
  return `${duration(ms)} old`;
}

/** `2026-02-14 12:30 UTC`. */
export function utcTime(timeMs: number): string {
  requireFinite('time', timeMs);
  return `${new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function signed(value: number, decimals: number): string {
  const digits = value.toFixed(decimals);
  const sign = Number(digits) > 0 ? '+' : '';
  // What rounds to nothing has no sign: toFixed writes -0.0.
  return `${sign}${Number(digits) === 0 ? digits.replace('-', '') : digits} %`;
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const withCommas = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? withCommas : `${withCommas}.${fraction}`;
}

function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be a finite number, got ${value}`);
}
