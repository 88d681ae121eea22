import type { Draw } from '../../renderers/chart.ts';
import type { Shape } from '../../renderers/look.ts';
import { drawMap } from '../../renderers/map/chart.ts';
import { mapText } from '../../renderers/map/text.ts';
import { within } from '../deadline.ts';
import { errorText } from '../errors.ts';
import type { Log } from '../log.ts';
import { agedMap } from '../map-age.ts';
import type { MapAnswer, Maps } from '../maps.ts';
import type { Settings, themeNames } from '../settings.ts';
import type { SharedMap } from '../shared-maps.ts';
import type { AlertPicture } from './channel.ts';

type Look = { readonly theme: (typeof themeNames)[number]; readonly shape: Shape };

type Deps = {
  readonly maps: Maps;
  readonly draw: Draw;
  readonly share?: (shown: SharedMap, platform: string) => Promise<string | undefined>;
  /** A line of the host's own on every picture. */
  readonly brand?: string | undefined;
  readonly log: Log;
  readonly nowMs: () => number;
  /** An alert goes without its picture rather than later than this. */
  readonly timeLimitMs?: number;
};

/** Maps that go with alerts: drawn once for all who are alerted of the same. */
export class AlertPictures {
  readonly #deps: Deps;
  readonly #made = new WeakMap<MapAnswer, Map<string, AlertPicture>>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The coin's map, drawn. Undefined, and a word in the log, if there is none in time. */
  async of(
    symbol: string,
    { theme = 'dark', shape = 'wide', window = '7d' }: Settings,
  ): Promise<AlertPicture | undefined> {
    const { maps, timeLimitMs = 8_000, log } = this.#deps;
    const drawn = async () => {
      const picture = this.#pictureOf(await maps.map({ symbol, window }), { theme, shape });
      await picture.draw();
      return picture;
    };
    try {
      return await within(drawn(), timeLimitMs, `not drawn within ${timeLimitMs / 1000} s`);
    } catch (error) {
      log.warn('an alert goes without its picture', { symbol, reason: errorText(error) });
      return undefined;
    }
  }

  /** The same object for the same map, by which platforms see that they have it already. */
  #pictureOf(answer: MapAnswer, { theme, shape }: Look): AlertPicture {
    const ofMap = this.#made.get(answer) ?? new Map<string, AlertPicture>();
    const name = `${theme} ${shape}`;
    this.#made.set(answer, ofMap);
    const known = ofMap.get(name);
    if (known) return known;
    const { draw, share, brand, nowMs } = this.#deps;
    const { map, clusters } = answer;
    let drawing: Promise<Buffer> | undefined;
    const picture = {
      fileName: `${map.symbol.replace(/[^\w-]/g, '_').toLowerCase()}.png`,
      alt: mapText(agedMap(map, nowMs()), clusters).alt,
      draw: () => {
        drawing ??= drawMap(
          { map, clusters, theme, shape, ...(brand !== undefined && { brand }) },
          draw,
        ).catch((error: unknown) => {
          drawing = undefined;
          throw error;
        });
        return drawing;
      },
      ...(share && { page: (platform: string) => share({ map, clusters, theme }, platform) }),
    };
    ofMap.set(name, picture);
    return picture;
  }
}
