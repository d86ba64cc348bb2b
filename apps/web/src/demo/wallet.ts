/** What the phone keeps for one donor: keys that cannot leave it, passes, and the running number. */
import { decompressY, fromBase64Url, type Signer, showCode, toBase64Url } from '@liyu/pass';
import { generateHolderKey, holderSigner } from '@liyu/pass/web';
import { client } from './client.ts';
import type { ServerClock } from './clock.ts';

/** One pass a week, 35 days ahead at most, each with a key of its own. */
const KEYS_PER_PHONE = 6;

/** Seconds between two drawings of the code. */
export const REDRAW_SECONDS = 10;

interface KeptPass {
  readonly bytes: Uint8Array;
  readonly signer: Signer;
  readonly beginsAtMs: number;
  readonly expiresAtMs: number;
}

/** A code as drawn: its text, the second it claims, and its number. */
export interface DrawnCode {
  readonly text: string;
  readonly iat: number;
  readonly seq: number;
  /** When it was drawn, in milliseconds by the server's clock. */
  readonly drawnAtMs: number;
}

/** One donor's wallet on this phone. */
export interface Wallet {
  readonly donorId: string;
  /** Draws the next code: now, and one number further. */
  drawCode(): Promise<DrawnCode>;
}

/** The pass that is good at a moment, else the last one, which a gate will refuse. */
export function findPassAt(passes: readonly KeptPass[], atMs: number): KeptPass | undefined {
  const good = passes.find((pass) => pass.beginsAtMs <= atMs && atMs < pass.expiresAtMs);
  return good ?? passes.at(-1);
}

/** Makes keys, asks the server for passes for them, and keeps both. Rejects with a `Fault`. */
export async function openWallet(donorId: string, clock: ServerClock): Promise<Wallet> {
  const keys = await Promise.all(Array.from({ length: KEYS_PER_PHONE }, () => generateHolderKey()));
  const points = keys.map(({ point }) => {
    const y = decompressY(point);
    if (!y) throw new Error('WebCrypto made a key that is no point of P-256');
    return { x: toBase64Url(point.x), y: toBase64Url(y) };
  });
  const { answer, timing } = await client.issuePasses(donorId, points);
  clock.learn(answer.now, timing);
  const passes: KeptPass[] = [];
  for (const issued of answer.passes) {
    const key = keys[issued.key];
    if (!key) continue;
    passes.push({
      bytes: fromBase64Url(issued.pass),
      signer: holderSigner(key.privateKey),
      beginsAtMs: Date.parse(issued.beginsAt),
      expiresAtMs: Date.parse(issued.expiresAt),
    });
  }
  let seq = 0;
  return {
    donorId,
    async drawCode() {
      const drawnAtMs = clock.nowMs();
      const pass = findPassAt(passes, drawnAtMs);
      if (!pass) throw new Error(`no pass for donor ${donorId}`);
      seq = (seq + 1) % 65_536;
      const iat = Math.floor(drawnAtMs / 1000);
      return { text: await showCode(pass.bytes, pass.signer, { iat, seq }), iat, seq, drawnAtMs };
    },
  };
}
