import type { Side } from '../src/core/market-data.ts';

/** What commands say of alerts, in English, as `texts.ts` of all else. */
export const alertTexts = {
  summary: 'be told when price nears a large cluster, and what came of it',
  parameters: {
    action: 'what to do; without it the list is shown',
    symbols: 'coins, and in writing everything else: eth distance 2% min 20m touch silent',
    where: 'this channel or topic, or dm for yourself alone',
    cluster: 'only this cluster; filled in by buttons under maps',
    distance: 'how near is near: 2% of price, or 0.5atr in average daily ranges',
    min: 'smallest cluster: 20m USD, 1% of open interest, p75 of its own history',
    side: 'clusters of longs (below), of shorts (above), or both',
    kinds: 'on, silent or off by sort: touch silent, built on, receipt off',
    ping: 'role to ping with every alert',
    quiet: 'quiet hours: 22-7 Europe/Vienna weekends hold (or silent)',
    cap: 'most messages a day',
    digest: 'times of the digest, UTC: 8:00 20:00',
  },
  examples: {
    distance: 'distance 2% or distance 0.5atr',
    min: 'min 20m, min 1% or min p75',
    ping: 'ping with the id of a role, or ping off',
    quiet: 'quiet 22-7 Europe/Vienna, quiet 22:30-7 weekends silent or quiet off',
    cap: 'cap 10, from 1 to 200',
    digest: 'digest 8:00 20:00, at most six times',
  },
  wrong: (word: string, example: string) =>
    word === ''
      ? `Something is missing. For example: ${example}`
      : `"${word}" makes no sense here. For example: ${example}`,

  notHere: 'Alerts belong to a chat. On the command line there is none.',
  notAllowed:
    'Only who may manage this server or group can change its alerts. For alerts to yourself alone: alerts on eth dm',
  noMember:
    'I am no member here, so I can send nothing here by myself. Have me added to this server, or take alerts for yourself alone: alerts on eth dm',
  noPerson: 'In the name of a chat nobody has a direct message. Say it in our private chat.',
  whichCoin: 'Which coin? For example: alerts on eth',
  whichOne: (numbers: number) => `Which one? Give its number, 1 to ${numbers}, or a coin: see alerts list.`,
  noNumber: (number: number) => `There is no alert #${number}: see alerts list.`,
  noCoin: (symbol: string) => `There are no alerts on ${symbol} here: see alerts list.`,
  none: 'There are no alerts here yet. For example: alerts on eth',
  noneActive: 'No alerts are active here. Take them up again with: alerts on',
  nothingToChange: 'What is to be otherwise? For example: alerts edit 1 distance 2% min 20m',
  unknownCoin: (word: string, near: readonly string[]) =>
    `No exchange here lists "${word}".${near.length > 0 ? ` Did you mean ${near.join(', ')}?` : ''}`,
  clusterGone: (symbol: string) =>
    `That cluster of ${symbol} is not on the map any more. A fresh map shows today's.`,
  tooMany: (most: number) =>
    `There are ${most} subscriptions here, which is the most. End one with: alerts off 1`,
  onlyDiscord: 'Roles are pinged on Discord only.',
  noEveryone: 'That is everyone. Name a role that people have chosen.',

  isOn: (symbols: string, where: string) =>
    `Alerts on ${symbols} are on, ${where}: when price comes close to a large cluster, when it gets there, and what was liquidated then.`,
  clusterOn: (symbol: string, amount: string, price: string, where: string) =>
    `You will be told ${where} when ${symbol} nears ${amount} at $${price}.`,
  where: { here: 'here', direct: 'by direct message' },
  changed: (number: number) => `#${number} is changed.`,
  ended: (what: string) => `Alerts on ${what} are off.`,
  paused: (what: string) => `Alerts on ${what} are paused. Take them up again with: alerts on`,
  resumed: (what: string) => `Alerts on ${what} are on again.`,
  muted: (what: string, until: string) =>
    `Alerts on ${what} are muted until ${until}. To hear them earlier: alerts mute off`,
  unmuted: (what: string) => `Alerts on ${what} are heard again.`,
  tested: (what: string) =>
    `A test is on its way for ${what}. If it does not come within a minute, see alerts list.`,
  test: (symbols: string) =>
    `Test: this is how an alert on ${symbols} arrives here. It is no sign of anything in the market.`,
  rolePing: 'For the ping to be heard, everybody must be allowed to mention the role, or I must be.',

  list: {
    title: { here: 'Alerts here', direct: 'Your alerts by direct message' },
    empty: 'There are none yet. For example: alerts on eth',
    near: (percent: string, symbol: string, cluster: string, numbers: string) =>
      `${percent} away: ${symbol} ${cluster} (${numbers})`,
    inside: (symbol: string, cluster: string, numbers: string) =>
      `price is inside: ${symbol} ${cluster} (${numbers})`,
    cluster: (amount: string, side: Side, edge: string, peak: string) =>
      `${amount} of ${side === 'long' ? 'longs' : 'shorts'} from $${edge}, most at $${peak}`,
    none: (symbol: string, numbers: string) => `no such cluster now: ${symbol} (${numbers})`,
    failed: (symbol: string, reason: string) => `${symbol}: ${reason}`,
    howTo: 'Change them with: alerts edit 1 min 20m; alerts off 1; alerts mute 4h; alerts pause; alerts test',
    more: (count: number) => `and ${count} more`,
  },

  rule: {
    one: (symbol: string) => `one cluster of ${symbol}`,
    sides: { both: 'both sides', long: 'longs only', short: 'shorts only' },
    usd: (amount: string) => `at least ${amount}`,
    share: (percent: string) => `at least ${percent} of open interest`,
    percentile: (rank: number) => `larger than ${rank} % of its own past`,
    usualSize: 'large for the coin',
    pct: (percent: number) => `within ${percent} %`,
    atr: (ranges: number) => `within ${ranges} ATR (average daily range)`,
    kinds: (names: string, loudness: string) => `${loudness}: ${names}`,
    ping: 'pings a role',
    quiet: (from: string, to: string, zone: string, weekends: boolean, during: 'hold' | 'silent') =>
      `quiet ${from}-${to} ${zone}${weekends ? ' and weekends' : ''} (${during === 'hold' ? 'held back' : 'silent'})`,
    cap: (most: number) => `${most} a day at most`,
    digest: (times: string) => `digest at ${times} UTC`,
    paused: 'PAUSED',
    broken: (reason: string) => `STOPPED: ${reason}; alerts on takes them up again`,
    muted: (until: string) => `MUTED until ${until}`,
  },

  button: {
    mute: 'Mute 4h',
    cluster: (price: string) => `Alert me at $${price}`,
  },
} as const;
