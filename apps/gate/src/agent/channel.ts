/** A channel: where codes come in and their answers go back. */

/** A channel that is open. */
export interface Channel {
  /** For logs and the status: `tcp 127.0.0.1:7440`. */
  readonly name: string;
  /** Where it listens, if it does. */
  readonly address?: string;
  /** Takes no more codes; resolves when the codes in hand have been answered. */
  stop(): Promise<void>;
}
