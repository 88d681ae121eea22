import type { Command } from './command.ts';
import { liqmap } from './liqmap.ts';

/** Every command, once. Registration, menus, help and the command line derive from this list. */
export const commands: readonly Command[] = [liqmap];
