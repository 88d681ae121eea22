import { alertLifeClaims } from './claims/alert-life.ts';
import { alertClaims } from './claims/alerts.ts';
import { chatClaims } from './claims/chats.ts';
import { checkpointClaims } from './claims/checkpoints.ts';
import { compactionClaims } from './claims/compaction.ts';
import { fragilityClaims } from './claims/fragility.ts';
import { openingClaims } from './claims/opening.ts';
import { pageClaims } from './claims/pages.ts';
import { realPositionClaims } from './claims/real-positions.ts';
import { recordClaims } from './claims/records.ts';
import { subscriptionClaims } from './claims/subscriptions.ts';
import type { NewPlace } from './places.ts';

/** What holds of every store; `newPlace` gives an empty one. */
export function storeClaims(newPlace: NewPlace): void {
  openingClaims(newPlace);
  recordClaims(newPlace);
  pageClaims(newPlace);
  compactionClaims(newPlace);
  checkpointClaims(newPlace);
  fragilityClaims(newPlace);
  subscriptionClaims(newPlace);
  alertClaims(newPlace);
  alertLifeClaims(newPlace);
  realPositionClaims(newPlace);
  chatClaims(newPlace);
}
