/** What the command `score` says to people, in English; see `texts.ts`. */
export const scoreTexts = {
  summary: 'whether alerts were any good: large clusters against random levels, with the number of cases',
  days: 'days to look back at: 7, 30 or 90',
  title: (days: number) => `Score of alerts, last ${days} days`,
  nothing: (days: number) =>
    `No large cluster was watched to the end of a day in the last ${days} days, so there is nothing to score yet.`,
  verdicts: {
    unproven: (cases: number, least: number) => `unproven: ${cases} cases, ${least} needed`,
    better: () => 'better than random levels',
    muted: () => 'not better than random levels, so its alerts are muted',
  },
  coin: (symbol: string, verdict: string) => `${symbol}: ${verdict}`,
  reached: (share: string, chance: string) => `  reached within a day: ${share}; random levels ${chance}`,
  exceeded: (share: string, chance: string) =>
    `  then more than a normal minute liquidated there: ${share}; random levels ${chance}`,
  touched: (share: string) => `  approaches that price finished: ${share}`,
  share: (hits: number, cases: number, percent: string, low: string, high: string) =>
    `${hits} of ${cases}, ${percent} (${low} to ${high})`,
  noCases: 'no cases',
  more: (count: number) => `${count} more coins have fewer cases.`,
  explained:
    'Each large cluster is taken as it was at the beginning of a day; the random level lies as far away on the other side. In brackets: 95 % bounds (Wilson). Wrong ones stay in the count.',
  notHere:
    'The score of alerts belongs to the running service. On the command line: npm run liqmap -- score --help',
} as const;
