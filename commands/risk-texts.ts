/** What the commands about risk say to people, in English; see `texts.ts`. */
export const riskTexts = {
  cascade: {
    summary: 'what a sudden move would set off: forced orders against order books, and where it stops',
    move: 'size of the move in percent, such as 3 or -3%; both directions are shown',
    noBooks: (symbol: string) =>
      `No exchange told enough of its order book of ${symbol} just now, so nobody can say what forced orders would meet. Try again in a minute; the map itself: liqmap ${symbol.toLowerCase()}`,
    badMove: (word: string) => `"${word}" is not a move from 0.1 to 45 percent, such as 3 or -3%`,
    button: 'Cascade',
    moves: (percent: string) => `±${percent}`,
  },

  mypos: {
    summary: 'your own position: what closes it by force, and what would keep it open; only you see it',
    side: 'long or short',
    entry: 'price at which you entered',
    leverage: 'leverage of the position, such as 20 or 20x',
    venue: 'exchange by whose rules; the one with most open interest unless told',
    size: 'value in USD such as 5000 or 20k, or in the coin such as 2.5eth',
    badEntry: (word: string) => `"${word}" is not a price above 0, such as 3000`,
    badLeverage: (word: string) => `"${word}" is not a leverage from 1 to 1000, such as 20x`,
    badSize: (word: string) => `"${word}" is not a size above 0, such as 5000, 20k or 2.5eth`,
    otherCoin: (word: string, symbol: string) => `a size in "${word}" says nothing of ${symbol}`,
    whichSide: 'long or short? For example: mypos eth long 3000 20x binance 5000',
    whichEntry: 'entered at which price? For example: mypos eth long 3000 20x binance 5000',
    whichLeverage: 'at which leverage? For example: mypos eth long 3000 20x binance 5000',
  },
} as const;
