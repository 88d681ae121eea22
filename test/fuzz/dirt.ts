/** What a person must never read: numbers and words of a program that lost its way. */
const dirtyWords = /\bNaN\b|\bundefined\b|\bInfinity\b|\[object |\bnull\b/;

/** Where a value holds what JSON cannot say, or words that nobody should read; undefined where it is clean. */
export function dirtIn(value: unknown, path = ''): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value === 'string')
    return dirtyWords.test(value) ? `${path} says "${around(value)}"` : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value) && !(value instanceof Float64Array)) return undefined;
  for (const [key, item] of value instanceof Float64Array ? [...value].entries() : Object.entries(value)) {
    const found = dirtIn(item, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @throws Error that says where; words that came in may come back */
export function requireClean(value: unknown, saidBefore = ''): void {
  const found = dirtIn(value);
  if (found === undefined) return;
  // Whoever wrote "NaN" may read it again.
  if (/NaN|undefined|Infinity|object|null/.test(saidBefore)) return;
  throw new Error(`not clean: ${found}`);
}

function around(text: string): string {
  const at = dirtyWords.exec(text)?.index ?? 0;
  return text.slice(Math.max(0, at - 150), at + 100);
}
