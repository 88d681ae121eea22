import type { Destination } from '../store/subscriptions.ts';

export type AlertPicture = {
  readonly fileName: string;
  readonly alt: string;
  readonly draw: () => Promise<Buffer>;
  /** Address of the page behind it, for people of a platform; see `SharedMaps.share`. */
  readonly page?: (platform: string) => Promise<string | undefined>;
};

/** An alert as a platform is to show it. */
export type AlertMessage = {
  /** Of the alert, and the same at every attempt. */
  readonly key: string;
  readonly symbol: string;
  readonly to: Destination;
  readonly text: string;
  readonly silent: boolean;
  readonly expiresMs: number;
  readonly pingRoleId?: string;
  readonly picture?: AlertPicture;
  /** The message that this one answers, as `sent` named it. */
  readonly replyTo?: string;
  /** A word of ours about alerts, not one of them. */
  readonly isNotice?: true;
};

/** Told of each request just before it leaves, and again when it surely has not arrived. */
export type Departure = { leave(): Promise<void>; callBack(): Promise<void> };

export type AlertSent =
  | { readonly kind: 'sent'; readonly messageRef: string }
  /** The destination takes nothing any more. */
  | { readonly kind: 'dead'; readonly reason: string }
  /** This message is never taken, others may be; of an edit: the message is gone. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The answer was lost. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** To be tried again; whether it may have arrived is what the departure was told. */
  | { readonly kind: 'later'; readonly reason: string };

/** One platform's way to its destinations: below its limits, in order within each, people's answers first. */
export interface AlertChannel {
  /** So long after its first departure a message may be sent again without being there twice; 0: never. */
  readonly repeatableMs: number;
  send(message: AlertMessage, departure: Departure): Promise<AlertSent>;
  /** Puts a text in the place of a message's own. Doing it twice does no harm. */
  edit(messageRef: string, message: AlertMessage): Promise<AlertSent>;
}
