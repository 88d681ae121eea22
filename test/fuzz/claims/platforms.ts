import fc from 'fast-check';
import { ZodError } from 'zod';
import { commands } from '../../../commands/index.ts';
import type { ChatBackend } from '../../../src/chat/adapter.ts';
import { parseInteraction } from '../../../src/chat/discord/interaction.ts';
import { Interactions } from '../../../src/chat/discord/interactions.ts';
import type { ApiRequest, DiscordRest } from '../../../src/chat/discord/rest.ts';
import { incomingOf, updateIdOf } from '../../../src/chat/telegram/incoming.ts';
import { keptLog } from '../../support/jobs/redis.ts';
import { claim, type FuzzArea } from '../claim.ts';
import { requireClean } from '../dirt.ts';
import { hostileText } from '../hostile.ts';
import { mutationOf, wireText } from '../mutated.ts';
import { answerOrRefusal } from '../refusal.ts';

const [user, channel, server, application] = [
  '100000000000000002',
  '100000000000000003',
  '100000000000000004',
  '100000000000000009',
];
const sent = {
  id: '100000000000000001',
  application_id: application,
  token: 'ticket',
  channel_id: channel,
  version: 1,
};
const inServer = {
  ...sent,
  guild_id: server,
  member: { user: { id: user }, permissions: '2048' },
  context: 0,
  app_permissions: '562949953473536',
  channel: { type: 0 },
  authorizing_integration_owners: { 0: server },
};
const command = (name: string, options: readonly object[]) => ({ type: 2, data: { type: 1, name, options } });
const interactions = [
  { ...inServer, ...command('liqmap', [{ name: 'symbol', type: 3, value: 'eth' }]) },
  { ...inServer, ...command('alerts', [{ name: 'action', type: 3, value: 'on' }]) },
  { ...inServer, type: 3, data: { component_type: 2, custom_id: '1|liqmap|eth|24h#2' } },
  {
    ...inServer,
    type: 4,
    data: { type: 1, name: 'liqmap', options: [{ name: 'symbol', value: 'e', focused: true }] },
  },
  { ...sent, ...command('mypos', []), user: { id: user }, context: 1 },
];

const group = { id: -5, type: 'supergroup', title: 'Traders' };
const ada = { id: 7, is_bot: false, first_name: 'Ada' };
const message = { message_id: 3, date: 1_000, chat: group, from: ada, text: '/alerts on eth' };
const updates = [
  { update_id: 1, message },
  { update_id: 2, channel_post: { ...message, from: undefined, sender_chat: group } },
  {
    update_id: 3,
    message: { ...message, message_thread_id: 4, is_topic_message: true, forum_topic_reopened: {} },
  },
  { update_id: 4, message: { ...message, migrate_to_chat_id: -100 } },
  { update_id: 5, callback_query: { id: 'c', from: ada, chat_instance: '1', data: '1|liqmap|eth', message } },
  {
    update_id: 6,
    callback_query: { id: 'c', from: ada, chat_instance: '1', data: '1|help', inline_message_id: 'i' },
  },
  { update_id: 7, inline_query: { id: 'q', from: ada, query: 'eth 24h' } },
  { update_id: 8, my_chat_member: { chat: group, new_chat_member: { status: 'kicked' } } },
];

const overTheWire = (values: readonly object[]) =>
  mutationOf(values).map((value): unknown => JSON.parse(wireText(value)));

/** What the platforms bring, or what somebody would bring in their name. */
export const platforms: FuzzArea = {
  name: 'what platforms bring',
  open: async () => ({
    claims: [
      claim(
        'an interaction is read, or refused in the same words, and makes nobody a manager',
        10_000,
        overTheWire(interactions),
        async (payload) => {
          const read = await answerOrRefusal(() => parseInteraction(payload), isUnreadable);
          if ('refusal' in read) return;
          const { caller, ticket } = read.answer;
          requireClean({ ...caller, obstacle: undefined, ticket }, JSON.stringify(payload));
          const { member, context } = payload as {
            readonly member?: { readonly permissions?: unknown };
            readonly context?: unknown;
          };
          if (caller.mayManage && member?.permissions === '2048' && context === 0)
            throw new Error('a member manages');
        },
      ),
      claim(
        'an update is read, refused or of no concern, and makes nobody a manager',
        10_000,
        overTheWire(updates),
        async (payload) => {
          const read = await answerOrRefusal(
            () => incomingOf(payload),
            (error) => error instanceof ZodError,
          );
          if ('refusal' in read || !read.answer) return void updateIdOf(payload);
          requireClean(read.answer, JSON.stringify(payload));
        },
      ),
      claim('an update of any form is none, or has a number', 4_000, fc.anything(), (payload) => {
        const id = updateIdOf(payload);
        if (id !== undefined && !Number.isSafeInteger(id)) throw new Error(`number ${id}`);
      }),
      claim(
        'interactions are answered where they came from, and nowhere else',
        2_000,
        fc.tuple(overTheWire(interactions), hostileText),
        answerApart,
      ),
    ],
  }),
};

function isUnreadable(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.message.startsWith('unreadable interaction') &&
    !error.message.includes('ticket=')
  );
}

/** One that may be anything and one of somebody else's, at once: each ticket is answered with its own words only. */
async function answerApart([strange, said]: readonly [unknown, string]): Promise<void> {
  const calls: ApiRequest[] = [];
  const note = async (request: ApiRequest) => {
    calls.push(request);
    return {};
  };
  const rest = { acknowledge: note, asInteraction: note } as unknown as DiscordRest;
  const backend: ChatBackend = {
    commands,
    run: async (name, words, { userId }) => ({ text: `for ${userId}: ${name} ${JSON.stringify(words)}` }),
    suggestSymbols: async () => ['ETH'],
  };
  const { log, lines } = keptLog();
  const answers = new Interactions({ backend, rest, log, nowMs: () => 0 });
  const other = {
    ...inServer,
    token: 'other',
    member: { user: { id: '100000000000000077' }, permissions: '0' },
  };
  answers.handle(strange);
  answers.handle({ ...other, ...command('liqmap', [{ name: 'symbol', type: 3, value: `s${said}` }]) });
  await answers.close();
  for (const { path, body } of calls) {
    const text = JSON.stringify(body ?? '');
    const isOther = path.includes('/other');
    if (!isOther && text.includes('100000000000000077')) throw new Error(`${path} reads ${text}`);
    if (isOther && text.includes(`for ${user}`)) throw new Error(`${path} reads ${text}`);
  }
  if (!calls.some(({ path }) => path.includes('/other'))) throw new Error('the other one is not answered');
  const defect = lines.find(({ msg }) => /defect|broke/.test(`${msg}`));
  if (defect) throw new Error(JSON.stringify(defect).slice(0, 500));
}
