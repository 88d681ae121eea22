import type { Box } from './marks.ts';

const dash = { length: 7, gap: 6 } as const;

/** A dashed upright line at `x`, from its foot upwards for as long as whole dashes fit. */
export function dashes(
  x: number,
  { top, foot }: { readonly top: number; readonly foot: number },
  { color, opacity = 1 }: { readonly color: string; readonly opacity?: number },
): readonly Box[] {
  const count = Math.floor((foot - top) / (dash.length + dash.gap));
  return Array.from({ length: count }, (_, i): Box => {
    const y = foot - (i + 1) * (dash.length + dash.gap);
    return { x: x - 1, x2: x + 1, y, y2: y + dash.length, color, opacity, radius: 0 };
  });
}
