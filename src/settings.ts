import { z } from 'zod';
import { shapes } from '../renderers/look.ts';
import { mapWindows } from './core/liquidation-map.ts';
import { within } from './deadline.ts';
import { Recent } from './recent.ts';
import type { SettingsRecords, SettingsScope } from './store/settings.ts';
import { timeZoneNamed } from './time-zone.ts';

/** What a server, a group or a person may set for all its answers. */
export const settingKeys = ['symbols', 'window', 'theme', 'shape', 'timezone', 'units'] as const;
export type SettingKey = (typeof settingKeys)[number];

export const themeNames = ['dark', 'light'] as const;
/** `coin` says amounts in the coin, too; pictures are in USD always. */
const unitNames = ['usd', 'coin'] as const;

/** An answer waits no longer for the settings of who asks. */
const patienceMs = 2_000;
const inMemory = 5_000;

/** Most coins of a list. */
export const mostSymbols = 25;
const symbol = z.string().regex(/^[\p{L}\p{N}]{1,24}$/u);

/** Values as words, in the form that `settingValue` gives; what is not set is absent. For `Store.settings`. */
export const settingsSchema = z.object({
  symbols: z
    .string()
    .refine((text) => listOf(text).length >= 1 && listOf(text).length <= mostSymbols)
    .refine((text) => listOf(text).every((name) => symbol.safeParse(name).success))
    .optional(),
  window: z.enum(mapWindows).optional(),
  theme: z.enum(themeNames).optional(),
  shape: z.enum(shapes).optional(),
  timezone: z
    .string()
    .refine((zone) => timeZoneNamed(zone) === zone)
    .optional(),
  units: z.enum(unitNames).optional(),
});
export type Settings = z.output<typeof settingsSchema>;

/** Whoever asks, as far as it matters for settings. */
export type SettingsPlace = {
  readonly platform: string;
  readonly userId: string;
  readonly communityId?: string;
  readonly mayManage: boolean;
};

/** What a person writes as a setting's value in the form that is kept; undefined where it makes no sense. */
export function settingValue(key: SettingKey, text: string): string | undefined {
  const value = normal(key, text);
  const parsed = settingsSchema.shape[key].safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The coins of a list, in capitals, each once. */
export function listOf(text: string): readonly string[] {
  const names = text.split(/[\s,;]+/).filter((name) => name !== '');
  return [...new Set(names.map((name) => name.toUpperCase()))];
}

/** Settings of a community are its administrators'; those of a person are that person's own. */
export function mayChangeSettings({ communityId, mayManage }: SettingsPlace): boolean {
  return communityId === undefined || mayManage;
}

/** Settings of servers and groups, and of people in private chats. */
export class ChatSettings {
  readonly #records: SettingsRecords<Settings>;
  readonly #onTrouble: (error: unknown) => void;
  readonly #remembered = new Recent<Settings>(inMemory);

  constructor(records: SettingsRecords<Settings>, onTrouble: (error: unknown) => void = () => undefined) {
    this.#records = records;
    this.#onTrouble = onTrouble;
  }

  /** What is set; while the store is away what was read last, or else the defaults: an answer does not wait for it. */
  async of(place: SettingsPlace): Promise<Settings> {
    const { platform, kind, id } = scopeOf(place);
    const name = `${platform} ${kind} ${id}`;
    try {
      const settings = await within(this.#read(place), patienceMs, 'the settings were not read in time');
      this.#remembered.set(name, settings);
      return settings;
    } catch (error) {
      this.#onTrouble(error);
      return this.#remembered.get(name) ?? {};
    }
  }

  /**
   * Sets a value, or takes it back where it is undefined; returns all settings then.
   *
   * @throws TypeError if the caller may not, or the value is not one that `settingValue` gave
   */
  async change(place: SettingsPlace, key: SettingKey, value: string | undefined): Promise<Settings> {
    if (!mayChangeSettings(place))
      throw new TypeError("settings of a community are its administrators' to change");
    const { [key]: _, ...others } = await this.#read(place);
    const settings = settingsSchema.safeParse({ ...others, ...(value !== undefined && { [key]: value }) });
    if (!settings.success) throw new TypeError(`"${value}" is no value of ${key}`);
    const scope = scopeOf(place);
    if (Object.keys(settings.data).length === 0) await this.#records.remove(scope);
    else await this.#records.put(scope, settings.data);
    return settings.data;
  }

  async #read(place: SettingsPlace): Promise<Settings> {
    return (await this.#records.get(scopeOf(place))) ?? {};
  }
}

function scopeOf({ platform, userId, communityId }: SettingsPlace): SettingsScope {
  return communityId === undefined
    ? { platform, kind: 'user', id: userId }
    : { platform, kind: 'community', id: communityId };
}

function normal(key: SettingKey, text: string): string | undefined {
  if (key === 'symbols') return listOf(text).join(',');
  if (key === 'timezone') return timeZoneNamed(text);
  return text.trim().toLowerCase();
}
