import { ChannelType } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Interactions } from './interactions.ts';
import { channelOf, messageOf, userOf } from './payloads.ts';
import { edit, post } from './posting.ts';
import { Codes, check, Refusal, refusal } from './refusal.ts';
import { channelMessage, commandList, messageEdit } from './schemas.ts';
import type { Incoming, Outgoing } from './wire.ts';
import type { Message, World } from './world.ts';

export type Site = {
  readonly world: World;
  readonly interactions: Interactions;
  readonly token: string;
  /** Address of this server, such as http://127.0.0.1:1234. */
  readonly origin: string;
  readonly shards: number;
};

type Handler = (site: Site, request: Incoming, ids: readonly string[]) => Outgoing;
type Route = {
  readonly method: string;
  readonly path: RegExp;
  readonly isOpen?: true;
  readonly handle: Handler;
};

/** How long a nonce is remembered. */
const nonceMs = 5 * 60_000;
const empty: Outgoing = { status: 204 };

/** Does what a request asks for. Throws Refusal as the real service would. */
export function serve(site: Site, request: Incoming): Outgoing {
  const here = routes.filter(({ path }) => path.test(request.path));
  const route = here.find(({ method }) => method === request.method);
  if (route === undefined) {
    throw here.length > 0
      ? new Refusal(405, 0, '405: Method Not Allowed')
      : new Refusal(404, 0, '404: Not Found');
  }
  if (!route.isOpen && request.headers.authorization !== `Bot ${site.token}`) {
    throw new Refusal(401, 0, '401: Unauthorized');
  }
  return route.handle(site, request, route.path.exec(request.path)?.slice(1) ?? []);
}

const routes: readonly Route[] = [
  { method: 'GET', path: /^\/gateway\/bot$/, handle: gateway },
  { method: 'GET', path: /^\/users\/@me$/, handle: ({ world }) => ok(userOf(world.bot)) },
  { method: 'POST', path: /^\/users\/@me\/channels$/, handle: openDirectChannel },
  {
    method: 'GET',
    path: /^\/channels\/(\d+)$/,
    handle: ({ world }, _, [id = '']) => ok(channelOf(world.channel(id))),
  },
  { method: 'POST', path: /^\/channels\/(\d+)\/messages$/, handle: createMessage },
  { method: 'GET', path: /^\/channels\/(\d+)\/messages\/(\d+)$/, handle: readMessage },
  { method: 'PATCH', path: /^\/channels\/(\d+)\/messages\/(\d+)$/, handle: editMessage },
  { method: 'DELETE', path: /^\/channels\/(\d+)\/messages\/(\d+)$/, handle: deleteMessage },
  { method: 'PUT', path: /^\/applications\/(\d+)\/commands$/, handle: putCommands },
  { method: 'GET', path: /^\/applications\/(\d+)\/commands$/, handle: ({ world }) => ok(world.commands) },
  {
    method: 'POST',
    path: /^\/interactions\/(\d+)\/([^/]+)\/callback$/,
    isOpen: true,
    handle: acceptInteraction,
  },
  { method: 'POST', path: /^\/webhooks\/(\d+)\/([^/]+)$/, isOpen: true, handle: followUp },
  {
    method: 'GET',
    path: /^\/webhooks\/(\d+)\/([^/]+)\/messages\/(@original|\d+)$/,
    isOpen: true,
    handle: readAnswer,
  },
  {
    method: 'PATCH',
    path: /^\/webhooks\/(\d+)\/([^/]+)\/messages\/(@original|\d+)$/,
    isOpen: true,
    handle: editAnswer,
  },
  {
    method: 'DELETE',
    path: /^\/webhooks\/(\d+)\/([^/]+)\/messages\/(@original|\d+)$/,
    isOpen: true,
    handle: deleteAnswer,
  },
  { method: 'GET', path: /^\/attachments\/(\d+)\/(\d+)\/[^/]+$/, isOpen: true, handle: readAttachment },
];

function gateway({ origin, shards }: Site): Outgoing {
  return ok({
    url: `${origin.replace('http', 'ws')}/gateway`,
    shards: shards,
    session_start_limit: { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 16 },
  });
}

function openDirectChannel({ world }: Site, { json }: Incoming): Outgoing {
  const { recipient_id: id } = check(z.strictObject({ recipient_id: z.string() }), json);
  const user = world.users.find((one) => one.id === id);
  if (user === undefined) throw refusal(Codes.UnknownUser);
  return ok(channelOf(world.directChannel(user)));
}

function createMessage(site: Site, { json, files }: Incoming, [channelId = '']: readonly string[]): Outgoing {
  const { world } = site;
  const channel = world.channel(channelId);
  const { enforce_nonce: isUnique, ...parts } = check(channelMessage, json ?? {});
  if (channel.type === ChannelType.GroupDM) throw refusal(Codes.MissingAccess);
  world.checkPosting(channel, files.length > 0);
  const sinceMs = world.nowMs() - nonceMs;
  const twin = channel.messages.find(({ id, nonce }) => nonce === parts.nonce && timeOf(id) > sinceMs);
  return answerWith(site, (isUnique && twin) || post(world, { channel, parts, files }));
}

function readMessage(site: Site, _: Incoming, ids: readonly string[]): Outgoing {
  return answerWith(site, messageAt(site, ids));
}

function editMessage(site: Site, { json, files }: Incoming, ids: readonly string[]): Outgoing {
  const message = messageAt(site, ids);
  edit(site.world, message, check(messageEdit, json ?? {}), files);
  return answerWith(site, message);
}

function deleteMessage(site: Site, _: Incoming, ids: readonly string[]): Outgoing {
  site.world.remove(messageAt(site, ids));
  return empty;
}

function messageAt({ world }: Site, [channelId = '', id = '']: readonly string[]): Message {
  return world.message(world.channel(channelId), id);
}

function putCommands({ world }: Site, { json }: Incoming, [applicationId]: readonly string[]): Outgoing {
  if (applicationId !== world.applicationId) throw refusal(Codes.UnknownApplication);
  world.commands = check(commandList, json);
  return ok(
    world.commands.map((command) => ({ ...command, id: world.nextId(), application_id: applicationId })),
  );
}

function acceptInteraction(
  site: Site,
  request: Incoming,
  [id = '', token = '']: readonly string[],
): Outgoing {
  const { type, original } = site.interactions.accept(id, token, request);
  if (request.query.get('with_response') !== 'true') return empty;
  const message = original && { type: 4, message: messageOf(original, site.world, site.origin) };
  return ok({ interaction: { id, type }, ...(message && { resource: message }) });
}

function followUp(
  site: Site,
  request: Incoming,
  [applicationId = '', token = '']: readonly string[],
): Outgoing {
  const interaction = site.interactions.byToken(applicationId, token);
  return answerWith(site, site.interactions.followUp(interaction, request));
}

function readAnswer(
  site: Site,
  _: Incoming,
  [applicationId = '', token = '', id = '']: readonly string[],
): Outgoing {
  const { interactions } = site;
  return answerWith(site, interactions.message(interactions.byToken(applicationId, token), id));
}

function editAnswer(
  site: Site,
  request: Incoming,
  [applicationId = '', token = '', id = '']: readonly string[],
): Outgoing {
  const { interactions } = site;
  return answerWith(site, interactions.editMessage(interactions.byToken(applicationId, token), id, request));
}

function deleteAnswer(
  { interactions }: Site,
  _: Incoming,
  [applicationId = '', token = '', id = '']: readonly string[],
): Outgoing {
  interactions.deleteMessage(interactions.byToken(applicationId, token), id);
  return empty;
}

function readAttachment(
  { world }: Site,
  _: Incoming,
  [channelId = '', id = '']: readonly string[],
): Outgoing {
  const attachments = world.channel(channelId).messages.flatMap((message) => message.attachments);
  const found = attachments.find((one) => one.id === id);
  if (found === undefined) throw new Refusal(404, 0, '404: Not Found');
  return ok(found.data);
}

function answerWith({ world, origin }: Site, message: Message): Outgoing {
  return ok(messageOf(message, world, origin));
}

function ok(body: unknown): Outgoing {
  return { status: 200, body };
}

function timeOf(id: string): number {
  return Number(BigInt(id) >> 22n) + 1_420_070_400_000;
}
