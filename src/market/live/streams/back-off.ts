const firstMs = 1_000;
const longestMs = 60_000;

/**
 * How long to wait after so many failures in a row: 1 s, doubled up to a minute, of which the later half is left to
 * chance (`random`, from 0 up to 1) so that many sockets do not come back in step.
 */
export function backOffMs(failures: number, random: number): number {
  const wholeMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 16));
  return wholeMs / 2 + (wholeMs / 2) * random;
}
