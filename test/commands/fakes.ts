import type { Caller, Context } from '../../commands/command.ts';
import { commands } from '../../commands/index.ts';
import { resolveSymbol } from '../../src/core/symbols.ts';
import { UserError } from '../../src/errors.ts';
import type { MapAnswer, MapRequest } from '../../src/maps.ts';
import type { Market } from '../../src/market/source.ts';
import { ChatSettings, type Settings } from '../../src/settings.ts';
import type { SettingsRecords, SettingsScope } from '../../src/store/settings.ts';
import type { Views } from '../../src/views.ts';
import { randomMap } from '../renderers/fixtures.ts';
import { madeUpChanges, madeUpHeat } from '../renderers/heat/fixtures.ts';
import { inverseTermsOf, termsOf } from '../renderers/position/fixtures.ts';
import { withStress } from '../renderers/stress-fixtures.ts';

/** When the fixtures' maps were made. */
export const madeMs = Date.UTC(2026, 1, 14, 12, 30);

export function market(base: string, venue = 'binance', symbol = `${base}/USDT:USDT`): Market {
  return {
    venue,
    symbol,
    base,
    quote: 'USDT',
    settle: 'USDT',
    contract: 'linear',
    multiplier: 1,
    kind: 'perpetual',
  };
}

export const listed: readonly Market[] = ['BTC', 'ETH', 'SOL', 'PEPE', '币安人生'].flatMap((base) => [
  market(base),
  market(base, 'bybit'),
]);

const seeds: Readonly<Record<string, () => MapAnswer>> = {
  BTC: () => randomMap({ seed: 2, symbol: 'BTC', priceUsd: 98_765.4, openInterestUsd: 3.41e10, bins: 200 }),
  SOL: () => randomMap({ seed: 14, symbol: 'SOL', priceUsd: 187.32, bins: 200 }),
  PEPE: () => randomMap({ seed: 3, symbol: 'PEPE', priceUsd: 0.00000123, bins: 200 }),
};

/** Maps of the fixtures, and what was asked for. */
export class FakeMaps {
  readonly asked: MapRequest[] = [];
  readonly #known = new Map<string, MapAnswer>();

  async map(request: MapRequest): Promise<MapAnswer> {
    this.asked.push(request);
    const resolved = resolveSymbol(request.symbol, listed);
    if (!resolved.found) {
      throw new UserError(`No venue lists "${request.symbol}". Did you mean ${resolved.near.join(', ')}?`);
    }
    const { base } = resolved;
    const known =
      this.#known.get(base) ??
      withStress((seeds[base] ?? (() => randomMap({ seed: 1, symbol: base, bins: 200 })))(), {
        depthUsd: 1e9,
        above: 0.5,
      });
    this.#known.set(base, known);
    const terms = [termsOf(known.map.priceUsd), inverseTermsOf(known.map.priceUsd)];
    return { ...known, terms, map: { ...known.map, window: request.window } };
  }

  async markets() {
    return { markets: listed.map((one) => ({ market: one })), failed: [] };
  }
}

/** Views that end when the fixtures' maps were made. */
export const fakeViews: Views = {
  heatmap: async (symbol) => madeUpHeat({ symbol, priceUsd: priceOf(symbol), timeMs: madeMs }),
  changes: async (symbol) => madeUpChanges({ symbol, priceUsd: priceOf(symbol), timeMs: madeMs }),
};

function priceOf(symbol: string): number {
  return (seeds[symbol]?.() ?? randomMap({ seed: 1, symbol, bins: 200 })).map.priceUsd;
}

/** Settings that last as long as the test. */
export class FakeSettings implements SettingsRecords<Settings> {
  readonly kept = new Map<string, Settings>();

  async get(scope: SettingsScope): Promise<Settings | undefined> {
    return this.kept.get(keyOf(scope));
  }

  async put(scope: SettingsScope, settings: Settings): Promise<void> {
    this.kept.set(keyOf(scope), settings);
  }

  async remove(scope: SettingsScope): Promise<void> {
    this.kept.delete(keyOf(scope));
  }
}

function keyOf({ platform, kind, id }: SettingsScope): string {
  return `${platform} ${kind} ${id}`;
}

export const manager: Caller = {
  platform: 'discord',
  userId: 'u1',
  chatId: 'c1',
  communityId: 's1',
  mayManage: true,
};
export const member: Caller = { ...manager, userId: 'u2', mayManage: false };
export const alone: Caller = { platform: 'telegram', userId: 'u3', chatId: 'u3', mayManage: true };

export function contextOf(given: Partial<Context> = {}): Context & { readonly maps: FakeMaps } {
  return {
    nowMs: () => madeMs + 40_000,
    settings: new ChatSettings(new FakeSettings()),
    caller: manager,
    views: fakeViews,
    ...given,
    maps: (given.maps as FakeMaps | undefined) ?? new FakeMaps(),
  };
}

export function commandNamed(name: string) {
  const found = commands.find((command) => command.name === name);
  if (!found) throw new Error(`no command ${name}`);
  return found;
}
