import { loadConfig } from '../config.ts';
import { weightsFor } from '../core/weights-for.ts';
import { createLiveSources } from '../market/live/index.ts';
import type { MarketSource } from '../market/source.ts';
import { MapService } from '../service.ts';

/** Gives `use` a service on the venues of the configuration, and those venues, and closes them afterwards. */
export async function withLiveMaps<T>(
  onProgress: (message: string) => void,
  use: (maps: MapService, sources: readonly MarketSource[]) => Promise<T>,
): Promise<T> {
  const { venues, exchangeApiUrl, exchangeProxyUrl } = loadConfig();
  const sources = createLiveSources({ venues, apiUrl: exchangeApiUrl, proxyUrl: exchangeProxyUrl });
  try {
    return await use(new MapService({ sources, weights: weightsFor, nowMs: Date.now, onProgress }), sources);
  } finally {
    await Promise.all(sources.map((source) => source.close()));
  }
}
