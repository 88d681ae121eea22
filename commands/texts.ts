import { settingKeys } from '../src/settings.ts';
import { chatTexts } from './chat-texts.ts';

/**
 * What is said to people, in English; of alerts, risk, what maps rest on and the score, in the `*-texts.ts` beside this
 * one. What stands on pictures, and in the words that say the same as a picture, is in `renderers/`.
 */
export const texts = {
  words: {
    unknown: (name: string, known: readonly string[]) =>
      known.length > 0
        ? `there is no "${name}" here; there is ${known.join(', ')}`
        : `there is no "${name}" here`,
    tooLong: (name: string, most: number) => `${name} is longer than ${most} letters`,
    unreadable: (name: string, word: string) => `${name} holds letters that belong to no name: ${word}`,
    notOneOf: (word: string, choices: readonly string[]) => `"${word}" is not one of ${choices.join(', ')}`,
    twice: (name: string) => `"${name}" is given twice`,
    leftOver: (word: string, known: readonly string[]) =>
      known.length > 0
        ? `I do not know what "${word}" is to mean here. Possible are: ${known.join(', ')}.`
        : `I do not know what "${word}" is to mean: nothing more is asked for here.`,
    percent: (word: string) => `"${word}" is not a number of percent, such as 20`,
    percentBounds: 'must lie between 1 and 95 percent',
    hours: (word: string) => `"${word}" is not a number of hours from 1 to 72, such as 24`,
    whichCoin: 'which coin? For example: eth',
  },

  parameters: {
    symbol: 'coin or market, such as eth or ETHUSDT',
    window: 'positions opened within this time',
    venues: 'only these exchanges, separated by commas',
    range: 'half width of the map in percent of price',
    view: 'map, or liqs for observed liquidations below it',
    theme: 'colours of the picture',
    shape: 'wide, or square for phones',
    heatSpan: 'how far back the picture looks; 7d unless told',
    since: 'since when changes are counted; 24h unless told',
    hours: 'how many hours back, 1 to 72; 24 unless told',
    symbols: 'coins, separated by commas, such as btc,eth,sol',
    key: 'what to set; without it everything that is set is shown',
    value: 'the new value; "default" takes it back',
    command: 'one command to explain',
  },

  buttons: {
    refresh: 'Refresh',
    current: (label: string) => `• ${label}`,
    toObserved: 'Observed liquidations',
    toMap: 'Map',
    heatmap: 'Heatmap',
    changes: 'What changed',
    mapOf: (symbol: string) => `${symbol} map`,
    hours: (hours: number) => `${hours}h`,
  },

  time: {
    local: (utc: string, local: string) => `${utc} (${local})`,
    data: (age: string) => `data ${age}`,
    stale: (venues: readonly string[]) => `STALE: ${venues.join(', ')}`,
  },

  liqmap: { summary: 'where open positions of a coin would be liquidated' },

  heatmap: {
    summary: 'liquidation levels of a coin over time, with the path of price',
    notHere: 'There is no history of levels here.',
    span: (span: string) => `levels of the last ${span}`,
  },

  changes: { summary: 'which liquidation levels were built, closed and liquidated lately' },

  liqs: { summary: 'liquidations of the last hours that were seen, by side and price' },

  clusters: {
    summary: 'nearest and largest liquidation clusters of a coin, in words',
    title: (symbol: string, window: string, stamp: string) => `${symbol} clusters, ${window} - ${stamp}`,
    market: (price: string, openInterest: string) => `Price $${price}, open interest ${openInterest}`,
    nearest: { long: 'Nearest below', short: 'Nearest above' },
    largest: {
      long: 'Largest below: longs, liquidated if price falls',
      short: 'Largest above: shorts, liquidated if price rises',
    },
    none: 'none',
    shareOfOi: (percent: string) => `${percent} of open interest`,
    atr: (atrs: string) => `${atrs} ATR`,
    atrMeans: (percent: string) => `ATR is the average daily range: ${percent} of price.`,
    leftOut: (venues: readonly string[]) => `Left out: ${venues.join(', ')}`,
  },

  near: {
    summary: 'coins by how near their price is to a large liquidation cluster',
    title: (window: string, stamp: string) => `Nearest large clusters, ${window} - ${stamp}`,
    line: (place: number, symbol: string, price: string, cluster: string) =>
      `${place}. ${symbol} $${price}: ${cluster}`,
    longs: 'of longs',
    shorts: 'of shorts',
    explained: "Large is one of the three largest of its side on the coin's map.",
    without: (symbols: readonly string[]) => `No cluster: ${symbols.join(', ')}`,
    failed: (symbol: string, reason: string) => `${symbol} is missing: ${reason}`,
    oldest: (age: string) => `oldest data ${age}`,
  },

  compare: {
    summary: 'small maps of up to four coins in one picture',
    howMany: (most: number) => `Name one to ${most} coins, such as: compare btc,eth,sol`,
    missing: (symbol: string, reason: string) => `${symbol} is missing: ${reason}`,
  },

  settings: {
    summary: 'defaults for this server or chat: coins, window, theme, shape, time zone, units',
    titleOf: { community: 'Settings of this server or group', user: 'Your settings in private chats' },
    line: (key: string, value: string, source: string) => `${key}: ${value} (${source})`,
    set: 'set here',
    unset: 'default',
    defaults: {
      symbols: (symbols: readonly string[]) => symbols.join(','),
      window: '7d',
      theme: 'dark',
      shape: 'wide',
      timezone: 'UTC',
      units: 'usd',
    },
    meanings: {
      symbols: 'coins of near and compare, such as btc,eth,sol',
      window: 'positions opened within 24h, 7d, 30d, or all',
      theme: 'dark or light pictures',
      shape: 'wide pictures, or square ones for phones',
      timezone: 'your zone beside UTC, such as Europe/Vienna',
      units: 'usd, or coin to have amounts in the coin as well',
    },
    howToMany: `Change one with: settings KEY VALUE. Keys: ${settingKeys.join(', ')}. The value "default" takes it back.`,
    notAllowed: 'Only who may manage this server or group can change its settings.',
    changed: (key: string, value: string) => `${key} is now ${value}.`,
    takenBack: (key: string) => `${key} is back at its default.`,
    wrong: (key: string, word: string, meaning: string) => `"${word}" is no value of ${key}: ${meaning}.`,
    whichKey: `which setting? One of: ${settingKeys.join(', ')}`,
    near: (names: readonly string[]) => ` Did you mean ${names.join(', ')}?`,
    unknownCoin: (word: string) => `No exchange here lists "${word}".`,
    notHere: 'Settings belong to a chat. On the command line, give the words themselves.',
  },

  status: {
    summary: 'age of the data by exchange, work in the queue, version',
    title: (version: string, uptime: string | undefined) =>
      uptime === undefined ? `Liqmap ${version}` : `Liqmap ${version}, running for ${uptime}`,
    venue: (venue: string, age: string, note: string | undefined) =>
      note === undefined ? `${venue}: ${age}` : `${venue}: ${age} - ${note}`,
    noData: 'no data yet',
    noVenue: 'No map has been made yet.',
    data: 'Data by exchange:',
    queue: (name: string, waiting: number, active: number, failed: number) =>
      `${name}: ${waiting} waiting, ${active} active, ${failed} failed`,
    queues: 'Work:',
    alerts: ({
      sent,
      pending,
      unknown,
      failed,
      dropped,
    }: Readonly<Record<'sent' | 'pending' | 'unknown' | 'failed' | 'dropped', number>>) =>
      `Alerts of the last day: ${sent} sent, ${pending} waiting, ${unknown} unknown (the answer was lost), ${failed} refused, ${dropped} dropped`,
    alerting: (coins: number, subscriptions: number) =>
      `Alerts: ${coins} coins watched for ${subscriptions} subscriptions`,
    silent: (symbol: string, reasons: readonly string[]) => `No alerts of ${symbol}: ${reasons.join(', ')}`,
    moreSilent: (count: number) => `No alerts of ${count} more coins`,
    unproven: (symbols: readonly string[], count: number) =>
      `Unproven, with too few cases to say whether alerts beat chance: ${symbols.join(', ')}${count > symbols.length ? ` and ${count - symbols.length} more` : ''}`,
    notAlerting: 'Alerts: nobody watches prices at the moment.',
    notHere: 'Status belongs to the running service. On the command line: npm run liqmap -- doctor',
  },

  about: {
    summary: 'how the maps are made, what they cannot know, what is stored',
    text: [
      'Liqmap shows where leveraged perpetual positions would be closed by force.',
      '',
      "Method: no exchange publishes who holds what, so the map is a model. It follows open interest and traded volume through time: what opens enters at the prices traded, is spread over effective leverage, and is taken out where price crossed its liquidation price, by each exchange's own margin rules. Longs and shorts always add up to the open interest.",
      '',
      'Limits: every map is an estimate, none is advice. Leverage is a statistical spread, not known per position. What was open before the history begins has an unknown age, and its share is stated. An exchange that is down, blocked or late is named and left out or marked as stale. Observed liquidations are what feeds show: some tell at most one a second, so sums are lower bounds, and where no feed exists that is said.',
      '',
      'Privacy: stored are ids of users, chats and servers with their settings and subscriptions, nothing else; no messages are read or kept. forgetme removes what is stored about you.',
    ].join('\n'),
  },

  help: {
    summary: 'what I can do, or how one command is used',
    intro: 'Liquidation maps of perpetual futures. For example: liqmap eth',
    line: (usage: string, summary: string) => `${usage} - ${summary}`,
    more: 'help COMMAND explains one.',
    option: (name: string, description: string, choices: readonly string[] | undefined) =>
      choices ? `  ${name}: ${description} (${choices.join(', ')})` : `  ${name}: ${description}`,
    unknown: (name: string, near: readonly string[]) =>
      `There is no command "${name}".${near.length > 0 ? ` Did you mean ${near.join(', ')}?` : ''}`,
  },

  forgetme: {
    summary: 'remove what is stored about you',
    nothing: 'Nothing was stored about you.',
    done: (deleted: number, unsigned: number) =>
      [
        `Done: ${deleted === 1 ? '1 entry' : `${deleted} entries`} of yours removed.`,
        ...(unsigned > 0 ? [`${unsigned} of a server or group stay there, without your name on them.`] : []),
      ].join(' '),
    notHere: 'Nothing is stored about who uses the command line.',
  },

  chat: chatTexts,
} as const;
