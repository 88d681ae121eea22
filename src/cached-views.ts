import { type Blobs, pack, unpack } from './blobs.ts';
import type { MapChanges } from './core/changes.ts';
import { hourMs } from './core/durations.ts';
import type { Heatmap } from './core/heatmap.ts';
import { SingleFlight } from './single-flight.ts';
import type { ChangeSpan, HeatSpan, Views } from './views.ts';

/** A view by name; `symbol` is a coin as maps name it. */
export type ViewRequest =
  | { readonly view: 'heatmap'; readonly symbol: string; readonly span: HeatSpan }
  | { readonly view: 'changes'; readonly symbol: string; readonly span: ChangeSpan };

type Deps = {
  readonly blobs: Blobs;
  /** Has the view made and put where `readView` finds it. Throws its UserErrors. */
  readonly makeView: (key: string, request: ViewRequest) => Promise<void>;
  readonly nowMs: () => number;
};

/** A view of this age is shown as it is. */
const freshMs = 150_000;
const keepMs = hourMs;

/** Views made once for all who ask, in this process and in others. */
export class CachedViews implements Views {
  readonly #deps: Deps;
  readonly #flight = new SingleFlight();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  heatmap(symbol: string, span: HeatSpan): Promise<Heatmap> {
    return this.#view<Heatmap>({ view: 'heatmap', symbol, span });
  }

  changes(symbol: string, span: ChangeSpan): Promise<MapChanges> {
    return this.#view<MapChanges>({ view: 'changes', symbol, span });
  }

  #view<View extends { readonly timeMs: number }>(request: ViewRequest): Promise<View> {
    const key = `${request.view}/${request.symbol}/${request.span}`;
    return this.#flight.run(key, async () => {
      const { blobs, makeView, nowMs } = this.#deps;
      const known = await readView<View>(blobs, key);
      if (known && Math.abs(nowMs() - known.timeMs) < freshMs) return known;
      await makeView(key, request);
      const made = await readView<View>(blobs, key);
      if (!made) throw new Error(`the view ${key} was made but is not there`);
      return made;
    });
  }
}

/** Makes a view and puts it where `CachedViews` finds it. */
export async function makeAndWriteView(
  { views, blobs, signal }: { readonly views: Views; readonly blobs: Blobs; readonly signal: AbortSignal },
  key: string,
  request: ViewRequest,
): Promise<void> {
  const made =
    request.view === 'heatmap'
      ? await views.heatmap(request.symbol, request.span, signal)
      : await views.changes(request.symbol, request.span, signal);
  await blobs.put(blobKey(key), await pack(made), keepMs);
}

async function readView<View>(blobs: Blobs, key: string): Promise<View | undefined> {
  const bytes = await blobs.get(blobKey(key));
  return bytes && ((await unpack(bytes)) as View);
}

/** The number goes up when what is kept changes, so that a new version does not read what an old one wrote. */
function blobKey(key: string): string {
  return `view:1:${key}`;
}
