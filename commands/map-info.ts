import { mapFacts } from '../renderers/map/facts.ts';
import { age, duration, share } from '../renderers/numbers.ts';
import type { MarketInputs } from '../src/core/assumptions.ts';
import type { LiquidationMap } from '../src/core/liquidation-map.ts';
import { infoTexts } from './info-texts.ts';

/** What a message holds, with some room. */
const mostLetters = 1900;

/** What a map rests on, in words: the markets with the most open interest first, as many as a message holds. */
export function mapInfo(map: LiquidationMap): string {
  const { assumptions } = map;
  if (!assumptions) return infoTexts.none(map.symbol);
  const facts = mapFacts(map, []);
  const { weights, coverage, inputs, rules, notModelled } = assumptions;
  const { marketsIn, marketsOut } = coverage;
  const head = [
    infoTexts.title(facts.symbol, facts.window, facts.stamp),
    infoTexts.weights(weights.source, share(weights.churn)),
    infoTexts.score(weights.score),
    infoTexts.coverage(
      infoTexts.markets(marketsIn, marketsIn + marketsOut),
      share(coverage.orderBooks),
      share(coverage.knownAge),
    ),
    ...(facts.measured === undefined ? [] : [infoTexts.measured(facts.measured)]),
    infoTexts.inputs,
  ];
  const foot = [
    ...(facts.venuesOut.length > 0 ? [infoTexts.leftOut(facts.venuesOut)] : []),
    infoTexts.rules,
    ...rules.map((rule) => `- ${rule}`),
    infoTexts.notModelled,
    ...notModelled.map((what) => `- ${what}`),
  ];
  const byShare = inputs.toSorted((a, b) => b.share - a.share);
  const fixed = [...head, ...foot].join('\n').length;
  return [
    ...head,
    ...within(
      byShare.map((input) => inputLine(input, map)),
      mostLetters - fixed,
    ),
    ...foot,
  ].join('\n');
}

function inputLine(input: MarketInputs, { venues }: LiquidationMap): string {
  const { candles, openInterest, fundingPoints, margin, orderBookLevels } = input;
  const { input: words } = infoTexts;
  const dataAgeMs = venues.find(
    ({ venue, market }) => venue === input.venue && market === input.market,
  )?.dataAgeMs;
  return [
    `- ${input.venue} ${input.market}, ${share(input.share)}: ${words.candles(count(candles.count), duration(candles.stepMs), day(candles.fromMs), candles.marks)}`,
    words.openInterest(count(openInterest.points)),
    words.funding(fundingPoints === undefined ? undefined : count(fundingPoints)),
    words.margin(margin.source, margin.tiers, margin.asOfMs === undefined ? undefined : day(margin.asOfMs)),
    words.book(orderBookLevels === undefined ? undefined : count(orderBookLevels)),
    ...(dataAgeMs === undefined ? [] : [age(dataAgeMs)]),
  ].join(', ');
}

/** The first lines that fit, and how many do not. */
function within(lines: readonly string[], room: number): readonly string[] {
  let left = room - infoTexts.more(lines.length).length - 1;
  const shown = lines.filter((line) => {
    left -= line.length + 1;
    return left >= 0;
  });
  const hidden = lines.length - shown.length;
  return hidden > 0 ? [...shown, `- ${infoTexts.more(hidden)}`] : shown;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function day(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
