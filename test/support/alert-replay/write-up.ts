import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChannelWatch, Seen } from './channel-watch.ts';
import type { Replayed, Told } from './replay.ts';

const dayMs = 86_400_000;

/** Writes what channels saw (`transcript.md` and pictures) and the ledger (`told.json`); returns the figures, in words. */
export function writeUp(folder: string, replayed: Replayed, days: number): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const found = figures(replayed, days);
  const lines = [
    '# What channels saw',
    '',
    ...found.map((line) => `- ${line}`),
    '',
    ...replayed.channels.flatMap((channel, i) => channelLines(folder, channel, `${i + 1}`)),
  ];
  writeFileSync(join(folder, 'transcript.md'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'told.json'), JSON.stringify(replayed.told, undefined, 1));
  writeFileSync(join(folder, 'stages.json'), JSON.stringify(replayed.stages, undefined, 1));
  writeFileSync(join(folder, 'log.txt'), replayed.logged.join('\n'));
  return found;
}

/** Messages a day, approaches that became touches, and what became of all alerts. */
function figures({ channels, told, maps, faults }: Replayed, days: number): readonly string[] {
  return [
    `${maps} maps`,
    ...channels.map(({ name, seen }) => {
      const alerts = seen.filter(({ what, shown }) => what === 'message' && isAlert(shown.text));
      const perDay = new Map<string, number>();
      for (const { atMs } of alerts) perDay.set(day(atMs), (perDay.get(day(atMs)) ?? 0) + 1);
      const loud = alerts.filter(({ shown }) => !shown.isSilent && shown.answers === undefined).length;
      const edits = seen.filter(({ what }) => what === 'edit').length;
      const each = [...perDay].map(([date, count]) => `${date}: ${count}`).join(', ');
      return `${name}: ${alerts.length} messages, ${(alerts.length / days).toFixed(1)} a day (${each}); ${loud} new and loud, ${alerts.filter(({ shown }) => shown.answers !== undefined).length} replies, ${edits} edits`;
    }),
    ...[...new Set(told.map(({ to }) => to))].map((to) => {
      const own = told.filter((one) => one.to === to);
      const approaches = own.filter(
        ({ payload, state }) => payload.kind === 'approach' && state !== 'dropped',
      );
      const answered = new Set(own.flatMap(({ payload }) => bare(payload.repliesTo) ?? []));
      const met = approaches.filter(({ key }) => answered.has(key)).length;
      return `${to}: ${met} of ${approaches.length} approaches became touches; ${counted(own, ({ state, reason }) => (reason === undefined ? state : `${state} (${reason})`))}; ${counted(own, ({ payload }) => payload.kind)}`;
    }),
    ...faults.map(({ kind, atMs }) => `${stamp(atMs)} fault: ${kind}`),
  ];
}

/** Alerts that are in both runs, of those to the same places. */
export function compare(first: readonly Told[], second: readonly Told[]): readonly string[] {
  const places = [...new Set(first.map(({ to }) => to))];
  return places.flatMap((to) => {
    const [a, b] = [first, second].map(
      (all) => new Map(all.filter((one) => one.to === to).map((one) => [one.key, one])),
    );
    const only = (these: typeof a, those: typeof a) => [...these!.keys()].filter((key) => !those!.has(key));
    const both = [...a!.keys()].filter((key) => b!.has(key));
    const sameText = both.filter((key) => a!.get(key)!.payload.text === b!.get(key)!.payload.text).length;
    const unknown = [...b!.values()].filter(({ state }) => state === 'unknown').length;
    return [
      `${to}: ${a!.size} and ${b!.size} alerts, ${both.length} the same, ${sameText} in the same words, ${unknown} unknown`,
      ...only(a, b).map((key) => `  only in the first: ${key}`),
      ...only(b, a).map((key) => `  only in the second: ${key}`),
    ];
  });
}

function channelLines(folder: string, { name, seen }: ChannelWatch, prefix: string): string[] {
  const numbers = new Map([...new Set(seen.map(({ shown }) => shown.id))].map((id, i) => [id, i + 1]));
  return [
    `## ${name}`,
    '',
    ...seen.flatMap((one, i) => {
      const png = one.what === 'message' ? one.shown.png : undefined;
      const file = `${prefix}-${String(i + 1).padStart(2, '0')}.png`;
      if (png) writeFileSync(join(folder, file), png);
      const buttons = one.shown.buttons.map((label) => `[${label}]`).join(' ');
      return [
        heading(one, numbers),
        '',
        '```text',
        one.shown.text,
        '```',
        '',
        ...(png ? [`![the map of that moment](${file})`, ''] : []),
        ...(one.what === 'message' && buttons !== '' ? [buttons, ''] : []),
      ];
    }),
  ];
}

function heading({ atMs, what, shown }: Seen, numbers: ReadonlyMap<string, number>): string {
  const number = numbers.get(shown.id)!;
  const marks = [
    ...(what === 'edit' ? [`message ${number} is edited, without a sound`] : [`message ${number}`]),
    ...(what === 'message' && shown.answers !== undefined
      ? [`a reply to ${numbers.get(shown.answers) ?? 'another'}`]
      : []),
    ...(what === 'message' && shown.isSilent ? ['silent'] : []),
  ];
  return `**${stamp(atMs)}**, ${marks.join(', ')}`;
}

function isAlert(text: string): boolean {
  return !text.startsWith('Alerts on ');
}

/** Without the subscription, which has another id in each run. */
function bare(key: string | undefined): string | undefined {
  return key?.slice(key.indexOf('/') + 1);
}

function counted<T>(all: readonly T[], nameOf: (one: T) => string): string {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}

function stamp(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function day(atMs: number): string {
  return new Date(Math.floor(atMs / dayMs) * dayMs).toISOString().slice(0, 10);
}
