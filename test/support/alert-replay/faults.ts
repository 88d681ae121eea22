import type { AlertStage } from '../alert-stage.ts';
import type { EmulatedChat } from '../telegram/chat.ts';
import type { ServiceInTime } from './service-in-time.ts';

export type FaultKind = 'kill' | 'redis' | 'limits' | 'kick';

/** For a long replay. */
export const manyFaults: readonly FaultKind[] = [
  ...(['limits', 'kill', 'redis', 'kick', 'limits'] as const),
  ...(['kill', 'redis', 'limits', 'kill'] as const),
];

/** What goes wrong in a replay, each at its time. */
export class ReplayFaults {
  readonly done: { readonly kind: FaultKind; readonly atMs: number }[] = [];
  readonly #wanted: readonly FaultKind[];
  readonly #stage: AlertStage;
  readonly #elsewhere: EmulatedChat;

  constructor(stage: AlertStage, elsewhere: EmulatedChat, wanted: readonly FaultKind[]) {
    this.#wanted = wanted;
    this.#stage = stage;
    this.#elsewhere = elsewhere;
  }

  /** Does what is due; a kill waits for an alert that is under way. @param gone part of the replayed time that has gone @param isUnderWay whether an alert is */
  async befall(
    service: Pick<ServiceInTime<unknown>, 'kill' | 'start'>,
    {
      gone,
      nowMs,
      isUnderWay,
    }: { readonly gone: number; readonly nowMs: number; readonly isUnderWay: boolean },
  ): Promise<void> {
    const kind = this.#wanted[this.done.length];
    if (!kind || gone < (this.done.length + 0.5) / (this.#wanted.length + 1)) return;
    if ((kind === 'kill' || kind === 'redis') && !isUnderWay) return;
    this.done.push({ kind, atMs: nowMs });
    if (kind === 'limits') this.#limit();
    if (kind === 'kick') this.#stage.telegram.setStanding(this.#elsewhere, 'kicked', this.#stage.ada);
    if (kind === 'redis') process.kill(this.#stage.redisPid(), 'SIGKILL');
    if (kind !== 'kill') return;
    await service.kill();
    await service.start(nowMs);
  }

  #limit(): void {
    const { discord, telegram } = this.#stage;
    const path = /\/channels\/\d+\/messages/;
    discord.faults.plan({ path }, { kind: 'limit', retryAfterMs: 1_500, hasHeaders: true }, 2);
    telegram.fail({ fault: { kind: 'flood', retryAfterS: 2 }, method: 'sendMessage', times: 1 });
    telegram.fail({ fault: { kind: 'flood', retryAfterS: 2 }, method: 'sendPhoto', times: 1 });
    telegram.fail({ fault: { kind: 'flood', retryAfterS: 1 }, method: 'editMessageText', times: 1 });
  }
}
