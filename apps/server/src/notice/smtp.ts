/** E-mail by SMTP (RFC 5321), with TLS except to a server on this machine. */
import { createTransport } from 'nodemailer';
import { isLoopback } from '../config.ts';
import type { Channel } from './channel.ts';

/** Shorter than the time in which a stopping server has to be gone. */
const TIMEOUT_MS = 5_000;
const CONNECTIONS = 5;
/** What a server refuses of one mail; sign-in and TLS are the operator's to mend, and then all go. */
const OF_THIS_MAIL = new Set(['EENVELOPE', 'EMESSAGE']);

/** The channel over a server's address, `smtp://` or `smtps://`, and the sender's address. */
export function smtpChannel(url: string, from: string): Channel {
  const address = new URL(url);
  const secure = address.protocol === 'smtps:';
  const local = isLoopback(address);
  const transport = createTransport({
    pool: true,
    maxConnections: CONNECTIONS,
    url,
    requireTLS: !secure && !local,
    ignoreTLS: !secure && local,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ id, to, subject, text }) {
      try {
        await transport.sendMail({ from, to, subject, text, messageId: `<${id}@liyu>` });
        return { kind: 'sent' };
      } catch (cause) {
        const { code = '', responseCode } = cause as { code?: string; responseCode?: number };
        if (responseCode === undefined) {
          return { kind: 'again', why: 'the mail server did not answer' };
        }
        const why = `the mail server answered ${responseCode}`;
        return { kind: responseCode >= 500 && OF_THIS_MAIL.has(code) ? 'never' : 'again', why };
      }
    },
    close: () => transport.close(),
  };
}
