import { readFileSync } from 'node:fs';

/** What the systemd unit sets for the allocator, by name. */
export function unitMalloc(): Readonly<Record<string, string>> {
  return mallocOf(readFileSync('deploy/liqmap.service', 'utf8'));
}

/** What a file of settings says of the allocator, by name. */
export function mallocOf(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/\b(MALLOC_[A-Z_]+)=(\d+)/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name!, value!]));
}
