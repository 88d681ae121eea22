import { positiveNumber } from './command.ts';

/** Described alike wherever a command draws. */
export const scaleHelp = 'pixels of the picture times this, 1 to 3; 1 unless told';

/** The value of `--scale`. Throws UserError on what is no number above zero. */
export function scaleOf(value: string | undefined): { readonly scale?: number } {
  const scale = positiveNumber('scale', value);
  return scale === undefined ? {} : { scale: Math.min(3, Math.max(1, scale)) };
}
