/** What the info view of a map says to people, in English; see `texts.ts`. */
export const infoTexts = {
  button: 'Info',
  symbol: 'a coin, to be told what its map rests on',
  title: (symbol: string, window: string, stamp: string) =>
    `What the map of ${symbol} rests on (${window}) - ${stamp}`,
  none: (symbol: string) => `Nothing is known of what the map of ${symbol} rests on.`,
  weights: (source: string, churn: string) =>
    `Weights over leverage: ${source}. ${churn} of volume counted as churn.`,
  score: (score: string) => `Their score: ${score}`,
  coverage: (markets: string, books: string, age: string) =>
    `Coverage: ${markets}; order books of ${books} of open interest; age known of ${age} of what is drawn`,
  markets: (included: number, all: number) => `${included} of ${all} markets`,
  measured: (words: string) => words.replace(/^m/, 'M'),
  inputs: 'Inputs:',
  more: (count: number) => `and ${count} more`,
  input: {
    candles: (count: string, step: string, since: string, marks: boolean) =>
      `${count} candles of ${step} since ${since}${marks ? ', mark prices too' : ', no mark prices'}`,
    openInterest: (points: string) =>
      points === '1' ? 'open interest of now only' : `${points} points of open interest`,
    funding: (points: string | undefined) => (points === undefined ? 'no funding' : `${points} fundings`),
    margin: (source: string, tiers: number, asOf: string | undefined) =>
      `${tiers} margin tiers (${source}${asOf === undefined ? '' : `, as of ${asOf}`})`,
    book: (levels: string | undefined) =>
      levels === undefined ? 'no order book' : `order book of ${levels} levels`,
  },
  leftOut: (venues: readonly string[]) => `Left out: ${venues.join(', ')}`,
  rules: 'Filled in by rule:',
  notModelled: 'Not modelled:',
} as const;
