import type { z } from 'zod';
import type { Draw } from '../renderers/chart.ts';
import { UserError } from '../src/errors.ts';
import type { Maps } from '../src/service.ts';

/** Words of a request by parameter name; chat options, buttons and command line alike. */
export type Words = Readonly<Record<string, string | undefined>>;

/** A button under an answer: pressing it runs a command again and puts the new answer in place of the old. */
export type Button = { readonly label: string; readonly command: string; readonly words: Words };

/** What a command answers, whatever the platform: data, never a call to a chat. */
export type Reply = {
  /** Plain text, no markup; platforms escape it. */
  readonly text: string;
  /** Drawn only when somebody wants to see it. */
  readonly picture?: { readonly fileName: string; readonly alt: string; draw(): Promise<Buffer> };
  /** Rows of buttons, at most five rows of five. */
  readonly buttons?: readonly (readonly Button[])[];
  /** The same facts for programs, ready for JSON. */
  readonly data?: unknown;
};

/** Who asks, in ids only. Absent on the command line. */
export type Caller = {
  readonly platform: 'discord' | 'telegram' | 'web';
  readonly userId: string;
  /** Channel, chat or thread; a direct message has the user's own. */
  readonly chatId: string;
  /** Topic within the chat, where Telegram has them. */
  readonly threadId?: string;
  /** Server or group, whose administrators may change its settings. */
  readonly communityId?: string;
  readonly mayManage: boolean;
};

/** What commands work with. */
export type Context = {
  readonly maps: Maps;
  readonly caller?: Caller;
  /** Turns charts into PNG off the main thread, each once; absent where one picture is all there is. */
  readonly draw?: Draw;
};

/** One parameter as a person writes it; `required` ones come first and may be written without their name. */
export type Parameter = {
  readonly name: string;
  readonly description: string;
  readonly required?: true;
  readonly choices?: readonly string[];
  /** Whether symbols are offered while it is being typed. */
  readonly completes?: 'symbol';
};

/** A command is one object in one file, listed once in `index.ts`. */
export type Command = {
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  /** Throws UserError on words that mean nothing. */
  run(words: Words, context: Context): Promise<Reply>;
};

/** A command whose words are parsed by one schema before it runs. */
export function command<Schema extends z.ZodType>(options: {
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly schema: Schema;
  readonly run: (request: z.output<Schema>, context: Context) => Promise<Reply>;
}): Command {
  const { name, summary, parameters, schema, run } = options;
  return {
    name,
    summary,
    parameters,
    run: async (words, context) => run(parseWords(schema, words), context),
  };
}

function parseWords<Schema extends z.ZodType>(schema: Schema, words: Words): z.output<Schema> {
  const given = Object.fromEntries(
    Object.entries(words).filter(([, word]) => word !== undefined && word !== ''),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new UserError(
    result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
  );
}
