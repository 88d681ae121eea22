const address = /(https?:\/\/\S+)/;

/** Plain text that Discord shows as it is: nothing in it makes bold, lists, headings, mentions or hidden links. */
export function escapeMarkdown(text: string): string {
  // Every second part is an address: a backslash in it would break the link.
  const parts = text.split(address);
  return parts.map((part, index) => (index % 2 === 1 ? part : escapePart(part))).join('');
}

function escapePart(text: string): string {
  return text
    .replace(/[\\`*_~|<[\]]/g, '\\$&')
    .replace(/^(\s*)([#>+-])/gm, '$1\\$2')
    .replace(/^(\s*\d+)\./gm, '$1\\.');
}

/** The text with at most `maxLength` UTF-16 units; what does not fit is left out from a line's end on, with an ellipsis. */
export function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const head = text.slice(0, maxLength - 1);
  const lineEnd = head.lastIndexOf('\n');
  // A text without line ends, or with one much too long line, is cut inside it.
  const kept = lineEnd > maxLength / 2 ? head.slice(0, lineEnd) : wholeCharacters(head);
  return `${kept}…`;
}

/** Without half a surrogate pair or a backslash that would escape the ellipsis. */
function wholeCharacters(text: string): string {
  const whole = text.replace(/[\uD800-\uDBFF]$/, '');
  const [backslashes = ''] = /\\*$/.exec(whole) ?? [];
  return backslashes.length % 2 === 1 ? whole.slice(0, -1) : whole;
}
