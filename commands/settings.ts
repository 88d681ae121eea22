import { z } from 'zod';
import { UserError } from '../src/errors.ts';
import {
  type ChatSettings,
  listOf,
  mayChangeSettings,
  type SettingKey,
  type Settings,
  settingKeys,
  settingValue,
} from '../src/settings.ts';
import { nearTimeZones } from '../src/time-zone.ts';
import { shown } from './clean-words.ts';
import { type Caller, type Command, type Context, command } from './command.ts';
import { knownCoins } from './known-coins.ts';
import { texts } from './texts.ts';
import { usualSymbols } from './usual-symbols.ts';
import { oneOf } from './word-schemas.ts';

/** Takes a setting back. */
const backToDefault = 'default';

export const settings: Command = command({
  name: 'settings',
  summary: texts.settings.summary,
  parameters: [
    { name: 'key', description: texts.parameters.key, choices: settingKeys },
    { name: 'value', description: texts.parameters.value, many: true },
  ],
  onlyInChat: true,
  schema: z.object({ key: oneOf(settingKeys).optional(), value: z.string().optional() }),
  async run({ key, value }, context) {
    const { caller, settings: kept } = context;
    if (!caller || !kept) throw new UserError(texts.settings.notHere);
    if (value === undefined) return { text: overview(await kept.of(caller), caller, context).join('\n') };
    if (key === undefined) throw new UserError(texts.settings.whichKey);
    const { now, done } = await change(kept, { caller, key, value }, context);
    return { text: [done, ...overview(now, caller, context)].join('\n') };
  },
});

type Change = { readonly caller: Caller; readonly key: SettingKey; readonly value: string };

async function change(kept: ChatSettings, { caller, key, value }: Change, context: Context) {
  if (!mayChangeSettings(caller)) throw new UserError(texts.settings.notAllowed);
  const { changed, takenBack } = texts.settings;
  if (value.toLowerCase() === backToDefault) {
    return { now: await kept.change(caller, key, undefined), done: takenBack(key) };
  }
  const wanted = await settledValue(key, value, context);
  return { now: await kept.change(caller, key, wanted), done: changed(key, wanted) };
}

async function settledValue(key: SettingKey, text: string, context: Context): Promise<string> {
  const value = settingValue(key, key === 'symbols' ? await coinsNamed(text, context) : text);
  if (value !== undefined) return value;
  const near = key === 'timezone' ? nearTimeZones(text) : [];
  throw new UserError(`${texts.settings.wrong(key, shown(text), texts.settings.meanings[key])}${hint(near)}`);
}

/** What nobody lists would be missing from every answer. */
async function coinsNamed(text: string, context: Context): Promise<string> {
  const unknown = (symbol: string, near: readonly string[]) =>
    `${texts.settings.unknownCoin(shown(symbol))}${hint(near)}`;
  return (await knownCoins(listOf(text), context, unknown)).join(',');
}

function hint(near: readonly string[]): string {
  return near.length > 0 ? texts.settings.near(near) : '';
}

function overview(now: Settings, caller: Caller, context: Context): readonly string[] {
  const { titleOf, line, set, unset, howToMany, notAllowed } = texts.settings;
  return [
    `${caller.communityId === undefined ? titleOf.user : titleOf.community}:`,
    ...settingKeys.map((key) => {
      const value = now[key];
      return value === undefined ? line(key, defaultOf(key, context), unset) : line(key, value, set);
    }),
    mayChangeSettings(caller) ? howToMany : notAllowed,
  ];
}

function defaultOf(key: SettingKey, context: Context): string {
  const { defaults } = texts.settings;
  return key === 'symbols' ? defaults.symbols(usualSymbols(context)) : defaults[key];
}
