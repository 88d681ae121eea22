/** Stand-in until `core/symbols.ts` lands. */
export function splitMultiplier(base: string): { readonly base: string; readonly multiplier: number } {
  const match = /^(1000000|10000|1000|1M)(?=[A-Z]{2,})(.+)$/.exec(base);
  if (!match?.[1] || !match[2]) return { base, multiplier: 1 };
  return { base: match[2], multiplier: match[1] === '1M' ? 1_000_000 : Number(match[1]) };
}
