/** What the chat adapters say by themselves, in English; see `texts.ts`. */
export const chatTexts = {
  broke: (id: string) =>
    `Something broke on our side, not on yours. Try again in a minute; if it stays, report this number: ${id}`,
  half: (id: string) => `(Picture or buttons broke on our side. Number for a report: ${id})`,
  tooFast: (waitMs: number) => `That was quick. Please wait ${Math.ceil(waitMs / 1000)} s and try again.`,
  busy: 'Many people ask at this moment. Please try again in half a minute.',
  restarting: 'Restarting at this moment. Please ask again in half a minute.',
  working: 'On its way...',
  page: 'Open the map',
  oldButton: 'This button is from an older version. Send the command again for a new one.',
  noCommand: (name: string) => `There is no command "${name}". Try help.`,

  discord: {
    lacking: (permissions: readonly string[]) =>
      `I could not send alerts here: I lack ${permissions.join(', ')}. Allow it in the settings of this channel, then ask again.`,
    permissions: {
      view: 'View Channel',
      send: 'Send Messages',
      sendInThreads: 'Send Messages in Threads',
      attach: 'Attach Files',
    },
    place: (communityId: string | undefined, chatId: string) =>
      `the channel ${chatId} (https://discord.com/channels/${communityId ?? '@me'}/${chatId})`,
  },

  telegram: {
    unknownCommand: (name: string) => `I do not know /${name}. /help lists what I can do.`,
    welcome: (commands: readonly { readonly name: string; readonly summary: string }[]) =>
      [
        'I draw maps of where leveraged positions would be liquidated. For example: /liqmap eth',
        '',
        ...commands.map(({ name, summary }) => `/${name}: ${summary}`),
      ].join('\n'),
    startFirst: (username: string) =>
      `I cannot write to you yet. Open https://t.me/${username}?start=alerts and press Start, then try again.`,
    lacking: (permissions: readonly string[]) =>
      `I could not send alerts here: I lack the right to ${permissions.join(' and to ')}. Give it to me, then ask again.`,
    permissions: { member: 'be a member', texts: 'send messages', photos: 'send photos' },
    searchHint: 'Type a coin, such as eth',
    speakAlone:
      'The answer is for you alone, and I cannot write to you yet. Open a chat with me, press Start, and ask there.',
    inPrivate: 'With picture: in our private chat',
    place: (chatId: string) => `the chat ${chatId}`,
  },

  web: {
    hello: 'Type a coin, such as eth, or a command. Or press one of these:',
    place: 'the chat window',
  },

  /** A chat takes nothing any more; told to whoever had subscribed it. */
  ended: (symbols: readonly string[], place: string, reason: string) =>
    `Your alerts on ${symbols.join(', ')} in ${place} have stopped: ${reason}. When that is mended, say "alerts on" there.`,
} as const;
