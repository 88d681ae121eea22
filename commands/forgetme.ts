import { z } from 'zod';
import { UserError } from '../src/errors.ts';
import { type Command, command } from './command.ts';
import { texts } from './texts.ts';

export const forgetme: Command = command({
  name: 'forgetme',
  summary: texts.forgetme.summary,
  parameters: [],
  onlyInChat: true,
  isPrivate: true,
  schema: z.object({}),
  async run(_, { caller, forget }) {
    if (!caller || !forget) throw new UserError(texts.forgetme.notHere);
    const { deleted, unsigned } = await forget(caller.platform, caller.userId);
    const isNothing = deleted + unsigned === 0;
    return { text: isNothing ? texts.forgetme.nothing : texts.forgetme.done(deleted, unsigned) };
  },
});
