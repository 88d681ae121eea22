import type { Size } from '../frame.ts';
import { boxes, pictureTemplate, words } from '../template.ts';
import type { Theme } from '../theme.ts';

/** A picture of boxes and words alone, all of them in px. */
export function tableTemplate(size: Size, theme: Theme): object {
  return pictureTemplate({
    size,
    theme,
    params: [],
    layers: [boxes('under'), words('watermarks'), boxes('over'), words('texts')],
  });
}
