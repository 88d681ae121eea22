import type { Shape } from '../renderers/look.ts';
import type { themeNames } from '../src/settings.ts';
import type { Context } from './command.ts';

type Asked = { readonly theme: (typeof themeNames)[number]; readonly shape: Shape };

/** How the picture of an answer looks: as it was asked for or set, and as all pictures of this place do. */
export function lookOf({ theme, shape }: Asked, { brand, scale }: Pick<Context, 'brand' | 'scale'>) {
  return { theme, shape, ...(brand !== undefined && { brand }), ...(scale !== undefined && { scale }) };
}
