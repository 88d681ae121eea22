import { z } from 'zod';
import { drawMap } from '../renderers/draw-map.ts';
import { mapText } from '../renderers/map-text.ts';
import { mapWindows } from '../src/core/liquidation-map.ts';
import { mapJson } from '../src/map-json.ts';
import { command } from './command.ts';

const themes = ['dark', 'light'] as const;

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: ({ input }) => `"${input}" is not one of ${values.join(', ')}` });

const percent = z
  .string()
  .regex(/^\d+(\.\d+)?\s*%?$/, { error: ({ input }) => `"${input}" is not a number of percent, such as 20` })
  .transform((text) => Number.parseFloat(text) / 100)
  .refine((range) => range >= 0.01 && range <= 0.95, 'must lie between 1 and 95 percent');

const schema = z.object({
  symbol: z.string({ error: 'which coin? For example: eth' }).trim().min(1).max(40),
  window: oneOf(mapWindows).default('7d'),
  venues: z
    .string()
    .transform((text) =>
      text
        .toLowerCase()
        .split(/[\s,]+/)
        .filter((venue) => venue !== ''),
    )
    .optional(),
  range: percent.optional(),
  theme: oneOf(themes).default('dark'),
});

export const liqmap = command({
  name: 'liqmap',
  summary: 'where open positions of a coin would be liquidated',
  parameters: [
    {
      name: 'symbol',
      description: 'coin or market, such as eth or ETHUSDT',
      required: true,
      completes: 'symbol',
    },
    { name: 'window', description: 'positions opened within this time; 7d unless told', choices: mapWindows },
    { name: 'venues', description: 'only these exchanges, separated by commas' },
    { name: 'range', description: 'half width of the map in percent of price; 50 unless told' },
    { name: 'theme', description: 'dark unless told', choices: themes },
  ],
  schema,
  async run({ symbol, window, venues, range, theme }, { maps, draw }) {
    const { map, clusters } = await maps.map({
      symbol,
      window,
      ...(venues && venues.length > 0 && { venues }),
      ...(range !== undefined && { range }),
    });
    const { caption, alt } = mapText(map, clusters);
    return {
      text: caption,
      picture: {
        fileName: `${map.symbol.toLowerCase()}-${window}.png`,
        alt,
        draw: () => drawMap({ map, clusters, theme }, draw),
      },
      data: mapJson(map, clusters),
    };
  },
});
