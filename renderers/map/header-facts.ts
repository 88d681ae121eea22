import type { MapFacts } from './facts.ts';

/** What a header says, of a map or another picture of one coin. */
export type HeaderFacts = Omit<MapFacts, 'sweeps' | 'empty' | 'clusters'> & {
  /** What the picture is called after its coin; `liquidation map` unless told. */
  readonly view?: string;
};
