/** In development, on loopback only: the log shows one-time codes, and of other notices nothing. */
import type { Channel } from './channel.ts';

/** The channel over a function that writes a line. */
export function logChannel(note: (line: string) => void): Channel {
  return {
    async send({ kind, text }) {
      if (kind === 'one_time_code') note(text);
      return { kind: 'sent' };
    },
    close() {},
  };
}
