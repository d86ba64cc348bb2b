/**
 * The yardstick: one verification of a P-256 signature by OpenSSL through node:crypto, over a
 * message as long as the one a phone signs. No parsing, no decision.
 */
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import type { Side } from './measure.ts';

/** What ratios are told against. */
export const RAW = 'raw P-256 verification by node:crypto';

/** Bytes of RFC 9052's structure of a shown code. */
const MESSAGE_BYTES = 180;
const KEYS = 100;

/** Verifies with many keys in turn, as a gate does. */
export function rawSide(operations: number): Side {
  const jobs = Array.from({ length: KEYS }, (_, at) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const message = new Uint8Array(MESSAGE_BYTES).fill(at);
    const signature = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return { key: { key: publicKey, dsaEncoding: 'ieee-p1363' as const }, message, signature };
  });
  return {
    name: RAW,
    operations,
    run() {
      for (let done = 0; done < operations; done += 1) {
        const job = jobs[done % KEYS];
        if (job === undefined || !verify('sha256', job.message, job.key, job.signature)) {
          throw new Error('a good signature was refused');
        }
      }
    },
  };
}
