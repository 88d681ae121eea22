import type { LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { OwnAnswer } from '../../src/core/own-answer.ts';
import { mapFacts } from '../map/facts.ts';
import { timeLine } from '../map/text.ts';
import { leverage, price } from '../numbers.ts';
import { listed, type PictureText, withinLimit } from '../picture-text.ts';
import { noAdvice, outcome, type PositionFacts, positionFacts } from './facts.ts';

/** The text twin of `positionChart`, each text below 1,024 characters: what is said about data is cut first. */
export function positionText(map: LiquidationMap, own: OwnAnswer): PictureText {
  const facts = mapFacts(map, []);
  const said = positionFacts(own, map.atrPct);
  const lines = [
    `${facts.symbol} ${said.view} (${own.market.market}), isolated margin - ${facts.stamp}`,
    `${sentence(said.stake)}; at most ${leverage(own.maxLeverage)} there`,
    `${sentence(said.verdict)}: ${said.extent}${bankruptcy(own)}`,
    `Mark $${price(own.market.markUsd)}. In the way: ${said.inTheWay.join(', ') || 'no cluster'}`,
    ...adviceLines(said, own),
    `Margin rules: ${own.rulesSource}. For you alone; nothing of it is stored`,
    timeLine(facts),
    ...listed('Stale:', facts.stale),
    ...listed('Left out:', facts.venuesOut),
  ];
  return { caption: withinLimit(lines.join('\n')), alt: withinLimit(`${lines.join('. ')}.`) };
}

function bankruptcy({ liquidation }: OwnAnswer): string {
  return liquidation?.bankruptcyUsd === undefined ? '' : `, bankrupt at $${price(liquidation.bankruptcyUsd)}`;
}

function adviceLines({ cells, isKept }: PositionFacts, { advice }: OwnAnswer): readonly string[] {
  if (!advice || cells.length === 0) return [sentence(noAdvice)];
  const [cluster, ...ways] = cells;
  return [
    `Next cluster: ${cluster!.value}, ${cluster!.note}${isKept ? ' - liquidation is beyond that already' : ''}`,
    `To keep liquidation beyond that: ${ways.map(({ label, value, note }) => `${label.toLowerCase()} ${value} (${note})`).join('; ')}`,
    `As it is, the far edge of the cluster means a ${outcome(advice.lossUsd)}, liquidation the loss of the margin`,
  ];
}

function sentence(words: string): string {
  return `${words[0]!.toUpperCase()}${words.slice(1)}`;
}
