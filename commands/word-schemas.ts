import { z } from 'zod';
import { shapes } from '../renderers/look.ts';
import { mapWindows } from '../src/core/liquidation-map.ts';
import { listOf, themeNames } from '../src/settings.ts';
import type { Parameter } from './command.ts';
import { texts } from './texts.ts';

/** One of these, in any case. */
export const oneOf = <const T extends readonly string[]>(values: T) =>
  z
    .string()
    .transform((word) => word.toLowerCase())
    .pipe(z.enum(values, { error: ({ input }) => texts.words.notOneOf(String(input), values) }));

export const symbolWord = z.string({ error: texts.words.whichCoin }).min(1).max(40);
export const windowWord = oneOf(mapWindows).default('7d');
const themeWord = oneOf(themeNames).default('dark');
const shapeWord = oneOf(shapes).default('wide');
const symbolsWord = z.string().transform(listOf);

export const venuesWord = z
  .string()
  .transform((text) => listOf(text).map((venue) => venue.toLowerCase()))
  .transform((venues) => (venues.length > 0 ? venues : undefined));

export const percentWord = z
  .string()
  .regex(/^\d+(\.\d+)?\s*%?$/, { error: ({ input }) => texts.words.percent(String(input)) })
  .transform((text) => Number.parseFloat(text) / 100)
  .refine((range) => range >= 0.01 && range <= 0.95, texts.words.percentBounds);

const mostHours = 72;
export const hoursWord = z
  .string()
  .refine(
    (text) =>
      /^\d{1,2}\s*h?$/i.test(text) &&
      Number.parseInt(text, 10) >= 1 &&
      Number.parseInt(text, 10) <= mostHours,
    {
      error: ({ input }) => texts.words.hours(String(input)),
    },
  )
  .transform((text) => Number.parseInt(text, 10));

/** Parameters that several commands share. */
export const parameters = {
  symbol: {
    name: 'symbol',
    description: texts.parameters.symbol,
    required: true,
    completes: 'symbol',
  },
  window: {
    name: 'window',
    description: texts.parameters.window,
    choices: mapWindows,
    setting: 'window',
  },
  theme: {
    name: 'theme',
    description: texts.parameters.theme,
    choices: themeNames,
    setting: 'theme',
  },
  shape: {
    name: 'shape',
    description: texts.parameters.shape,
    choices: shapes,
    setting: 'shape',
  },
  symbols: {
    name: 'symbols',
    description: texts.parameters.symbols,
    many: true,
    setting: 'symbols',
  },
} as const satisfies Record<string, Parameter>;

/** How the picture is to look: every command with a picture takes these. */
export const lookWords = { theme: themeWord, shape: shapeWord };
export const lookParameters = [parameters.theme, parameters.shape] as const;

/** What commands about several coins at once take. */
export const manyCoins = {
  parameters: [parameters.symbols, parameters.window, ...lookParameters],
  schema: z.object({ symbols: symbolsWord.optional(), window: windowWord, ...lookWords }),
} as const;
