/**
 * SMS as a signed HTTP call to the city's gateway: see docs/notices.md. The signature is
 * HMAC-SHA-256 over the moment and the body, so that neither can be changed or sent again later.
 */
import { createHmac } from 'node:crypto';
import { secondsOf } from '@liyu/domain/kernel';
import type { Clock } from '../edge/clock.ts';
import type { Channel } from './channel.ts';

/** Shorter than the time in which a stopping server has to be gone. */
const TIMEOUT_MS = 5_000;
/** Answers of HTTP that say "not now". */
const LATER = new Set([408, 425, 429]);

/** The signature of a body at a moment, hexadecimal. */
export function signSms(key: Uint8Array, seconds: number, body: string): string {
  return createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex');
}

/** The channel over a gateway's address and the key shared with it. */
export function smsChannel(url: string, key: Uint8Array, clock: Clock): Channel {
  return {
    async send({ id, to, text }) {
      const body = JSON.stringify({ id, to, text });
      const seconds = secondsOf(clock.now());
      try {
        const answer = await fetch(url, {
          method: 'POST',
          body,
          redirect: 'error',
          signal: AbortSignal.timeout(TIMEOUT_MS),
          headers: {
            'content-type': 'application/json',
            'x-liyu-timestamp': String(seconds),
            'x-liyu-signature': signSms(key, seconds, body),
          },
        });
        await answer.body?.cancel();
        if (answer.ok) return { kind: 'sent' };
        const why = `the gateway answered ${answer.status}`;
        const later = answer.status >= 500 || LATER.has(answer.status);
        return { kind: later ? 'again' : 'never', why };
      } catch {
        return { kind: 'again', why: 'the gateway did not answer' };
      }
    },
    close() {},
  };
}
