import type { z } from 'zod';
import type { Draw } from '../renderers/chart.ts';
import type { AlertManagement } from '../src/alerts/management.ts';
import type { AlertScore } from '../src/alerts/score.ts';
import { UserError } from '../src/errors.ts';
import type { Maps } from '../src/maps.ts';
import type { LiquidationFeeds } from '../src/observed-liquidations.ts';
import type { ServiceStatus } from '../src/service-status.ts';
import type { ChatSettings, SettingKey, Settings } from '../src/settings.ts';
import type { SharedMap } from '../src/shared-maps.ts';
import type { ForgetReport } from '../src/store/chats.ts';
import type { Views } from '../src/views.ts';
import { cleanWords } from './clean-words.ts';

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
  /**
   * Makes the page behind the picture, when it is posted, and resolves to its address, or its path in the chat window;
   * undefined where nobody could open it. Never rejects.
   */
  readonly page?: () => Promise<string | undefined>;
  /** Rows of buttons, at most five rows of five. */
  readonly buttons?: readonly (readonly Button[])[];
  /** The same facts for programs, ready for JSON. */
  readonly data?: unknown;
  /** Never shown where others read: who cannot be answered alone is told so instead. */
  readonly isSecret?: true;
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
  /** In words, what keeps us from sending to where they are, or to them alone; undefined or absent: nothing known. */
  readonly obstacle?: (where: 'here' | 'direct') => Promise<string | undefined>;
};

/** What commands work with. What is optional is not to be had everywhere; a command that needs it says so. */
export type Context = {
  readonly maps: Maps;
  readonly views?: Views;
  readonly caller?: Caller;
  /** Keeps what is shown for a page behind the picture; absent where nobody serves pages. */
  readonly share?: (shown: SharedMap, platform: string | undefined) => Promise<string | undefined>;
  /** Turns charts into PNG off the main thread, each once; absent where one picture is all there is. */
  readonly draw?: Draw;
  /** A line of the host's own on every picture. */
  readonly brand?: string | undefined;
  /** 2 for pictures of twice the pixels; 1 unless told. */
  readonly scale?: number;
  /** The machine's clock unless told. */
  readonly nowMs?: () => number;
  /** Coins that are kept fresh: those of `near` and `compare` where nobody has set others. */
  readonly symbols?: readonly string[];
  readonly settings?: ChatSettings;
  readonly liquidations?: LiquidationFeeds;
  readonly status?: () => Promise<ServiceStatus>;
  readonly alerts?: AlertManagement;
  /** How alerts did in so many days. */
  readonly alertScore?: (days: number) => Promise<AlertScore>;
  readonly forget?: (platform: string, userId: string) => Promise<ForgetReport>;
};

/** What the one who asks has said and set. */
export type Asked = {
  /** As given, without empty ones; defaults are not among them. */
  readonly words: Words;
  readonly settings: Settings;
};

/** One parameter as a person writes it; `required` ones come first and may be written without their name. */
export type Parameter = {
  readonly name: string;
  readonly description: string;
  readonly required?: true;
  readonly choices?: readonly string[];
  /** Whether symbols are offered while it is being typed. */
  readonly completes?: 'symbol';
  /** Takes all words that are left over: `compare btc eth sol`. */
  readonly many?: true;
  /** What a word without a name must look like to be taken for this parameter. */
  readonly looks?: RegExp;
  /** Its word is the id of a role, chosen from a list where the platform has roles. */
  readonly isRole?: true;
  /** The setting that stands in for it where it is not given. */
  readonly setting?: SettingKey;
};

/** A command is one object in one file, listed once in `index.ts`. */
export type Command = {
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  /** Makes sense only where somebody asks in a chat, or a service runs. */
  readonly onlyInChat?: true;
  /** The answer is for the asker alone, where the platform can. */
  readonly isPrivate?: true;
  /** Unseen by others where that takes no other chat, and beside the message whose button was pressed, not in its place. */
  readonly isAside?: true;
  /** Throws UserError on words that mean nothing. */
  run(words: Words, context: Context): Promise<Reply>;
};

/** A command whose words are checked, completed from the settings and parsed by one schema before it runs. */
export function command<Schema extends z.ZodType>(
  options: Omit<Command, 'run'> & {
    readonly schema: Schema;
    readonly run: (request: z.output<Schema>, context: Context, asked: Asked) => Promise<Reply>;
  },
): Command {
  const { schema, run, ...about } = options;
  return {
    ...about,
    run: async (given, context) => {
      const words = cleanWords(given, about.parameters);
      const settings = await settingsOf(context);
      const request = parseWords(schema, { ...standIns(about.parameters, settings), ...words });
      return run(request, context, { words, settings });
    },
  };
}

async function settingsOf({ settings, caller }: Context): Promise<Settings> {
  return settings && caller ? settings.of(caller) : {};
}

function standIns(parameters: readonly Parameter[], settings: Settings): Words {
  return Object.fromEntries(
    parameters.flatMap(({ name, setting }) => {
      const value = setting && settings[setting];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function parseWords<Schema extends z.ZodType>(schema: Schema, words: Words): z.output<Schema> {
  const result = schema.safeParse(words);
  if (result.success) return result.data;
  throw new UserError(
    result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
  );
}
