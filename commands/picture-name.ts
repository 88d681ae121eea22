/** The name of a picture's file: nothing but small letters, digits and hyphens, whatever the coin is called. */
export function pictureName(...parts: readonly string[]): string {
  const name = parts
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return `${name === '' ? 'map' : name}.png`;
}
