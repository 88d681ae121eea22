import type { AlertPayload } from '../../../src/alerts/payload.ts';
import type { Alert } from '../../../src/store/alert-ledger.ts';
import type { EngineInput } from './engine-inputs.ts';
import type { PlainAlerts } from './plain-alerts.ts';
import type { Reached } from './plain-coin.ts';

/** A difference between the ledger and the reckoning, with what either went by: the last hours of its coin. */
export type Dispute = {
  readonly difference: string;
  readonly row: Alert<AlertPayload> | undefined;
  readonly inputs: readonly EngineInput[];
  readonly reached: readonly Reached[];
};

/** What is kept of each coin is large: some are enough to see what is wrong. */
const most = 5;

/** Keeps what the engine went by for as long as it is needed to explain a difference. */
export class Disputes {
  readonly found: Dispute[] = [];
  readonly #alerts: PlainAlerts;
  #inputs: readonly [before: EngineInput[], now: EngineInput[]] = [[], []];
  #known = new Set<string>();

  constructor(alerts: PlainAlerts) {
    this.#alerts = alerts;
  }

  take(inputs: readonly EngineInput[]): void {
    for (const input of inputs) this.#inputs[1].push(input);
  }

  /** Looks at the whole ledger; what the engine went by before the last look is forgotten. Returns all differences. */
  look(rows: readonly Alert<AlertPayload>[]): readonly string[] {
    const differences = this.#alerts.differences(rows);
    for (const difference of differences) {
      const about = aboutOf(difference);
      if (this.#known.has(about) || this.found.length === most) continue;
      this.#known.add(about);
      const [symbol = '', subject = ''] = about.split(':');
      this.found.push({
        difference,
        row: rows.find(({ key }) => difference.startsWith(key)),
        inputs: this.#inputs.flat().filter((input) => input.symbol === symbol),
        reached: this.#alerts.reached.filter((one) => one.symbol === symbol && one.cluster.id === subject),
      });
    }
    this.#inputs = [this.#inputs[1], []];
    return differences;
  }
}

/** `COIN34:long-862.946-…` of the ledger's key that a difference begins with: `SUBSCRIPTION/COIN:SUBJECT/ARMING/STAGE`. */
function aboutOf(difference: string): string {
  return difference.split('/')[1] ?? '';
}
