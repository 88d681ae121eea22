import type { Command } from '../../../commands/command.ts';
import type { AlertChannel } from '../../alerts/channel.ts';
import type { ChatAdapter, ChatHealth } from '../adapter.ts';
import { WebAlertChannel } from './alert-channel.ts';
import type { AlertLog } from './alert-log.ts';

/** The chat window as alerts see it. What is asked in it is answered by its pages, in every process that serves them. */
export class WebChat implements ChatAdapter {
  readonly name = 'web';
  readonly alerts: AlertChannel;

  constructor(deps: {
    readonly entries: AlertLog;
    readonly commands: readonly Command[];
    readonly nowMs: () => number;
  }) {
    this.alerts = new WebAlertChannel(deps);
  }

  async start(): Promise<void> {
    // There is nobody to connect to.
  }

  async stop(): Promise<void> {
    // Nothing is kept open.
  }

  health(): ChatHealth {
    return { ok: true, detail: 'alerts come to the chat window' };
  }
}
