/** Fills a page's `{{name}}` with text, and `{{{name}}}` with what is HTML already. @throws RangeError for a name without a value */
export function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{\{(\w+)\}\}\}|\{\{(\w+)\}\}/g, (_, raw: string, name: string) => {
    const value = values[raw ?? name];
    if (value === undefined) throw new RangeError(`the page has no value for "${raw ?? name}"`);
    return raw === undefined ? escaped(value) : value;
  });
}

/** A text as HTML, also within quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Texts as elements of one name, one after the other. */
export function elements(texts: readonly string[], name: string, attributes = ''): string {
  return texts.map((text) => `<${name}${attributes}>${escaped(text)}</${name}>`).join('');
}
