import fc from 'fast-check';
import { loadConfig, settings } from '../../../src/config.ts';
import { redact } from '../../../src/redaction.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { hostileText } from '../hostile.ts';
import { answerOrRefusal } from '../refusal.ts';

const planted = 'Zx9-planted-secret-Zx9';
const keys = Object.keys(settings.shape);
const usual = [
  `redis://u:${planted}@127.0.0.1:6379`,
  `postgres://u:${planted}@127.0.0.1/x`,
  `${planted}`,
  `123456789:${planted}${planted}`,
  `${planted}.${planted}.${planted}${planted}`,
  `http://u:${planted}@127.0.0.1:1`,
  'https://liqmap.example/telegram',
  'binance,okx',
  'BTC,ETH',
  'collect,compute',
  '8420',
  '-1',
  '65536',
  '1e3',
  'debug',
  '127.0.0.1',
  'data',
  '-100123',
  '@channel',
];

const environment = fc.dictionary(
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...keys) }, { weight: 1, arbitrary: hostileText }),
  fc.oneof(
    fc.constantFrom(...usual),
    hostileText,
    fc.constantFrom(...usual).chain((one) => hostileText.map((more) => one + more)),
  ),
  { maxKeys: 8 },
);

/** What stands in the environment. */
export const configuration: FuzzArea = {
  name: 'configuration',
  open: async () => ({
    claims: [
      claim(
        'is read, or every wrong key is named, with no secret in the words',
        10_000,
        environment,
        async (given) => {
          const read = await answerOrRefusal(() => loadConfig(given));
          if ('answer' in read) return requireSound(read.answer);
          if (read.refusal.includes(planted)) throw new Error(`told: ${read.refusal}`);
          const lines = read.refusal.split('\n');
          if (!lines.some((line) => keys.some((key) => line.startsWith(`${key}: `))))
            throw new Error(read.refusal);
        },
      ),
      claim(
        'an address with a password is never told whole',
        6_000,
        fc.tuple(hostileText, hostileText),
        ([before, after]) => {
          const text = redact(`${before} redis://user:${planted}@127.0.0.1:6379 ${after}`);
          if (text.includes(planted)) throw new Error(text);
        },
      ),
    ],
  }),
};

function requireSound({
  httpPort,
  foldMemoryMb,
  venues,
  roles,
  symbols,
}: ReturnType<typeof loadConfig>): void {
  if (!Number.isInteger(httpPort) || !(foldMemoryMb >= 0)) throw new Error(`${httpPort} ${foldMemoryMb}`);
  if (venues.length === 0 || roles.length === 0 || symbols.length > 200) throw new Error('nothing to do');
}
