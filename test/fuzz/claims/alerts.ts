import fc from 'fast-check';
import { spokenRule } from '../../../commands/alert-rule.ts';
import { alertWish } from '../../../commands/alert-words.ts';
import { quietUntil } from '../../../src/alerts/quiet.ts';
import type { AlertSubscription } from '../../../src/alerts/settings.ts';
import { type AlertSettings, alertSettingsSchema } from '../../../src/alerts/settings.ts';
import { fakeAlerts } from '../../commands/alert-fakes.ts';
import { madeMs } from '../../commands/fakes.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { dirtIn } from '../dirt.ts';
import { hostileText } from '../hostile.ts';
import { mutationOf, wireText } from '../mutated.ts';
import { answerOrRefusal } from '../refusal.ts';

const known = [
  'eth',
  'btc',
  'distance',
  '2%',
  '1.5',
  'atr',
  '0.5atr',
  '51%',
  'min',
  '20m',
  '$5k',
  '3%',
  'p90',
  'p100',
  '101%',
  'kinds',
  'touch',
  'approach',
  'burst',
  'digest',
  'silent',
  'off',
  'on',
  'ping',
  '<@&123456789012345678>',
  'quiet',
  '22-7',
  '0-0',
  '7-22',
  '24-7',
  'weekends',
  'vienna',
  'America/St_Johns',
  'Pacific/Apia',
  'hold',
  'cap',
  '5',
  '0',
  '201',
  '8:00',
  '23:59',
  '24:00',
  '4h',
  '9999d',
  'mute',
  'for',
  'and',
  '#1',
  '#99',
  'long',
  'shorts',
  'both',
  'default',
  '1e9',
  '0.000001%',
];

const said = fc
  .array(
    fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: hostileText }),
    { maxLength: 9 },
  )
  .map((words) => words.join(' '));

const example: AlertSettings = {
  symbols: ['ETH', 'BTC'],
  side: 'both',
  minUsd: 1e6,
  minShareOfOi: 0.1,
  minPercentile: 90,
  distancePct: 2,
  kinds: { touch: 'silent', digest: 'on' },
  pingRoleId: '123456789012345678',
  quiet: { from: 1_320, to: 420, timeZone: 'Europe/Vienna', weekends: true, during: 'hold' },
  dailyCap: 5,
  digestAt: [480, 1_200],
  mutedUntilMs: madeMs + 1,
};

const quiet = fc.record({
  from: fc.nat(1_439),
  to: fc.nat(1_439),
  timeZone: fc.constantFrom(
    'UTC',
    'Europe/Vienna',
    'America/St_Johns',
    'Pacific/Apia',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
  ),
  weekends: fc.boolean(),
  during: fc.constant('hold' as const),
});

/** What is said and stored of alerts. */
export const alerts: FuzzArea = {
  name: 'alert settings',
  open: async () => ({
    claims: [
      claim(
        'words become settings that can be kept and read out, or are refused',
        10_000,
        said,
        async (text) => {
          const wish = await answerOrRefusal(() => alertWish(text, 'UTC'));
          if ('refusal' in wish) return;
          const { changes, muteMs } = wish.answer;
          if (muteMs !== undefined && !(muteMs > 0 && Number.isFinite(muteMs)))
            throw new Error(`mute ${muteMs}`);
          const { alerts: management } = fakeAlerts();
          const to = { platform: 'discord', chatId: 'c1' };
          requireReadable(await management.subscribe(to, { symbols: ['ETH'], changes, createdBy: 'u1' }));
        },
      ),
      claim('stored ones are refused or can be read out', 10_000, mutationOf([example]), (value) => {
        const parsed = alertSettingsSchema.safeParse(JSON.parse(wireText(value)));
        if (!parsed.success) return;
        const subscription = {
          id: 's',
          platform: 'discord',
          chatId: 'c',
          state: 'active',
          createdMs: 0,
          updatedMs: 0,
        } as const;
        requireReadable({ ...subscription, settings: parsed.data });
      }),
      claim(
        'quiet hours end after they began, within six days',
        4_000,
        fc.tuple(quiet, fc.nat(400 * 86_400)),
        ([hours, second]) => {
          const timeMs = Date.UTC(2026, 0, 1) + second * 1000;
          const endMs = quietUntil(hours, timeMs);
          if (endMs === undefined) return;
          if (!(endMs > timeMs && endMs <= timeMs + 6 * 86_400_000))
            throw new Error(`until ${endMs - timeMs} ms later`);
        },
      ),
    ],
  }),
};

function requireReadable(subscription: AlertSubscription): void {
  const found = dirtIn(spokenRule(subscription, madeMs));
  const known = JSON.stringify(subscription.settings);
  if (found && !/NaN|undefined|null|Infinity|\[object/.test(known)) throw new Error(found);
  alertSettingsSchema.parse(JSON.parse(known));
  const { quiet: hours } = subscription.settings;
  if (hours) quietUntil(hours, madeMs);
}
