/** The little of fontkit 2 that we use; the package ships no types. */
declare module 'fontkit' {
  export type Font = {
    readonly unitsPerEm: number;
    /** Shapes the text (kerning, contextual forms); `advanceWidth` is in font units. */
    layout(text: string): { readonly advanceWidth: number };
    hasGlyphForCodePoint(codePoint: number): boolean;
  };
  /** @throws if the bytes are no font it knows */
  export function create(bytes: Uint8Array): Font;
}
