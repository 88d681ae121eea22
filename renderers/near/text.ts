import { withinLimit } from '../picture-text.ts';
import { type NearCoin, type NearRow, nearFacts } from './facts.ts';

/** The words that stand for `nearChart` where it cannot be seen: below 1,024 characters, the farthest coins are cut first. */
export function nearAlt(rows: readonly NearRow[]): string {
  const { window, stamp, time, dataAge, stale, coins } = nearFacts(rows);
  const head = [
    `Nearest large liquidation clusters, ${window} (${stamp.toLowerCase()})`,
    [time, ...(dataAge === undefined ? [] : [`oldest data ${dataAge}`])].join(', '),
    ...(stale.length > 0 ? [`Stale: ${stale.join(', ')}`] : []),
  ].join('. ');
  const whole = `${head}. ${coins.map(coinWords).join('; ')}.`;
  return withinLimit(whole);
}

function coinWords({ symbol, price, side, usd, distance, atr, place, leverage }: NearCoin): string {
  const atrs = atr === undefined ? '' : ` (${atr})`;
  return `${symbol} ${price}: ${usd} of ${side}s at ${place}, ${distance}${atrs}, ${leverage}`;
}
