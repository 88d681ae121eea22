import { join } from 'node:path';
import { drawChanges } from '../../renderers/changes/chart.ts';
import { drawHeatmap } from '../../renderers/heat/chart.ts';
import { drawMap } from '../../renderers/map/chart.ts';
import { setUpFonts } from '../config.ts';
import { UserError } from '../errors.ts';
import type { ReplayInput } from '../recorded-market.ts';
import type { ReplayFrame } from '../replay.ts';
import { ReplayViews } from '../replay-views.ts';
import { type ChangeSpan, changeSpans, type HeatSpan, heatSpans } from '../views.ts';
import { writePicture } from './picture-file.ts';

type View =
  | { readonly kind: 'map' }
  | { readonly kind: 'heatmap'; readonly span: HeatSpan }
  | { readonly kind: 'changes'; readonly span: ChangeSpan };

/** Reads `map,heatmap:30d,changes`. Throws UserError on anything else. */
export function parseViews(text: string): readonly View[] {
  return text.split(',').map((word) => {
    const [kind, given] = word.trim().split(':');
    if (kind === 'map' && given === undefined) return { kind };
    const heat = heatSpans.find((span) => span === (given ?? '7d'));
    if (kind === 'heatmap' && heat) return { kind, span: heat };
    const change = changeSpans.find((span) => span === (given ?? '24h'));
    if (kind === 'changes' && change) return { kind, span: change };
    throw new UserError(
      `--views ${text}: "${word}" is none of map, heatmap:${heatSpans.join('|')}, changes:${changeSpans.join('|')}. Example: --views map,heatmap:30d`,
    );
  });
}

/** Draws moments of a replay into a folder: COIN-TIME.png, COIN-TIME-heatmap-7d.png. */
export class FramePictures {
  readonly #folder: string;
  readonly #views: readonly View[];
  readonly #recorded: ReplayViews;

  constructor(folder: string, views: readonly View[], input: ReplayInput) {
    setUpFonts();
    this.#folder = folder;
    this.#views = views;
    this.#recorded = new ReplayViews(input);
  }

  async draw(frame: ReplayFrame): Promise<void> {
    const { map, timeMs } = frame;
    for (const view of this.#views) {
      const tail = view.kind === 'map' ? '' : `-${view.kind}-${view.span}`;
      await writePicture(
        join(this.#folder, `${map.symbol}-${timeMs}${tail}.png`),
        await this.#png(frame, view),
      );
    }
  }

  async #png({ map, clusters, timeMs }: ReplayFrame, view: View): Promise<Buffer> {
    const shared = { map, clusters, theme: 'dark' } as const;
    if (view.kind === 'map') return drawMap(shared);
    if (view.kind === 'changes') {
      const changes = await this.#recorded.changes(timeMs, view.span, map.venues);
      return drawChanges({ ...shared, changes });
    }
    const heat = await this.#recorded.heatmap(timeMs, view.span, map.venues);
    return drawHeatmap({ ...shared, heat, span: `last ${view.span}` });
  }
}
