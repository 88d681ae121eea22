import type { AlertStage } from '../alert-stage.ts';
import type { EmulatedChat } from '../telegram/chat.ts';
import type { ServiceInTime } from './service-in-time.ts';

type Kind = 'kill' | 'redis' | 'limits' | 'kick';

/** Parts of the time after which each happens; kills wait for an alert that is under way. */
const plan: readonly (readonly [number, Kind])[] = [
  [0.1, 'limits'],
  [0.15, 'kill'],
  [0.3, 'redis'],
  [0.35, 'kick'],
  [0.4, 'limits'],
  [0.5, 'kill'],
  [0.6, 'redis'],
  [0.7, 'limits'],
  [0.75, 'kill'],
];

/** What goes wrong in a replay, each at its time. */
export class ReplayFaults {
  readonly done: { readonly kind: Kind; readonly atMs: number }[] = [];
  readonly #left = [...plan];
  readonly #stage: AlertStage;
  readonly #elsewhere: EmulatedChat;

  constructor(stage: AlertStage, elsewhere: EmulatedChat) {
    this.#stage = stage;
    this.#elsewhere = elsewhere;
  }

  /** Does what is due. @param gone part of the replayed time that has gone @param isUnderWay whether an alert is */
  async befall(
    service: ServiceInTime,
    {
      gone,
      nowMs,
      isUnderWay,
    }: { readonly gone: number; readonly nowMs: number; readonly isUnderWay: boolean },
  ): Promise<void> {
    const [next] = this.#left;
    if (!next || gone < next[0]) return;
    const [, kind] = next;
    if ((kind === 'kill' || kind === 'redis') && !isUnderWay) return;
    this.#left.shift();
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
