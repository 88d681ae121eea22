import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  age,
  fundingRate,
  leverage,
  percent,
  price,
  ratio,
  roundPercent,
  share,
  signedPercent,
  tickPrice,
  usd,
  utcTime,
} from '../../renderers/numbers.ts';

describe('numbers in the words of a trader', () => {
  it.each([
    [0, '$0'],
    [0.4, '<$1'],
    [950, '$950'],
    [999.6, '$1K'],
    [1_000, '$1K'],
    [64_210, '$64.2K'],
    [99_960, '$100K'],
    [999_999, '$1M'],
    [340e6, '$340M'],
    [1.24e9, '$1.2B'],
    [999.96e9, '$1T'],
    [2.5e12, '$2.5T'],
    [4e15, '$4,000T'],
    [-3.1e6, '-$3.1M'],
  ])('%d USD reads %s', (amount, words) => expect(usd(amount)).toBe(words));

  it('an amount never has more than four digits and never says G', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 9.9e14, noNaN: true }), (amount) => {
        expect(usd(amount)).toMatch(/^\$(\d{1,3}|\d{1,2}\.\d)[KMBT]?$/);
      }),
    );
  });

  it('an amount is rounded by less than 5 %', () => {
    const units: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };
    fc.assert(
      fc.property(fc.double({ min: 10, max: 9.9e14, noNaN: true }), (amount) => {
        const words = usd(amount);
        const read = Number.parseFloat(words.slice(1)) * (units[words.at(-1) ?? ''] ?? 1);
        expect(Math.abs(read - amount) / amount).toBeLessThan(0.05);
      }),
    );
  });

  it.each([
    [0, '0'],
    [0.003, '<0.01'],
    [0.42, '0.42'],
    [0.996, '1.0'],
    [12.4, '12'],
  ])('the ratio %d reads %s', (value, words) => expect(ratio(value)).toBe(words));

  it.each([
    [64_210, '64,210'],
    [98_765.43, '98,765'],
    [1_234_567.8, '1,234,568'],
    [3_012.5, '3,012.5'],
    [3_000, '3,000'],
    [312.456, '312.46'],
    [1.23456, '1.2346'],
    [0.5, '0.5'],
    [0.00001234, '0.00001234'],
    [0.00000123, '0.00000123'],
    [0, '0'],
  ])('a price of %d reads %s', (value, words) => expect(price(value)).toBe(words));

  it('a price of any magnitude keeps four significant digits', () => {
    fc.assert(
      fc.property(fc.double({ min: -9, max: 6, noNaN: true }), (exponent) => {
        const value = 10 ** exponent;
        const read = Number(price(value).replaceAll(',', ''));
        expect(Math.abs(read - value) / value).toBeLessThan(0.0005);
      }),
    );
  });

  it.each([
    [3_000, 500, '3,000'],
    [0.3, 0.1, '0.3'],
    [0.001, 0.001, '0.001'],
    [0.0000012, 0.0000002, '0.0000012'],
    [1.5, 0.5, '1.5'],
    [2, 0.5, '2.0'],
  ])('a tick at %d on an axis in steps of %d reads %s', (tick, step, words) =>
    expect(tickPrice(tick, step)).toBe(words),
  );

  it.each([
    [-3.21, '-3.2 %'],
    [0.04, '+0.04 %'],
    [-0.001, '0.00 %'],
    [0, '0.00 %'],
    [150.4, '+150 %'],
    [99.97, '+100 %'],
  ])('a change of %d reads %s', (change, words) => expect(signedPercent(change)).toBe(words));

  it('percents, shares, rates, leverages and ages read as people say them', () => {
    expect(percent(4.2)).toBe('4.2 %');
    expect(roundPercent(-20.4)).toBe('-20 %');
    expect(roundPercent(1.3)).toBe('+1.3 %');
    expect(share(0.144)).toBe('14 %');
    expect(share(0.002)).toBe('<1 %');
    expect(share(0)).toBe('0 %');
    expect(fundingRate(0.0001)).toBe('+0.0100 %');
    expect(fundingRate(-0.00231)).toBe('-0.2310 %');
    expect(leverage(25)).toBe('25x');
    expect(leverage(7.46)).toBe('7.5x');
    expect(age(12_900)).toBe('12 s old');
    expect(age(3 * 60_000)).toBe('3 min old');
    expect(age(5 * 3_600_000)).toBe('5 h old');
    expect(age(72 * 3_600_000)).toBe('3 d old');
    expect(age(-5)).toBe('0 s old');
    expect(utcTime(Date.UTC(2026, 1, 14, 12, 30))).toBe('2026-02-14 12:30 UTC');
  });

  it.each([usd, price, signedPercent, roundPercent, share, fundingRate, leverage, age, utcTime])(
    '%o refuses what is not a number instead of printing it',
    (format) => {
      expect(() => format(Number.NaN)).toThrow(RangeError);
      expect(() => format(Number.POSITIVE_INFINITY)).toThrow(RangeError);
    },
  );
});
