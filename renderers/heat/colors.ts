import type { Theme } from '../theme.ts';

/**
 * From nothing to most: on dark ground as bright as it is much, on light ground as dark, so that order is seen
 * without colour, too. The ends of the ramps are the grounds of the plots.
 */
const ramps: Readonly<Record<Theme['name'], readonly string[]>> = {
  dark: ['#141A22', '#23265C', '#2F4B8E', '#25788E', '#2FA37A', '#8CC63E', '#FDE725', '#FFFBD1'],
  light: ['#F5F7FA', '#FCE9B4', '#F9C255', '#EC8A3B', '#C84E43', '#8B2A5B', '#4A1A5E', '#1F0F3D'],
};
/** The rest of the 256 of an image are for what is drawn over the cells. */
const steps = 250;
/** Of what is full strength: larger amounts look the same. */
const brightPart = 0.995;
/** Where on the scale the cell in the middle stands: what is usual stays dark, what stands out is seen. */
const middlePosition = 0.33;
/** Below 1 lifts what is faint, above 1 keeps down what is nearly everywhere. */
const gammas = { least: 0.65, most: 3 } as const;

/** What colours stand for. */
export type HeatScale = {
  /** USD of full strength: larger amounts look the same. 0 if there is nothing. */
  readonly brightUsd: number;
  readonly gamma: number;
};

/** 250 colours from nothing to most. */
export function heatPalette(theme: Theme): readonly (readonly number[])[] {
  const anchors = ramps[theme.name].map(channels);
  return Array.from({ length: steps }, (_, i) => {
    const position = (i / (steps - 1)) * (anchors.length - 1);
    const below = Math.min(anchors.length - 2, Math.floor(position));
    const part = position - below;
    return anchors[below]!.map((value, c) => Math.round(value + (anchors[below + 1]![c]! - value) * part));
  });
}

/**
 * The scale for these cells. All but the largest half a percent of what is not nothing are told apart; and where most
 * of them are alike, as in a market with levels everywhere, the differences between the larger ones are.
 */
export function heatScale(longUsd: Float32Array, shortUsd: Float32Array): HeatScale {
  const some = [longUsd, shortUsd].map((cells) => cells.filter((usd) => usd > 0));
  const all = new Float32Array(some[0]!.length + some[1]!.length);
  all.set(some[0]!);
  all.set(some[1]!, some[0]!.length);
  all.sort();
  const at = (part: number) => all[Math.floor(part * (all.length - 1))] ?? 0;
  const brightUsd = at(brightPart);
  const middle = at(0.5) / brightUsd;
  const wanted = middle < 1 ? Math.log(middlePosition) / Math.log(middle) : 1;
  return { brightUsd, gamma: Math.min(gammas.most, Math.max(gammas.least, wanted)) };
}

/** Index into the palette. */
export function heatIndex(usd: number, { brightUsd, gamma }: HeatScale): number {
  if (!(usd > 0) || !(brightUsd > 0)) return 0;
  return Math.round(Math.min(1, usd / brightUsd) ** gamma * (steps - 1));
}

/** The USD of a position between nothing (0) and full strength (1): what a legend says. */
export function usdAt(position: number, { brightUsd, gamma }: HeatScale): number {
  return brightUsd * position ** (1 / gamma);
}

export function cssColor([red = 0, green = 0, blue = 0]: readonly number[]): string {
  return `#${[red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** `[red, green, blue]` of `#rrggbb`. */
export function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}
