import type { LiquidationMap } from '../../src/core/liquidation-map.ts';
import type { OwnAnswer } from '../../src/core/own-answer.ts';
import { mapFacts } from '../map/facts.ts';
import { type MapText, maxTextLength } from '../map/text.ts';
import { leverage, price } from '../numbers.ts';
import { noAdvice } from './chart.ts';
import { outcome, type PositionFacts, positionFacts } from './facts.ts';

/** The text twin of `positionChart`, each text below 1,024 characters: what is said about data is cut first. */
export function positionText(map: LiquidationMap, own: OwnAnswer): MapText {
  const facts = mapFacts(map, []);
  const said = positionFacts(own, map.atrPct);
  const lines = [
    `${facts.symbol} ${said.view} (${own.market.market}), isolated margin - ${facts.stamp}`,
    `${sentence(said.stake)}; at most ${leverage(own.maxLeverage)} there`,
    `${sentence(said.verdict)}: ${said.extent}${bankruptcy(own)}`,
    `Mark $${price(own.market.markUsd)}. In the way: ${said.inTheWay.join(', ') || 'no cluster'}`,
    ...adviceLines(said, own),
    `Margin rules: ${own.rulesSource}. For you alone; nothing of it is stored`,
    [facts.time, ...(facts.dataAge === undefined ? [] : [`data ${facts.dataAge}`])].join(', '),
    ...(facts.stale.length > 0 ? [`Stale: ${facts.stale.join(', ')}`] : []),
    ...(facts.venuesOut.length > 0 ? [`Left out: ${facts.venuesOut.join(', ')}`] : []),
  ];
  return { caption: cut(lines.join('\n')), alt: cut(`${lines.join('. ')}.`) };
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

function cut(text: string): string {
  return text.length < maxTextLength ? text : `${text.slice(0, maxTextLength - 2)}…`;
}
