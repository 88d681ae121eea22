import { about } from './about.ts';
import { alerts } from './alerts.ts';
import { cascade } from './cascade.ts';
import { changes } from './changes.ts';
import { clusters } from './clusters.ts';
import type { Command } from './command.ts';
import { compare } from './compare.ts';
import { forgetme } from './forgetme.ts';
import { heatmap } from './heatmap.ts';
import { helpOn } from './help.ts';
import { liqmap } from './liqmap.ts';
import { liqs } from './liqs.ts';
import { mypos } from './mypos.ts';
import { near } from './near.ts';
import { score } from './score.ts';
import { settings } from './settings.ts';
import { status } from './status.ts';

/** Every command, once. Registration, menus, help and the command line derive from this list. */
export const commands: readonly Command[] = [
  liqmap,
  heatmap,
  changes,
  liqs,
  clusters,
  near,
  cascade,
  mypos,
  compare,
  alerts,
  score,
  settings,
  status,
  about,
  helpOn(() => commands),
  forgetme,
];
