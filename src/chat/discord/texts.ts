/** What the Discord adapter itself says to people; everything else comes from the commands. */
export const texts = {
  broke: (id: string) =>
    `Something broke on our side, not on yours. Try again in a minute; if it stays, report this number: ${id}`,
  half: (id: string) => `(Picture and buttons broke on our side. Number for a report: ${id})`,
  tooFast: (waitMs: number) => `That was quick. Please wait ${Math.ceil(waitMs / 1000)} s and try again.`,
  oldButton: 'This button is from an older version. Run the command again for a new one.',
  restarting: 'Restarting at this moment. Please ask again in half a minute.',
  lacking: (permissions: readonly string[]) =>
    `I could not send alerts here: I lack ${permissions.join(', ')}. Allow it in the settings of this channel, then ask again.`,
  permissions: {
    view: 'View Channel',
    send: 'Send Messages',
    sendInThreads: 'Send Messages in Threads',
    attach: 'Attach Files',
  },
} as const;
