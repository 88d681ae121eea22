import { z } from 'zod';
import { type Command, command } from './command.ts';
import { texts } from './texts.ts';

export const about: Command = command({
  name: 'about',
  summary: texts.about.summary,
  parameters: [],
  schema: z.object({}),
  run: async () => ({ text: texts.about.text }),
});
