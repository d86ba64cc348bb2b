/**
 * What opens the way: told only after the use has been recorded. A turnstile that does not open is
 * a fault to be seen, never a reason to forget the use.
 */
import { appendFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { type Address, addressText } from './address.ts';

/** One opening: the record that it rests on, and which way. */
export interface Opening {
  readonly bootEpoch: number;
  readonly seq: number;
  readonly direction: 'in' | 'out';
  readonly at: string;
}

/** Opens the way. */
export interface Turnstile {
  /** For logs and the status. */
  readonly name: string;
  /** Resolves when the arms were told to open; rejects when that failed. */
  open(opening: Opening): Promise<void>;
  close(): void;
}

/** Only says that it opens: for trials, and where something else reads the answers. */
export function createLogTurnstile(say: (opening: Opening) => void): Turnstile {
  return { name: 'log', open: async (opening) => say(opening), close: () => undefined };
}

/** Appends a line of JSON to a file: for drivers that follow one, and for tests that count. */
export function createFileTurnstile(file: string): Turnstile {
  return {
    name: `file ${file}`,
    open: (opening) => appendFile(file, `${JSON.stringify(opening)}\n`, { mode: 0o600 }),
    close: () => undefined,
  };
}

/** How a controller on the network is told. */
export interface TcpTurnstileOptions {
  readonly address: Address;
  /** From telling it to its `OK`. */
  readonly withinMs: number;
}

/**
 * Sends `OPEN in 3 17` (direction, boot epoch, sequence number) and waits for a line that begins
 * with `OK`. The connection is kept; a lost one is made anew, once for an opening.
 */
export function createTcpTurnstile({ address, withinMs }: TcpTurnstileOptions): Turnstile {
  let socket: Socket | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const tell = (opening: Opening): Promise<void> =>
    new Promise((resolve, reject) => {
      const line = socket?.writable ? socket : dial(address);
      socket = line;
      const settle = (cause?: Error): void => {
        clearTimeout(late);
        line.off('data', onAnswer).off('error', settle).off('close', onClose);
        if (cause !== undefined) line.destroy();
        if (cause === undefined) resolve();
        else reject(cause);
      };
      let said = '';
      const onAnswer = (bytes: Buffer): void => {
        said = (said + bytes.toString('latin1')).slice(0, 256);
        if (!said.includes('\n')) return;
        settle(said.startsWith('OK') ? undefined : new Error('the controller did not say OK'));
      };
      const onClose = (): void => settle(new Error('the controller hung up'));
      const late = setTimeout(() => settle(new Error('the controller is silent')), withinMs);
      line.on('data', onAnswer).on('error', settle).on('close', onClose);
      line.write(`OPEN ${opening.direction} ${opening.bootEpoch} ${opening.seq}\n`);
    });

  return {
    name: `tcp ${addressText(address)}`,
    open(opening) {
      const turn = last.then(() => tell(opening));
      last = turn.catch(() => undefined);
      return turn;
    },
    close: () => void socket?.destroy(),
  };
}

/** A connection whose end, while nothing is asked, is no fault. */
function dial(address: Address): Socket {
  return connect({ ...address, noDelay: true }).on('error', () => undefined);
}
