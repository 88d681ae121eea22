/** What the engine of alerts has done in this process so far, for whoever watches it. */
export class AlertCounts {
  ticks = 0;
  /** Triggers that price came to, by what they were for. */
  readonly fired: Record<string, number> = {};
  /** What was not told though price was there, by the reason. */
  readonly untold: Record<string, number> = {};

  fire(what: string): void {
    this.fired[what] = (this.fired[what] ?? 0) + 1;
  }

  leave(reason: string): void {
    this.untold[reason] = (this.untold[reason] ?? 0) + 1;
  }
}
