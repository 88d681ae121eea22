/** A name that could have been meant; of two equally near ones the one with more weight comes first. */
export type KnownName = { readonly name: string; readonly weight: number };

/**
 * Names nearest to any of the texts, best first: the same, then those of which one begins with the other, then those one
 * slip away (two from five letters on; a slip adds, drops, replaces or swaps letters). Texts in the names' own case.
 */
export function nearNames(texts: readonly string[], names: readonly KnownName[], limit: number): string[] {
  const scored = names.map((known) => ({
    ...known,
    score: Math.min(...texts.map((text) => score(text, known.name))),
  }));
  return scored
    .filter((known) => known.score < Infinity)
    .sort((a, b) => a.score - b.score || b.weight - a.weight || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map((known) => known.name);
}

function score(text: string, name: string): number {
  if (text === name) return 0;
  if (name.startsWith(text) || (name.length > 1 && text.startsWith(name))) return 1;
  const allowed = text.length < 5 ? 1 : 2;
  if (Math.abs(text.length - name.length) > allowed) return Infinity;
  const slips = editDistance(text, name);
  return slips <= allowed ? slips + 1 : Infinity;
}

/**
 * Fewest single-letter insertions, deletions, replacements and swaps of neighbours that turn one text into the other
 * (optimal string alignment, https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance).
 */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = last[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = swaps ? beforeLast[j - 2]! + 1 : Infinity;
      row.push(Math.min(row[j - 1]! + 1, last[j]! + 1, replaced, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return last[to.length]!;
}
