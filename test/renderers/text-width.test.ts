import { beforeAll, describe, expect, it } from 'vitest';
import { pngFromSvg } from '../../renderers/png.ts';
import { drawable, type FontWeight, fitText, fontFamily, textWidth } from '../../renderers/text-width.ts';
import { setUpFonts } from '../../src/config.ts';
import { decode, inkSpan } from './pixels.ts';

beforeAll(() => setUpFonts());

/** Where the next glyph would start, measured on the drawn pixels: a red box follows the text at its end. */
async function drawnWidth(text: string, weight: FontWeight, size: number): Promise<number> {
  const font = `font-family="${fontFamily}" font-weight="${weight}" font-size="${size}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="80"><rect width="1200" height="80"/>
    <text x="10" y="50" fill="#fff" ${font}>${text}<tspan fill="#f00">|</tspan></text></svg>`;
  const span = inkSpan(await decode(await pngFromSvg(svg)), (red, green) => red > 150 && green < 60);
  return span!.first - 10;
}

describe('text width', () => {
  const bearing = textWidth('|', { size: 40, weight: 700 }) * 0.35;

  it.each([
    'LONGS LIQUIDATED',
    '$1.2B',
    '64,210',
    'AV To Ty.',
    'WWWWWWWW',
    'iiiiiiii',
    '+0.0100 %',
    '≥ $334M',
    '◀ if price falls',
  ])('%s is as wide as it is drawn', async (text) => {
    const measured = textWidth(text, { size: 40, weight: 700 });
    const drawn = await drawnWidth(text, 700, 40);
    expect(Math.abs(drawn - measured - bearing)).toBeLessThan(4 + measured * 0.01);
  });

  it('grows with size, and bold is wider than regular', () => {
    const regular = textWidth('liquidation', { size: 20, weight: 400 });
    expect(textWidth('liquidation', { size: 40, weight: 400 })).toBeCloseTo(2 * regular, 9);
    expect(textWidth('liquidation', { size: 20, weight: 700 })).toBeGreaterThan(regular * 1.02);
    expect(textWidth('', { size: 20, weight: 400 })).toBe(0);
  });

  it('characters without a glyph become question marks, the others stay', () => {
    expect(drawable('kPEPE ≤ ±5 ◀▶ Ωж€₿')).toBe('kPEPE ≤ ±5 ◀▶ Ωж€₿');
    expect(drawable('币安人生🐸X')).toBe('?????X');
  });

  it('a text too wide is cut with an ellipsis and then fits', () => {
    const style = { size: 15, weight: 400 } as const;
    const long = 'left out: bybit (geo-blocked), bitget (timed out after 8 s)';
    const cut = fitText(long, style, 200);
    expect(cut).toMatch(/^left out: .*…$/);
    expect(textWidth(cut, style)).toBeLessThanOrEqual(200);
    expect(textWidth(cut, style)).toBeGreaterThan(170);
    expect(fitText(long, style, 2000)).toBe(long);
  });

  it('a cut text keeps all that there is room for', () => {
    const style = { size: 15, weight: 400 } as const;
    const long = 'left out: AV WA Tj, bybit (geo-blocked) -> 1x2, fi ffl';
    for (let room = 0; room < textWidth(long, style); room += 7) {
      const ends = Array.from({ length: long.length }, (_, end) => `${long.slice(0, end).trimEnd()}…`);
      const widest = ends.findLast((end) => textWidth(end, style) <= room) ?? '…';
      expect(fitText(long, style, room)).toBe(widest);
    }
  });
});
