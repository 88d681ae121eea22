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

  test('offers other moves, the map and itself again', async () => {
    const { buttons } = await run('eth 5%');
    expect(buttons!.map((row) => row.map(({ label }) => label))).toEqual([
      ['±1%', '±3%', '• ±5%', '±10%'],
      ['Map', 'Refresh'],
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
