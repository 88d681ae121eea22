import { createHash } from 'node:crypto';
import type { Chart } from '../renderers/chart.ts';
import { type Blobs, pack, unpack } from './blobs.ts';
import { Recent } from './recent.ts';
import { SingleFlight } from './single-flight.ts';

type Deps = {
  readonly blobs: Blobs;
  /** Has a chart drawn that `readChart` finds, and the picture put where `readPicture` finds it. */
  readonly makePicture: (key: string) => Promise<void>;
  readonly onLookup?: (lookup: 'memory' | 'shared' | 'made') => void;
};

const keepMs = 30 * 60_000;
/** Long enough for a queue with a broadcast in it. */
const keepChartMs = 5 * 60_000;
const inMemory = 100;

/**
 * Pictures drawn once for all who ask. A chart is all that its picture depends on, so its fingerprint is the key: the
 * same map, view, theme, shape and scale give the same picture, and anything else another.
 */
export class CachedPictures {
  readonly #deps: Deps;
  readonly #recent = new Recent<Buffer>(inMemory);
  readonly #flight = new SingleFlight();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The chart as PNG. */
  async draw(chart: Chart): Promise<Buffer> {
    const key = fingerprint(chart);
    const remembered = this.#recent.get(key);
    if (remembered) {
      this.#deps.onLookup?.('memory');
      return remembered;
    }
    return this.#flight.run(key, () => this.#lookUp(key, chart));
  }

  async #lookUp(key: string, chart: Chart): Promise<Buffer> {
    const { blobs, makePicture, onLookup } = this.#deps;
    const shared = await readPicture(blobs, key);
    if (shared) return this.#keep(key, shared, () => onLookup?.('shared'));
    await blobs.put(`chart:${key}`, await pack(chart), keepChartMs);
    await makePicture(key);
    const made = await readPicture(blobs, key);
    if (!made) throw new Error(`the picture ${key} was drawn but is not there`);
    return this.#keep(key, made, () => onLookup?.('made'));
  }

  #keep(key: string, png: Buffer, note: () => void): Buffer {
    this.#recent.set(key, png);
    note();
    return png;
  }
}

/** The chart that is to be drawn under a key; undefined once it is gone. */
export async function readChart(blobs: Blobs, key: string): Promise<Chart | undefined> {
  const bytes = await blobs.get(`chart:${key}`);
  return bytes && ((await unpack(bytes)) as Chart);
}

/** Puts a picture where `CachedPictures` of every process finds it. */
export async function writePicture(blobs: Blobs, key: string, png: Buffer): Promise<void> {
  await blobs.put(`picture:${key}`, png, keepMs);
}

async function readPicture(blobs: Blobs, key: string): Promise<Buffer | undefined> {
  return blobs.get(`picture:${key}`);
}

/** Charts of equal key have equal templates, so the template need not be read. */
function fingerprint({ key, data, params, pixelRatio = 1 }: Chart): string {
  return createHash('sha256')
    .update(JSON.stringify([key, pixelRatio, data, params]))
    .digest('hex')
    .slice(0, 32);
}
