/** What chat platforms allow: Discord's alt text and Telegram's caption both end at 1,024. */
export const maxTextLength = 1024;

/** The picture in words: `caption` stands below it in several lines, `alt` replaces it for those who cannot see it. */
export type PictureText = { readonly caption: string; readonly alt: string };

/** The text, cut at its end so that platforms take it. */
export function withinLimit(text: string): string {
  return text.length < maxTextLength ? text : `${text.slice(0, maxTextLength - 2)}…`;
}

/** A line of names behind a heading; none where nothing is to be named. */
export function listed(heading: string, names: readonly string[]): readonly string[] {
  return names.length > 0 ? [`${heading} ${names.join(', ')}`] : [];
}
