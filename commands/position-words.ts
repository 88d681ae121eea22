import { z } from 'zod';
import { shown } from './clean-words.ts';
import { riskTexts } from './risk-texts.ts';

const texts = riskTexts.mypos;

/** A size as a person writes it: a value in USD, or coins with their name. */
export type SizeWord = { readonly amount: number; readonly unit: 'usd' | string };

const thousands: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, b: 1e9 };

/** `3000`, `$3,000.5`. */
export const entryWord = positive({
  missing: texts.whichEntry,
  wrong: texts.badEntry,
  pattern: /^\$?(\d[\d,]*(?:\.\d+)?|\.\d+)$/,
});

/** `20`, `20x`, `12.5x`. */
export const leverageWord = positive({
  missing: texts.whichLeverage,
  wrong: texts.badLeverage,
  pattern: /^(\d+(?:\.\d+)?)x?$/i,
  least: 1,
  most: 1000,
});

/** `5000`, `$20k`, `2.5eth`, `1.5 btc`. */
export const sizeWord = z.string().transform((text, context): SizeWord => {
  const [, digits = '', factor = '', unit = ''] =
    /^\$?(\d[\d,]*(?:\.\d+)?|\.\d+)\s*([kmb](?![a-z]))?\s*([\p{L}][\p{L}\d]*)?$/iu.exec(text.trim()) ?? [];
  const amount = numberOf(digits) * (thousands[factor.toLowerCase()] ?? 1);
  if (!(amount > 0 && amount < Infinity)) {
    context.addIssue({ code: 'custom', message: texts.badSize(shown(text)) });
    return z.NEVER;
  }
  const isUsd = unit === '' || /^usd[tc]?$/i.test(unit);
  return { amount, unit: isUsd ? 'usd' : unit.toUpperCase() };
});

function positive(options: {
  readonly missing: string;
  readonly wrong: (word: string) => string;
  readonly pattern: RegExp;
  readonly least?: number;
  readonly most?: number;
}) {
  const { missing, wrong, pattern, least = 0, most = 1e12 } = options;
  return z.string({ error: missing }).transform((text, context) => {
    const value = numberOf(pattern.exec(text.trim())?.[1] ?? '');
    if (value > 0 && value >= least && value <= most) return value;
    context.addIssue({ code: 'custom', message: wrong(shown(text)) });
    return z.NEVER;
  });
}

function numberOf(digits: string): number {
  return digits === '' ? Number.NaN : Number(digits.replaceAll(',', ''));
}
