import fc from 'fast-check';
import type { Caller, Command, Reply, Words } from '../../../commands/command.ts';
import { commands } from '../../../commands/index.ts';
import { writtenWords } from '../../../commands/written-words.ts';
import type { Chart } from '../../../renderers/chart.ts';
import type { ChatBackend } from '../../../src/chat/adapter.ts';
import { chatBackend } from '../../../src/chat/backend.ts';
import { messageOf } from '../../../src/chat/discord/message.ts';
import { clip, keyboardOf, maxCaption, maxText } from '../../../src/chat/telegram/content.ts';
import { setUpFonts } from '../../../src/config.ts';
import type { LiquidationFeeds } from '../../../src/observed-liquidations.ts';
import { ChatSettings } from '../../../src/settings.ts';
import { fakeAlerts } from '../../commands/alert-fakes.ts';
import {
  alone,
  contextOf,
  FakeMaps,
  FakeSettings,
  fakeViews,
  madeMs,
  manager,
  member,
} from '../../commands/fakes.ts';
import { keptLog } from '../../support/jobs/redis.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { requireClean } from '../dirt.ts';
import { hostileText } from '../hostile.ts';
import { answerOrRefusal } from '../refusal.ts';

const callers: readonly Caller[] = [
  manager,
  member,
  alone,
  { ...alone, userId: '7', chatId: '-5', threadId: '4' },
];

/** What people say when they mean it. */
const usual = [
  'eth',
  'BTC',
  'sol',
  '1000pepe',
  'kPEPE',
  'ETHUSDT',
  'ETH-PERP',
  '币安人生',
  '24h',
  '7d',
  '30d',
  'all',
  '4h',
  '3d',
  '90d',
  'long',
  'short',
  '3000',
  '20x',
  '5000',
  '-3%',
  '+10%',
  '100%',
  'light',
  'dark',
  'here',
  'dm',
  'on',
  'off',
  'list',
  'edit',
  'pause',
  'test',
  'mute',
  'min',
  '20m',
  '2%',
  'p90',
  'distance',
  'atr',
  'quiet',
  '22-7',
  'weekends',
  'vienna',
  'silent',
  'cap',
  '5',
  'digest',
  '8:00',
  'touch',
  'approach',
  'ping',
  '<@&123456789012345678>',
  'timezone',
  'Europe/Vienna',
  'units',
  'coin',
  'window',
  'symbols',
  'theme',
  'default',
  '#1',
  '12h',
  'binance',
  'okx,gate',
  'liqs',
  'range=20',
  'window=24h',
  'isolated',
  'cross',
  '0',
  '0.0001',
  '125x',
  '1000x',
  '1e9',
  '50%',
] as const;

const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<string>(...usual) },
  { weight: 1, arbitrary: hostileText },
);
const someCommand = fc.constantFrom(...commands);
const caller = fc.constantFrom(...callers);

type Written = { readonly command: Command; readonly text: string; readonly by: Caller };
type Chosen = { readonly command: Command; readonly words: Words; readonly by: Caller };

const written: fc.Arbitrary<Written> = fc.record({
  command: someCommand,
  text: fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
  by: caller,
});

const chosen: fc.Arbitrary<Chosen> = someCommand.chain((command) => {
  const names = command.parameters.map(({ name }) => name);
  const values = command.parameters.flatMap(({ choices = [] }) => choices);
  const value = values.length > 0 ? fc.oneof(word, fc.constantFrom(...values)) : word;
  const name = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...names, 'symbol') },
    { weight: 1, arbitrary: hostileText },
  );
  return fc.record({
    command: fc.constant(command),
    words: fc.dictionary(name, value, { maxKeys: 5 }),
    by: caller,
  });
});

/** All commands, one service for all who ask, as in the one process that answers a platform. */
export const chat: FuzzArea = {
  name: 'what people say in chats',
  async open() {
    setUpFonts();
    const charts: Chart[] = [];
    const backend = openBackend(async (chart) => {
      charts.push(chart);
      return Buffer.from('png');
    });
    const ask = async (name: string, words: Words, by: Caller) => {
      const said = JSON.stringify(words);
      charts.length = 0;
      const heard = await answerOrRefusal(() => backend.run(name, words, by));
      if ('refusal' in heard) return requireClean(heard.refusal, said);
      // Charts take longer than all the rest, so one in some is made.
      if (said.length % 5 === 0) await heard.answer.picture?.draw();
      requireClean([heard.answer.text, heard.answer.picture?.alt, heard.answer.data], said);
      for (const { data, params } of charts) requireClean([data, params], said);
      requireSendable(heard.answer);
      await press(backend, heard.answer, by);
    };
    return {
      claims: [
        claim(
          'words written behind a command end in a clean answer or a word to the person',
          4_000,
          written,
          async ({ command, text, by }) => {
            const words = await answerOrRefusal(() => writtenWords(text, command));
            if ('answer' in words) await ask(command.name, words.answer, by);
            else requireClean(words.refusal, text);
          },
        ),
        claim('words chosen as options do so too', 4_000, chosen, ({ command, words, by }) =>
          ask(command.name, words, by),
        ),
        claim('commands that there are not are named so', 500, hostileText, async (name) => {
          const heard = await answerOrRefusal(() => backend.run(name, {}, manager));
          if (!('refusal' in heard)) throw new Error(`"${name}" is answered`);
        }),
        claim(
          'what is typed into a field of coins is completed or not, never broken',
          4_000,
          hostileText,
          async (typed) => {
            const names = await backend.suggestSymbols(typed);
            if (names.length > 25) throw new Error(`${names.length} names`);
            requireClean(names);
          },
        ),
        claim(
          'nobody reads what another chat has said or set, however they are mixed',
          400,
          mixedChats,
          (said) => speakApart(said),
        ),
      ],
    };
  },
};

/** Made once: maps take longer than most answers. */
const maps = new FakeMaps();
const heat = fakeViews.heatmap('ETH', '7d');
const changes = fakeViews.changes('ETH', '24h');
const views = { heatmap: () => heat, changes: () => changes };

const feeds: LiquidationFeeds = {
  see: async () => ({
    liquidations: [],
    watches: [{ venue: 'bybit', shows: 'every', watchedMs: 3_600_000 }],
  }),
};

function openBackend(draw: (chart: Chart) => Promise<Buffer>): ChatBackend {
  const share = { hits: 3, cases: 9, low: 0.1, high: 0.6 };
  const scored = {
    reached: share,
    reachedByChance: share,
    exceeded: share,
    exceededByChance: share,
    touched: share,
  };
  const status = async () => ({ version: '1', venues: [{ venue: 'okx' }], queues: [] });
  const context = contextOf({
    draw,
    maps,
    views,
    alerts: fakeAlerts().alerts,
    settings: new ChatSettings(new FakeSettings()),
    liquidations: feeds,
    status,
    alertScore: async (days) => ({ days, coins: [{ symbol: 'ETH', ...scored, verdict: 'unproven' }] }),
    forget: async () => ({ deleted: 1, unsigned: 0 }),
    nowMs: () => madeMs,
  });
  return chatBackend({ commands, context, favourites: ['ETH'], log: keptLog().log });
}

/** As both platforms take it: neither refuses its size, and nobody is called by it. */
function requireSendable(reply: Reply): void {
  const { body } = messageOf(reply, { commands });
  if (body.content.length > 2_000) throw new Error(`${body.content.length} characters for Discord`);
  if (body.allowed_mentions.parse.length > 0) throw new Error('a message may call people');
  for (const most of [maxText, maxCaption])
    if (clip(reply.text, most).length > most) throw new Error('too long');
  keyboardOf(reply, commands);
}

/** One of the buttons, as whoever sees it may press it. */
async function press(backend: ChatBackend, { buttons = [] }: Reply, by: Caller): Promise<void> {
  const all = buttons.flat();
  const button = all[all.length >> 1];
  if (!button) return;
  const heard = await answerOrRefusal(() => backend.run(button.command, button.words, by));
  requireClean('answer' in heard ? heard.answer.text : heard.refusal, JSON.stringify(button.words));
}

type Said = { readonly chat: 0 | 1; readonly command: string; readonly text: string };

const mixedChats: fc.Arbitrary<readonly Said[]> = fc.array(
  fc.record({
    chat: fc.constantFrom(0 as const, 1 as const),
    command: fc.constantFrom(
      'alerts',
      'settings',
      'near',
      'liqmap',
      'mypos',
      'compare',
      'help',
      'forgetme',
      'clusters',
    ),
    text: fc
      .array(fc.constantFrom<string>(...usual, 'MARK'), { maxLength: 5 })
      .map((words) => words.join(' ')),
  }),
  { minLength: 2, maxLength: 8 },
);

const marks = ['zqxone', 'zqxtwo'] as const;
/** Subscriptions of a chat are told by coins of its own, so that a stray one is seen. */
const ownCoins = ['SOL', 'PEPE'] as const;

async function speakApart(said: readonly Said[]): Promise<void> {
  const backend = openBackend(async () => Buffer.from('png'));
  const place = (chat: 0 | 1): Caller => ({
    ...manager,
    userId: `u${chat}`,
    chatId: `c${chat}`,
    communityId: `s${chat}`,
  });
  const wordsOf = ({ chat, command, text }: Said) => {
    const own = text.replaceAll('MARK', marks[chat]).replaceAll(/\bsol\b/g, ownCoins[chat]);
    return writtenWords(own, commands.find(({ name }) => name === command)!);
  };
  await Promise.all(
    said.map(async (one) => {
      const heard = await answerOrRefusal(async () =>
        backend.run(one.command, wordsOf(one), place(one.chat)),
      );
      const text = 'answer' in heard ? JSON.stringify(heard.answer) : heard.refusal;
      if (text.includes(marks[one.chat === 0 ? 1 : 0]))
        throw new Error(`chat ${one.chat} reads: ${text.slice(0, 300)}`);
    }),
  );
  for (const chat of [0, 1] as const) {
    const { text } = await backend.run('alerts', { action: 'list' }, place(chat));
    const isAsked = said.some(
      (one) => one.chat === chat && one.command === 'alerts' && /\bon\b/.test(one.text),
    );
    if (/#1/.test(text) && !isAsked)
      throw new Error(`chat ${chat} has alerts that another asked for: ${text}`);
  }
}
