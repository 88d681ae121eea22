/** What the commands about risk say to people, in English; see `texts.ts`. */
export const riskTexts = {
  cascade: {
    summary: 'what a sudden move would set off: forced orders against order books, and where it stops',
    move: 'size of the move in percent, such as 3 or -3%; both directions are shown',
    noBooks: (symbol: string) =>
      `No exchange told enough of its order book of ${symbol} just now, so nobody can say what forced orders would meet. Try again in a minute; the map itself: liqmap ${symbol.toLowerCase()}`,
    badMove: (word: string) => `"${word}" is not a move from 0.1 to 45 percent, such as 3 or -3%`,
    moves: (percent: string) => `±${percent}`,
  },
} as const;
