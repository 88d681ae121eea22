/** A seeded stream of random numbers; the same seed and stream give the same numbers on every machine. */
export interface Random {
  /** In [0, 1), in steps of 2^-32. */
  uniform(): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
  /** Mean 1. */
  exponential(): number;
  /** One of 0 .. count - 1. */
  integer(count: number): number;
}

/**
 * Random numbers by sfc32 (Chris Doty-Humphrey, PractRand: three words of chaotic state and a
 * counter, period of at least 2^32), not for secrets.
 *
 * @param seed any safe integer
 * @param stream tells apart independent streams of one seed: one for prices, one for traders ...
 * @throws RangeError if the seed or the stream is not a safe integer
 */
export function createRandom(seed: number, stream = 0): Random {
  requireInteger('seed', seed);
  requireInteger('stream', stream);
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = stream | 0;
  let counter = (Math.floor(stream / 2 ** 32) | 0) + 1;

  const word = (): number => {
    const output = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + output) | 0;
    return output >>> 0;
  };
  // Seeds that differ in one bit give unrelated numbers only after the words have been mixed.
  for (let round = 0; round < 20; round++) word();

  const uniform = (): number => word() / 2 ** 32;
  // 1 - u lies in (0, 1], where a logarithm is finite.
  const exponential = (): number => -Math.log(1 - uniform());

  let spare: number | undefined;
  /** Marsaglia's polar method gives two at a time; the second waits for the next call. */
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  };
  return { uniform, normal, exponential, integer: (count) => Math.floor(uniform() * count) };
}

function requireInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${name} must be a safe integer, got ${value}`);
}
