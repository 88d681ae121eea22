import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// A bot runs in a process of its own, so that neither time nor memory of the emulated platform counts as its.

/** Starts a bot's file and resolves when it says that it is ready. */
export async function startBot(file: string, args: readonly string[]): Promise<ChildProcess> {
  const bot = fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: ['--import', 'tsx'] });
  await said(bot, 'ready');
  return bot;
}

/** The next message of the bot that holds the key. */
export function said(bot: ChildProcess, key: string): Promise<object> {
  return new Promise((resolve) => {
    const listen = (message: object) => {
      if (!(key in message)) return;
      bot.off('message', listen);
      resolve(message);
    };
    bot.on('message', listen);
  });
}

export type Weight = { readonly heap: number; readonly rss: number };

/** Heap and RSS of the bot after a collection of garbage. */
export async function weighed(bot: ChildProcess): Promise<Weight> {
  bot.send('weigh');
  return (await said(bot, 'heap')) as Weight;
}

/**
 * The other end, in the bot: weighs this process when told to, and has `send` done with a list of chats. Ends with the
 * process that started it.
 */
export function obey(send: (chatIds: readonly string[]) => Promise<unknown>): void {
  process.on('message', async (order: 'weigh' | readonly string[]) => {
    if (order === 'weigh') {
      process.send!({ heap: heapAfterCollection(), rss: process.memoryUsage().rss });
      return;
    }
    await send(order);
    process.send!({ sent: true });
  });
  process.on('disconnect', () => process.exit());
  process.send!({ ready: true });
}

export function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
