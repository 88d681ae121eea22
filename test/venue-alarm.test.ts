import { expect, it } from 'vitest';
import { VenueAlarm } from '../src/venue-alarm.ts';
import { keptLog } from './support/jobs/redis.ts';

it('a venue that is left out of maps is told of once, when it is late twice, and once when it is back', () => {
  const { log, lines } = keptLog();
  const alarm = new VenueAlarm(log);
  const map = (included: boolean, how: { note?: string; loading?: true } = {}) =>
    alarm.note({
      symbol: 'BTC',
      venues: [
        { venue: 'okx', market: 'BTC/USDT:USDT', included, ...how },
        { venue: 'okx', market: 'dated future', included: false },
      ],
    });
  map(true);
  map(false, { note: 'still loading', loading: true });
  map(true);
  map(false, { note: 'still loading', loading: true });
  map(false);
  map(false, { note: 'unavailable (503)' });
  map(false, { note: 'unavailable (502)' });
  map(true);
  map(true);
  map(false, { note: 'still loading', loading: true });
  map(false, { note: 'still loading', loading: true });
  expect(lines.map(({ level, msg, reason }) => [level, msg, reason])).toEqual([
    ['warn', 'a venue is left out of maps', 'unavailable (503)'],
    ['info', 'a venue is in maps again', undefined],
    ['warn', 'a venue is left out of maps', 'still loading'],
  ]);
});
