import type { Caller, Command, Reply, Words } from '../../commands/command.ts';

/** What a chat platform's adapter asks of the service, wherever the work is done. */
export interface ChatBackend {
  /** Every command, in the order of menus and help. */
  readonly commands: readonly Command[];
  /** Runs a command for somebody. Throws UserError for what that person can mend; everything else is a defect. */
  run(commandName: string, words: Words, caller: Caller): Promise<Reply>;
  /** At most 25 coins that begin with what has been typed, the most traded first. Never throws. */
  suggestSymbols(prefix: string): Promise<readonly string[]>;
}

export type ChatHealth = {
  readonly ok: boolean;
  /** One line for people: "connected as liqmap#1234, 12 servers". */
  readonly detail: string;
  /** When the platform was last heard of, UTC milliseconds. */
  readonly lastHeardMs?: number;
};

/** One chat platform. Both calls may come twice and in the middle of each other. */
export interface ChatAdapter {
  readonly name: 'discord' | 'telegram' | 'web';
  /**
   * Resolves once people are answered. A platform that is away is waited for inside; it rejects only for what
   * waiting does not mend, such as a refused token.
   */
  start(): Promise<void>;
  /** Takes no new work, finishes what runs, and resolves when nothing of it is left. */
  stop(): Promise<void>;
  health(): ChatHealth;
}
