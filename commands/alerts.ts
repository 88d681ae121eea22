import { z } from 'zod';
import { price, usd, utcTime } from '../renderers/numbers.ts';
import { type AlertManagement, mostSubscriptions } from '../src/alerts/management.ts';
import type { AlertSubscription } from '../src/alerts/settings.ts';
import { hourMs } from '../src/core/durations.ts';
import type { Cluster } from '../src/core/liquidation-map.ts';
import { UserError } from '../src/errors.ts';
import { alertList, alertWindow } from './alert-list.ts';
import { type AlertPlace, alertPlace, checkMayManage, checkMaySend } from './alert-place.ts';
import { alertTexts as texts } from './alert-texts.ts';
import { type AlertWish, alertWish } from './alert-words.ts';
import { shown } from './clean-words.ts';
import { type Caller, type Command, type Context, command } from './command.ts';
import { knownCoins } from './known-coins.ts';
import { nowOf } from './spoken-time.ts';
import { oneOf } from './word-schemas.ts';

const actions = ['on', 'off', 'list', 'edit', 'pause', 'test', 'mute'] as const;
type Action = (typeof actions)[number];
const places = ['here', 'dm'] as const;
const sides = ['both', 'long', 'short'] as const;
const usualMuteMs = 4 * hourMs;

/** What has options of its own where a platform has options, in the words of `alertWish`. */
const worded = ['distance', 'min', 'kinds', 'ping', 'quiet', 'cap', 'digest'] as const;

const words = Object.fromEntries(worded.map((name) => [name, z.string().optional()])) as Record<
  (typeof worded)[number],
  z.ZodOptional<z.ZodString>
>;

/** Manages alerts of the place where it is said, or of the one who says it. */
export const alerts: Command = command({
  name: 'alerts',
  summary: texts.summary,
  parameters: [
    { name: 'action', description: texts.parameters.action, choices: actions },
    { name: 'symbols', description: texts.parameters.symbols, many: true },
    { name: 'where', description: texts.parameters.where, choices: places },
    { name: 'cluster', description: texts.parameters.cluster, looks: /^(long|short)-[\d.e+-]+-[a-z\d]+$/ },
    { name: 'side', description: texts.parameters.side, choices: sides },
    ...worded.map((name) => ({
      name,
      description: texts.parameters[name],
      // Its name stands in front: a loose word is for `symbols`.
      looks: /^$/,
      ...(name === 'ping' && { isRole: true as const }),
    })),
  ],
  onlyInChat: true,
  isAside: true,
  schema: z.object({
    action: oneOf(actions).default('list'),
    symbols: z.string().default(''),
    where: oneOf(places).optional(),
    cluster: z.string().optional(),
    side: oneOf(sides).optional(),
    ...words,
  }),
  async run({ action, symbols, where, cluster, side, ...options }, context, { settings }) {
    const { caller, alerts: management } = context;
    if (!caller || !management) throw new UserError(texts.notHere);
    const place = alertPlace(caller, where);
    if (action === 'list') {
      return {
        text: await alertList(await management.of(place.to), { where: place.where, settings }, context),
      };
    }
    checkMayManage(caller, place);
    const named = worded.flatMap((name) => (options[name] === undefined ? [] : [`${name} ${options[name]}`]));
    const text = [symbols, ...(side ? [side] : []), ...named].join(' ');
    const said = alertWish(text, settings.timezone ?? 'UTC');
    checkPing(said, caller);
    const wish = { ...said, symbols: await coinsNamed(said.symbols, context) };
    const asked = { caller, management, place, context, wish, ...(cluster !== undefined && { cluster }) };
    return { text: await doers[action](asked) };
  },
});

type Asked = {
  readonly caller: Caller;
  readonly management: AlertManagement;
  readonly place: AlertPlace;
  readonly context: Context;
  readonly wish: AlertWish;
  /** Id of the only cluster that is meant. */
  readonly cluster?: string;
};

const doers: Readonly<Record<Exclude<Action, 'list'>, (asked: Asked) => Promise<string>>> = {
  async on(asked) {
    const { management, place, wish, caller } = asked;
    await checkMaySend(caller, place);
    if (asked.cluster !== undefined) return onCluster(asked, asked.cluster);
    const there = await management.of(place.to);
    if (wish.symbols.length === 0 && there.length > 0) return resume(asked, chosen(there, wish));
    if (there.length >= mostSubscriptions) throw new UserError(texts.tooMany(mostSubscriptions));
    const { symbols } = wish;
    if (symbols.length === 0) throw new UserError(texts.whichCoin);
    await management.subscribe(place.to, { symbols, changes: wish.changes, createdBy: caller.userId });
    const notes = wish.changes.pingRoleId === undefined ? [] : [texts.rolePing];
    return [texts.isOn(symbols.join(', '), texts.where[place.where]), ...notes, await listNow(asked)].join(
      '\n',
    );
  },

  async off(asked) {
    const { management, place, wish } = asked;
    const there = await management.of(place.to);
    const numbered = wish.numbers.flatMap((number) => there[number - 1] ?? []);
    const ended = chosen(there, wish);
    for (const one of ended) await management.end(one, numbered.includes(one) ? [] : wish.symbols);
    const whole = wish.symbols.length === 0 ? ended : numbered;
    return texts.ended([...new Set([...wish.symbols, ...whole.flatMap(coinsIn)])].join(', '));
  },

  async edit(asked) {
    const { management, place, wish } = asked;
    const there = await management.of(place.to);
    const { changes } = wish;
    if (Object.keys(changes).length === 0) throw new UserError(texts.nothingToChange);
    const meant = chosen(there, wish);
    const isNamed = wish.numbers.length + wish.symbols.length > 0;
    if (meant.length > 1 && !isNamed) throw new UserError(texts.whichOne(there.length));
    for (const one of meant) await management.change(one, changes);
    return [...meant.map((one) => texts.changed(there.indexOf(one) + 1)), await listNow(asked)].join('\n');
  },

  async pause({ management, place, wish }) {
    const meant = chosen(await management.of(place.to), wish);
    for (const one of meant) await management.pause(one);
    return texts.paused(coinsOf(meant));
  },

  async mute({ management, place, wish, context }) {
    const { isOff, muteMs = usualMuteMs } = wish;
    const meant = chosen(await management.of(place.to), wish);
    const untilMs = nowOf(context) + muteMs;
    for (const one of meant) await management.change(one, { mutedUntilMs: isOff ? undefined : untilMs });
    return isOff ? texts.unmuted(coinsOf(meant)) : texts.muted(coinsOf(meant), utcTime(untilMs));
  },

  async test({ management, place, wish, caller }) {
    await checkMaySend(caller, place);
    const [one] = chosen(await management.of(place.to), wish).filter(({ state }) => state === 'active');
    const names = one?.settings.symbols.join(', ') ?? '';
    const isSent = one !== undefined && (await management.test(one, texts.test(names)));
    if (!isSent) throw new UserError(texts.noneActive);
    return texts.tested(names);
  },
};

async function resume({ management }: Asked, meant: readonly AlertSubscription[]): Promise<string> {
  for (const one of meant) await management.resume(one);
  return texts.resumed(coinsOf(meant));
}

/** One cluster, for who pressed the button under a map of whatever window. */
async function onCluster(asked: Asked, id: string): Promise<string> {
  const { management, place, wish, caller, context } = asked;
  const [symbol] = wish.symbols;
  if (symbol === undefined) throw new UserError(texts.whichCoin);
  const { clusters } = await context.maps.map({ symbol, window: alertWindow });
  const cluster = clusters.find((one) => one.id === id) ?? sameLevel(clusters, id);
  if (!cluster) throw new UserError(texts.clusterGone(symbol));
  const there = await management.of(place.to);
  if (there.length >= mostSubscriptions) throw new UserError(texts.tooMany(mostSubscriptions));
  const changes = { ...wish.changes, clusterId: cluster.id };
  await management.subscribe(place.to, { symbols: [symbol], changes, createdBy: caller.userId });
  return texts.clusterOn(symbol, usd(cluster.usd), price(cluster.peak), texts.where[place.where]);
}

/** Ids begin with side and level; on a map of another window the same level has another id. */
function sameLevel(clusters: readonly Cluster[], id: string): Cluster | undefined {
  const [, side, level] = /^(long|short)-([\d.e+-]+?)-[a-z\d]+$/.exec(id) ?? [];
  const peak = Number(level);
  return clusters.find((one) => one.side === side && one.low <= peak && peak <= one.high);
}

/** Those that are named by number or coin; all where nothing is named. @throws UserError if there is none */
function chosen(
  there: readonly AlertSubscription[],
  { numbers, symbols }: Pick<AlertWish, 'numbers' | 'symbols'>,
): readonly AlertSubscription[] {
  if (there.length === 0) throw new UserError(texts.none);
  const missing = numbers.find((number) => !there[number - 1]);
  if (missing !== undefined) throw new UserError(texts.noNumber(missing));
  const stray = symbols.find((name) => !there.some((one) => coinsIn(one).includes(name)));
  if (stray !== undefined) throw new UserError(texts.noCoin(shown(stray)));
  if (numbers.length + symbols.length === 0) return there;
  return there.filter(
    (one, index) => numbers.includes(index + 1) || coinsIn(one).some((symbol) => symbols.includes(symbol)),
  );
}

async function coinsNamed(symbols: readonly string[], context: Context): Promise<readonly string[]> {
  const unknown = (symbol: string, near: readonly string[]) => texts.unknownCoin(shown(symbol), near);
  return [...new Set(await knownCoins(symbols, context, unknown))];
}

function checkPing({ changes }: AlertWish, { platform, communityId }: Caller): void {
  if (changes.pingRoleId === undefined) return;
  if (platform !== 'discord') throw new UserError(texts.onlyDiscord);
  if (changes.pingRoleId === communityId) throw new UserError(texts.noEveryone);
}

function coinsOf(subscriptions: readonly AlertSubscription[]): string {
  return [...new Set(subscriptions.flatMap(coinsIn))].join(', ');
}

function coinsIn({ settings }: AlertSubscription): readonly string[] {
  return settings.symbols;
}

async function listNow({ management, place, context, caller }: Asked): Promise<string> {
  const settings = (await context.settings?.of(caller)) ?? {};
  return alertList(await management.of(place.to), { where: place.where, settings }, context);
}
