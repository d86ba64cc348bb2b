/**
 * One conversation of lines: a code comes in as a line, its answer goes back as one line of JSON,
 * in the order in which the codes came. Whoever is slow, silent or endless is hung up on.
 */
import type { Readable, Writable } from 'node:stream';
import { createLineSplitter } from './line-splitter.ts';

/** Takes a code as it was read and answers what is sent back. Never rejects. */
export type Present = (text: string) => Promise<unknown>;

/** Both directions of a line; one object where it is a socket. */
export interface Ends {
  readonly input: Readable;
  readonly output: Writable;
}

/** What one end of a conversation may take. Times in milliseconds, sizes in bytes. */
export interface ConversationLimits {
  /** Nothing came for so long. */
  readonly idleMs: number;
  /** A line was begun and not ended for so long. */
  readonly halfLineMs: number;
  /** A line that goes on and on. */
  readonly mostPending: number;
  /** Answers that are not fetched. */
  readonly mostUnread: number;
}

/** What a conversation is held to unless the configuration says otherwise. */
export const CONVERSATION_LIMITS: ConversationLimits = {
  idleMs: 3_600_000,
  halfLineMs: 10_000,
  mostPending: 65_536,
  mostUnread: 262_144,
};

/** A conversation that goes on. */
export interface Conversation {
  /** Resolves when it is over, for whatever reason. */
  readonly over: Promise<void>;
  /** Finishes the code in hand, sends its answer, and hangs up. */
  end(): void;
}

/** Converses until the line ends; a fault of the line is an end like any other. */
export function converse(
  { input, output }: Ends,
  present: Present,
  limits: ConversationLimits = CONVERSATION_LIMITS,
): Conversation {
  const splitter = createLineSplitter();
  const state = { isEnding: false, isBusy: false };
  const hangUp = (): void => {
    input.destroy();
    output.destroy();
  };
  const idle = setTimeout(hangUp, limits.idleMs);
  let half: NodeJS.Timeout | undefined;

  const answer = async (text: string): Promise<void> => {
    state.isBusy = true;
    const said = await present(text);
    if (!output.destroyed) output.write(`${JSON.stringify(said)}\n`);
    if (output.writableLength > limits.mostUnread) hangUp();
    state.isBusy = false;
  };
  const watchHalfLine = (): void => {
    if (!splitter.isWithinLine) {
      clearTimeout(half);
      half = undefined;
    } else half ??= setTimeout(hangUp, limits.halfLineMs);
  };
  const take = async (bytes: Uint8Array): Promise<void> => {
    idle.refresh();
    const lines = splitter.push(bytes);
    watchHalfLine();
    for (const { text } of lines) {
      if (state.isEnding || output.destroyed) return;
      await answer(text);
    }
    if (splitter.pending <= limits.mostPending) return;
    await answer(splitter.rest()?.text ?? '');
    output.end();
    state.isEnding = true;
  };
  const listen = async (): Promise<void> => {
    try {
      for await (const bytes of input as AsyncIterable<Uint8Array>) {
        await take(bytes);
        if (state.isEnding) break;
      }
      output.end();
    } catch {
      hangUp();
    } finally {
      clearTimeout(idle);
      clearTimeout(half);
    }
  };
  for (const end of new Set([input, output])) end.on('error', hangUp);
  const over = listen();
  return {
    over,
    end() {
      state.isEnding = true;
      if (!state.isBusy) hangUp();
    },
  };
}
