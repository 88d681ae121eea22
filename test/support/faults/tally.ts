/** What was given to the service while it was being killed, and what was there in the end. */
export type Tally = {
  readonly what: string;
  /** Asked for, said or sent. */
  readonly given: number;
  /** Found in the end, each counted once. */
  readonly there: number;
  readonly lost: number;
  /** More often than once. */
  readonly twice: number;
  /** Sent, and no answer came: there or not. */
  readonly unknown?: number;
  readonly note?: string;
};

/** One sort of work that goes on while processes are killed. */
export interface Work {
  /** Gives the service more to do; does not wait for it. */
  round(index: number): void;
  /** Waits until all that was given has come to its end. */
  settle(): Promise<void>;
  count(): Promise<readonly Tally[]>;
}

/** The claims that a count breaks, in words. */
export function brokenBy(tallies: readonly Tally[]): readonly string[] {
  return tallies.flatMap(({ what, given, lost, twice }) => [
    ...(given === 0 ? [`${what}: none were given`] : []),
    ...(lost > 0 ? [`${what}: ${lost} lost`] : []),
    ...(twice > 0 ? [`${what}: ${twice} more than once`] : []),
  ]);
}
