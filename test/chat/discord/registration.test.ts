import { describe, expect, test } from 'vitest';
import type { Command, Parameter } from '../../../commands/command.ts';
import { commands } from '../../../commands/index.ts';
import { register, registrationOf } from '../../../src/chat/discord/registration.ts';
import { createLog } from '../../../src/log.ts';
import { memoryStore, testCommands } from '../../support/discord/backend.ts';
import { commandList } from '../../support/discord/schemas.ts';

const log = createLog({ level: 'error', write: () => undefined });
const applicationId = '100000000000000001';

function restThatTakes(body: unknown[]) {
  const refuse = () => Promise.reject(new Error('not expected'));
  return {
    acknowledge: refuse,
    asInteraction: refuse,
    asBot: async (request: { body?: unknown }) => void body.push(request.body),
  };
}

function commandWith(parameters: readonly Parameter[], more: Partial<Command> = {}): Command {
  return { ...testCommands[1]!, parameters, ...more };
}

describe('the list of commands', () => {
  test('of this program is one that Discord takes', () => {
    expect(commandList.safeParse(registrationOf(commands)).error).toBeUndefined();
  });

  test('offers completion where symbols are typed, and choices where there are some', () => {
    expect(registrationOf(testCommands)).toMatchObject([
      {
        options: [
          { name: 'symbol', autocomplete: true, required: true },
          { choices: [{ name: '12h', value: '12h' }, {}, {}] },
          {},
        ],
      },
      { options: [] },
    ]);
  });

  test('has descriptions of at most 100 characters', () => {
    const [one] = registrationOf([commandWith([], { summary: 'a'.repeat(300) })]) as {
      description: string;
    }[];
    expect(one!.description).toHaveLength(100);
  });

  test.each([
    ['a name in capitals', commandWith([], { name: 'Map' })],
    ['a parameter with a space', commandWith([{ name: 'a b', description: 'x' }])],
    [
      '26 choices',
      commandWith([{ name: 'a', description: 'x', choices: Array.from({ length: 26 }, (_, i) => `${i}`) }]),
    ],
    [
      '26 parameters',
      commandWith(Array.from({ length: 26 }, (_, i) => ({ name: `p${i}`, description: 'x' }))),
    ],
  ])('is refused with %s before Discord sees it', (_, command) => {
    expect(() => registrationOf([command])).toThrow(RangeError);
  });
});

describe('registering', () => {
  test('happens when the list differs from the last one, for each application by itself', async () => {
    const [sent, store] = [[] as unknown[], memoryStore()];
    const deps = { rest: restThatTakes(sent), store, applicationId, log };
    expect(await register(testCommands, deps)).toBe(true);
    expect(await register(testCommands, deps)).toBe(false);
    expect(await register(testCommands.slice(1), deps)).toBe(true);
    expect(await register(testCommands.slice(1), { ...deps, applicationId: '100000000000000002' })).toBe(
      true,
    );
    expect(sent).toHaveLength(3);
  });

  test('is tried again when Discord did not take the list', async () => {
    const [sent, store] = [[] as unknown[], memoryStore()];
    const rest = { ...restThatTakes(sent), asBot: () => Promise.reject(new Error('503')) };
    await expect(register(testCommands, { rest, store, applicationId, log })).rejects.toThrow('503');
    expect(await register(testCommands, { rest: restThatTakes(sent), store, applicationId, log })).toBe(true);
  });
});
