import { beforeAll, describe, expect, test } from 'vitest';
import { writtenWords } from '../../commands/written-words.ts';
import { setUpFonts } from '../../src/config.ts';
import { UserError } from '../../src/errors.ts';
import { commandNamed, contextOf, FakeMaps } from './fakes.ts';

beforeAll(() => setUpFonts());

describe('/cascade', () => {
  const cascade = commandNamed('cascade');
  const run = (text: string, given = {}) => cascade.run(writtenWords(text, cascade), contextOf(given));

  test.each(['eth', 'eth 3', 'eth -3%', 'eth +3 %'.replace(' %', '%'), 'move=3% eth'])(
    '"%s" asks what 3 percent would set off, both ways',
    async (text) => {
      const { text: said, data, picture } = await run(text);
      expect(said).toMatch(/A fall by 3 % closes \$\S+ of longs by force and stops at \$2,/);
      expect(said).toMatch(/A rise by 3 % closes \$\S+ of shorts by force and stops at \$3,/);
      expect(data).toMatchObject({
        fall: { side: 'long', shockPct: -3 },
        rise: { side: 'short', shockPct: 3 },
      });
      expect(picture!.fileName).toBe('eth-cascade-3.png');
    },
  );

  test('tells programs fuel and depth on the way to every cluster', async () => {
    const { data } = (await run('eth')) as { data: { clusters: { fuelUsd: number; depthUsd: number }[] } };
    expect(data.clusters.length).toBeGreaterThan(4);
    for (const { fuelUsd, depthUsd } of data.clusters) {
      expect(fuelUsd).toBeGreaterThan(0);
      expect(depthUsd).toBeGreaterThan(0);
    }
  });

  test('offers other moves and itself again', async () => {
    const { buttons } = await run('eth 5%');
    expect(buttons!.map((row) => row.map(({ label }) => label))).toEqual([
      ['±1%', '±3%', '• ±5%', '±10%'],
      ['Refresh'],
    ]);
    const again = await cascade.run(buttons![0]![0]!.words, contextOf());
    expect(again.text).toContain('A fall by 1 %');
  });

  test.each(['eth 0', 'eth 46', 'eth -99%', 'eth move=abc', 'eth 0.01'])('"%s" is no move', async (text) => {
    await expect(run(text)).rejects.toThrow('is not a move from 0.1 to 45 percent');
  });

  test('says what is missing where no order book is known', async () => {
    const maps = new FakeMaps();
    const whole = maps.map.bind(maps);
    maps.map = async (request) => {
      const { map, ...rest } = await whole(request);
      const { stress: _stress, fragility: _fragility, ...bare } = map;
      return { ...rest, map: bare };
    };
    const asked = run('eth', { maps });
    await expect(asked).rejects.toThrow(UserError);
    await expect(asked).rejects.toThrow('order book');
  });
});

describe('/mypos', () => {
  const mypos = commandNamed('mypos');
  const run = (text: string, given = {}) => mypos.run(writtenWords(text, mypos), contextOf(given));

  test('is answered to the asker alone, and its picture is handed to nobody who keeps pictures', async () => {
    expect(mypos.isPrivate).toBe(true);
    const draw = () => Promise.reject(new Error('kept'));
    const { text, picture } = await run('eth long 3000 20x', { draw });
    expect(text).toMatch(
      /^ETH long 20x on binance .*\nEntry \$3,000, value \$1K, margin \$50; at most 125x there\n/,
    );
    expect(text).toContain('For you alone; nothing of it is stored');
    expect((await picture!.draw()).subarray(1, 4).toString()).toBe('PNG');
  });

  test.each([
    ['eth long 3000 20 binance 5000', { usd: 5000 }, 'binance'],
    ['eth long $3,000 20x bybit $20k', { usd: 20_000 }, 'bybit'],
    ['eth LONG 3000 20 2.5eth', { coins: 2.5 }, undefined],
    ['size=1.5m venue=bybit leverage=20 entry=3000 side=long symbol=eth', { usd: 1_500_000 }, 'bybit'],
    ['eth long 3000 20 .5coins', { coins: 0.5 }, undefined],
    ['eth long 3000 20', undefined, undefined],
  ])('"%s" is understood', async (text, size, venue) => {
    const { data } = (await run(text)) as { data: { request: object } };
    expect(data.request).toMatchObject({ side: 'long', entryUsd: 3000, leverage: 20, size, venue });
  });

  test.each([
    ['eth', 'long or short? For example: mypos eth long 3000 20x binance 5000'],
    ['eth up 3000 20', '"up" is not one of long, short'],
    ['eth long', 'entered at which price?'],
    ['eth long 3000', 'at which leverage?'],
    ['eth long abc 20', '"abc" is not a price above 0'],
    ['eth long -3000 20', '"-3000" is not a price above 0'],
    ['eth long 3000 0', '"0" is not a leverage from 1 to 1000'],
    ['eth long 3000 0.5x', '"0.5x" is not a leverage from 1 to 1000'],
    ['eth long 3000 20 -5000', '"-5000" is not a size above 0'],
    ['eth long 3000 20 0', '"0" is not a size above 0'],
    ['eth long 3000 20 2btc', 'a size in "BTC" says nothing of ETH'],
    ['eth long 3000 125 size=1m', 'at most 75x for a position of $1,000,000'],
    ['eth long 300 20', 'is far from the price'],
    ['eth long 3000 20 kraken', 'has no market of "kraken"'],
  ])('"%s" is answered with what is wrong', async (text, message) => {
    const asked = run(text);
    await expect(asked).rejects.toThrow(UserError);
    await expect(asked).rejects.toThrow(message);
  });
});
