/**
 * Random numbers without state: the same place always holds the same number, so a series can be read
 * anywhere, in any order, and not be stored.
 */
export function uniformAt(seed: number, index: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index | 0, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 4_294_967_296;
}

/** A number for a name, to seed with. */
export function seedOf(text: string, seed: number): number {
  let hash = seed | 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}

/**
 * Value noise summed over octaves of 2^first to 2^last steps, each with an amplitude that grows as the root
 * of its period, as a random walk's does. Its step is of the order of 1.
 */
export function walkAt(seed: number, index: number, octaves: { first: number; last: number }): number {
  let sum = 0;
  for (let octave = octaves.first; octave <= octaves.last; octave += 1) {
    const period = 2 ** octave;
    const place = index / period;
    const left = Math.floor(place);
    const share = place - left;
    const from = uniformAt(seed + octave, left);
    const to = uniformAt(seed + octave, left + 1);
    sum += (from + (to - from) * share - 0.5) * Math.sqrt(period) * 2;
  }
  return sum;
}

const page = 1440;

/** A function of whole numbers whose values are worked out once, a page of neighbours at a time. */
export function kept(valueAt: (index: number) => number): (index: number) => number {
  const pages = new Map<number, Float64Array>();
  return (index) => {
    const number = Math.floor(index / page);
    const known =
      pages.get(number) ?? Float64Array.from({ length: page }, (_, place) => valueAt(number * page + place));
    pages.set(number, known);
    return known[index - number * page] ?? Number.NaN;
  };
}
