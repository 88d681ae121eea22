/**
 * What keeps a store from working: `unreachable` and `busy` pass by themselves, the others need somebody's hand.
 */
export type StoreTrouble = 'unreachable' | 'busy' | 'refused' | 'full' | 'read-only' | 'damaged';

/** The store could not do what was asked; nothing of it was kept. The message names the store and what to do. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly trouble: StoreTrouble;

  constructor(trouble: StoreTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }

  /** Whether waiting helps. */
  get passes(): boolean {
    return this.trouble === 'unreachable' || this.trouble === 'busy';
  }
}
