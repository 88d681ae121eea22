import { z } from 'zod';

/** How alerts do, for people: which coins are watched, and why some are silent. */
export const alertsStatusSchema = z.object({
  atMs: z.number(),
  subscriptions: z.number(),
  coins: z
    .array(
      z.object({
        symbol: z.string(),
        /** Large ones that stand. */
        clusters: z.number(),
        verdict: z.enum(['unproven', 'better', 'muted']),
        /** Why nobody is alerted now; empty when somebody would be. */
        blocked: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
});
export type AlertsStatus = z.output<typeof alertsStatusSchema>;
