/** `target` with `source` at its beginning: how typed arrays grow. */
export function copied<T extends { set(source: T): void }>(target: T, source: T): T {
  target.set(source);
  return target;
}
