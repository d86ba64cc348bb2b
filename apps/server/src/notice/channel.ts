/** A way by which notices reach people: SMS, e-mail, or in development the log. */

/** What is sent. */
export interface Message {
  /** The same for every try, so that the other side can drop a repetition. */
  readonly id: string;
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * What became of a try. `why` is for operators and holds nothing personal: neither the other side's
 * words nor the address.
 */
export type Outcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'again'; readonly why: string }
  | { readonly kind: 'never'; readonly why: string };

/** Sends one message; it does not throw. */
export interface Channel {
  send(message: Message): Promise<Outcome>;
  close(): void;
}

/** The channels that this process has. */
export interface Channels {
  readonly sms: Channel | undefined;
  readonly email: Channel | undefined;
}
